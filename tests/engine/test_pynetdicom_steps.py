"""pynetdicom as SCP of performed procedure steps and storage commitment, right and wrong, and as notifier."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt
from pynetdicom.dimse_messages import N_ACTION_RSP

from harness.peers.ports import free_port
from harness.services.identifier import build_data_set
from harness.standard.ae import AEAddress
from harness.standard.uids import (
    EXPLICIT_VR_LE,
    INSTANCE_AVAILABILITY,
    PROCEDURE_STEP,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
)
from harness.testdata.normalized import availability
from tests.support.archives import wait_until
from tests.support.normalized import SERIES
from tests.support.pynetdicom_requestor import associated, mended
from tests.support.runs import Ran, run_text

pytestmark = pytest.mark.slow

FILE = """\
version: 1
local: {listen: %(listen)s}
peers:
  archive: {address: "PYNETDICOM@127.0.0.1:%(port)s", environment: test}
scenarios:
  - id: steps
    peer: archive
    steps:
%(steps)s
"""
COMMIT = "      - commit: {instances: [{sop_class: CT Image Storage, sop_instance: 1.2.3}], wait: %s s%s}\n"
WITHIN = 8
"""Seconds for what comes and is no report; they pass to the last."""
Report = Callable[[Dataset], tuple[int, Dataset]]


@contextmanager
def server(port: int, handlers: list[Any]) -> Iterator[AE]:
    entity = AE("PYNETDICOM")
    entity.add_supported_context(PROCEDURE_STEP, EXPLICIT_VR_LE)
    entity.add_supported_context(STORAGE_COMMITMENT, EXPLICIT_VR_LE)
    running = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    assert running is not None
    yield entity
    running.shutdown()


def run(folder: Path, port: int, steps: str, listen: int = 0) -> Ran:
    return run_text(folder, FILE % {"port": port, "listen": listen, "steps": steps})


class Steps:
    """An MPPS SCP that keeps what it is told."""

    def __init__(self) -> None:
        self.kept: dict[str, Dataset] = {}
        self.handlers: list[Any] = [(evt.EVT_N_CREATE, self._create), (evt.EVT_N_SET, self._set)]

    def _create(self, event: Any) -> tuple[int, Dataset | None]:
        uid = event.request.AffectedSOPInstanceUID or "1.2.826.0.1"
        if uid in self.kept:
            return 0x0111, None
        self.kept[uid] = event.attribute_list
        answer = Dataset()
        answer.AffectedSOPInstanceUID = uid
        return 0x0000, answer

    def _set(self, event: Any) -> tuple[int, Dataset | None]:
        uid = event.request.RequestedSOPInstanceUID
        if uid not in self.kept:
            return 0x0112, None
        self.kept[uid].update(event.modification_list)
        return 0x0000, event.modification_list


def test_steps_in_progress_and_completed(tmp_path: Path) -> None:
    port, steps = free_port(), Steps()
    with server(port, steps.handlers):
        ran = run(
            tmp_path,
            port,
            "      - mpps: {create: {Modality: MR}}\n        save: {mpps: response.SOPInstanceUID}\n"
            "      - mpps: {create: {}, sop_instance: '${mpps}'}\n        expect: {status: duplicate-sop-instance}\n"
            "      - mpps: {set: '${mpps}', attributes: {PerformedProcedureStepStatus: COMPLETED}}\n"
            "      - mpps: {set: 1.2.3, attributes: {PerformedProcedureStepStatus: COMPLETED}}\n"
            "        expect: {status: no-such-sop-instance}\n",
        )
    assert ran.status == 0, ran.output
    (step,) = steps.kept.values()
    assert (step.Modality, step.PerformedProcedureStepStatus) == ("MR", "COMPLETED")
    assert len(step.PerformedSeriesSequence) == 1


class Committer:
    """A storage commitment SCP that reports as a test wants it to: on that of the SCU, or to its listener."""

    def __init__(self, report: Report, *, title: str = "PYNETDICOM") -> None:
        self._report = report
        self._title = title
        self.handlers: list[Any] = [(evt.EVT_N_ACTION, self._action), (evt.EVT_DIMSE_SENT, self._sent)]
        self._answered = threading.Event()
        self.listener = 0
        self.statuses: list[int] = []
        self._threads: list[threading.Thread] = []

    def _action(self, event: Any) -> tuple[int, None]:
        event_type, information = self._report(event.action_information)
        deliver = self._on_new if self.listener else self._on_same
        self._threads.append(threading.Thread(target=deliver, args=(event.assoc, event_type, information)))
        self._threads[-1].start()
        return 0x0000, None

    def _sent(self, event: Any) -> None:
        if isinstance(event.message, N_ACTION_RSP):
            self._answered.set()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)

    def _on_same(self, association: Any, event_type: int, information: Dataset) -> None:
        assert self._answered.wait(30)
        self._send(association, event_type, information)

    def _on_new(self, _: Any, event_type: int, information: Dataset) -> None:
        entity = AE(self._title)
        entity.add_requested_context(STORAGE_COMMITMENT, EXPLICIT_VR_LE)
        roles: list[Any] = [build_role(STORAGE_COMMITMENT, scp_role=True)]
        association = entity.associate("127.0.0.1", self.listener, ae_title="HARNESS", ext_neg=roles)
        if association.is_established:
            self._send(mended(association), event_type, information)
            association.release()

    def _send(self, association: Any, event_type: int, information: Dataset) -> None:
        status, _ = association.send_n_event_report(
            information, event_type, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE
        )
        self.statuses.append(status.Status)


def right(asked: Dataset) -> tuple[int, Dataset]:
    return 1, asked


def lost(asked: Dataset) -> tuple[int, Dataset]:
    asked.ReferencedSOPSequence = []
    return 1, asked


def of_another_transaction(asked: Dataset) -> tuple[int, Dataset]:
    asked.TransactionUID = "1.2.3.4"
    return 1, asked


def committed(folder: Path, committer: Committer, options: str = "", *, listening: bool, wait: int = 60) -> Ran:
    port, listen = free_port(), free_port()
    committer.listener = listen if listening else 0
    with server(port, committer.handlers):
        ran = run(folder, port, COMMIT % (wait, options), listen)
        committer.join()
    return ran


@pytest.mark.parametrize(
    ("listening", "options"),
    [(False, ""), (False, ", report: same-association"), (True, ""), (True, ", report: new-association")],
)
def test_a_report(tmp_path: Path, listening: bool, options: str) -> None:
    committer = Committer(right)
    ran = committed(tmp_path, committer, options, listening=listening)
    assert ran.status == 0, ran.output
    assert committer.statuses == [0x0000]


@pytest.mark.parametrize(
    ("report", "wait", "observed", "code"),
    [
        (lost, 60, "1 of 1 requested instances are not in it (PS3.4 J.3.3.1.2)", "result-differs"),
        (of_another_transaction, WITHIN, f"no report within {WITHIN} s", "commitment-of-another-request"),
    ],
)
def test_a_wrong_report(tmp_path: Path, report: Report, wait: int, observed: str, code: str) -> None:
    ran = committed(tmp_path, Committer(report), listening=True, wait=wait)
    assert "scenario/steps/1/reported" in ran.with_verdict("fail")
    assert ran.check("/reported")["diagnosis"]["code"] == code
    assert observed in ran.check("/reported")["observed"]


def test_a_report_of_who_is_not_let_in(tmp_path: Path) -> None:
    committer = Committer(right, title="SOMEBODY")
    ran = committed(tmp_path, committer, listening=True, wait=WITHIN)
    reason = ran.check("/reported")["reason"]
    assert "`SOMEBODY` called our Storage SCP `HARNESS`, and we rejected it" in reason
    assert "say `calls_as: [SOMEBODY]` at it" in reason


@pytest.mark.parametrize("step", ["instance-availability: {wait: 60 s}"])
def test_a_notification_that_is_awaited(tmp_path: Path, step: str) -> None:
    listen = free_port()
    expect = f"        expect: {{one: {{StudyInstanceUID: '{SERIES.study_instance_uid}'}}, within: 60 s}}\n"
    thread = threading.Thread(target=notify, args=(listen,))
    thread.start()
    ran = run(tmp_path, free_port(), f"      - {step}\n{expect}", listen)
    thread.join()
    assert ran.status == 0, ran.output
    assert {association["role"] for association in ran.results["steps"][0]["associations"]} == {"acceptor"}


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def notify(port: int) -> None:
    """Tell the harness of an instance as soon as it listens."""
    wait_until(lambda: listens(port))
    entity = AE("PYNETDICOM")
    entity.add_requested_context(INSTANCE_AVAILABILITY, EXPLICIT_VR_LE)
    association = associated(entity, AEAddress("HARNESS", "127.0.0.1", port))
    association.send_n_create(
        build_data_set(availability([SERIES], "ARCHIVE", "ONLINE")), INSTANCE_AVAILABILITY, "1.2.3"
    )
    association.release()


def test_no_notification_comes(tmp_path: Path) -> None:
    ran = run(tmp_path, free_port(), "      - instance-availability: {wait: 100 ms}\n", free_port())
    assert ran.with_verdict("fail") == ["scenario/steps/1/count"]
    check = ran.check("/count")
    assert (check["expected"], check["observed"]) == (">= 1 notifications", "0 notifications")
