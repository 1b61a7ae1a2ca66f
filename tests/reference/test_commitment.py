"""Storage Commitment and Instance Availability as SCP: requests that are refused, and pynetdicom as SCU."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, evt

from harness.dimse.command import CommandSet
from harness.dimse.messages import n_action_rq, n_create_rq
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.identifier import build_data_set, encode_identifier
from harness.services.normalized import create_instance
from harness.standard.ae import AEAddress
from harness.standard.commitment import Delivery
from harness.standard.uids import (
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    INSTANCE_AVAILABILITY,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
)
from harness.testdata.normalized import availability
from tests.support.archives import associate
from tests.support.normalized import SERIES, attributes_by_uid
from tests.support.pynetdicom_requestor import associated, release

REFERENCES = [{"ReferencedSOPClassUID": SERIES.sop_class_uid, "ReferencedSOPInstanceUID": "1.2.3.4"}]
WELL_FORMED: dict[str, Any] = {"TransactionUID": "1.2.9", "ReferencedSOPSequence": REFERENCES}


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(commitment=Delivery.LATER)) as running:
        yield running


def action(action_type: int = 1, instance: str = STORAGE_COMMITMENT_INSTANCE, data_set: bool = True) -> CommandSet:
    return n_action_rq(1, STORAGE_COMMITMENT, instance, action_type, data_set)


def encoded(values: dict[str, Any]) -> bytes:
    return encode_identifier(build_data_set(values), IMPLICIT_VR_LE)


@pytest.mark.parametrize(
    ("request_", "data", "status"),
    [
        (action(), encoded(WELL_FORMED), 0x0000),
        (action(2), encoded(WELL_FORMED), 0x0123),
        (action(instance="1.2.3"), encoded(WELL_FORMED), 0x0112),
        (action(), encoded({"ReferencedSOPSequence": REFERENCES}), 0x0115),
        (action(), encoded({"TransactionUID": "1.2.9", "ReferencedSOPSequence": []}), 0x0115),
        (action(), encoded({"TransactionUID": "1.2.9"}), 0x0115),
        (action(data_set=False), None, 0x0115),
        (action(), b"\x08\0\x95\x11\xff\xff\0\0", 0x0110),
        (n_create_rq(1, STORAGE_COMMITMENT, "1.2.3"), encoded(WELL_FORMED), 0x0211),
    ],
)
def test_requests(scp: ReferenceSCP, request_: CommandSet, data: bytes | None, status: int) -> None:
    with associate(scp, (STORAGE_COMMITMENT, (IMPLICIT_VR_LE,))) as association:
        association.send(1, request_, data)
        assert association.receive().command.status == status


def test_refused_on_purpose() -> None:
    refusals = Refusals(commit=0x0213, instance_availability=0x0124)
    with ReferenceSCP(ReferenceSettings(commitment=Delivery.LATER, refusals=refusals)) as scp:
        with associate(scp, (STORAGE_COMMITMENT, (IMPLICIT_VR_LE,))) as association:
            association.send(1, action(), encoded(WELL_FORMED))
            assert association.receive().command.status == 0x0213
        with associate(scp, (INSTANCE_AVAILABILITY, (IMPLICIT_VR_LE,))) as association:
            assert create_instance(association, INSTANCE_AVAILABILITY, notification()).status == 0x0124


def test_a_database_that_cannot_be_written(scp: ReferenceSCP) -> None:
    with scp.index.transaction() as connection:
        connection.execute("DROP TABLE commitments")
    with associate(scp, (STORAGE_COMMITMENT, (IMPLICIT_VR_LE,))) as association:
        association.send(1, action(), encoded(WELL_FORMED))
        assert association.receive().command.status == 0x0110


class Requestor:
    """pynetdicom as SCU of storage commitment, with a listener of its own."""

    def __init__(self) -> None:
        self.reports: queue.Queue[tuple[int, Dataset]] = queue.Queue()
        self.handlers: list[Any] = [(evt.EVT_N_EVENT_REPORT, self._reported)]
        self.entity = AE("PYNETDICOM")
        self.entity.add_requested_context(STORAGE_COMMITMENT, EXPLICIT_VR_LE)
        self.entity.add_supported_context(STORAGE_COMMITMENT, EXPLICIT_VR_LE, scu_role=False, scp_role=True)
        server = self.entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=self.handlers)
        assert server is not None
        self.stop = server.shutdown
        self.address = AEAddress("PYNETDICOM", "127.0.0.1", server.server_address[1])

    def _reported(self, event: Any) -> tuple[int, None]:
        self.reports.put((event.request.EventTypeID, event.event_information))
        return 0x0000, None


@pytest.fixture
def requestor() -> Iterator[Requestor]:
    made = Requestor()
    yield made
    made.stop()


@pytest.mark.parametrize("delivery", [Delivery.SAME_ASSOCIATION, Delivery.NEW_ASSOCIATION])
def test_pynetdicom_asks_for_commitment(requestor: Requestor, delivery: Delivery) -> None:
    settings = ReferenceSettings(commitment=delivery, move_destinations={"PYNETDICOM": requestor.address})
    with ReferenceSCP(settings) as scp:
        association = associated(requestor.entity, scp.address, evt_handlers=requestor.handlers)
        wanted = build_data_set(WELL_FORMED)
        status, _ = association.send_n_action(wanted, 1, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE)
        assert status.Status == 0x0000
        event_type, told = requestor.reports.get(timeout=30)
        release(association)
    assert event_type == 2
    assert told.TransactionUID == "1.2.9"
    (failed,) = told.FailedSOPSequence
    assert (failed.ReferencedSOPInstanceUID, failed.FailureReason) == ("1.2.3.4", 0x0112)


def notification(**values: Any) -> Dataset:
    given = {**availability([SERIES], "ARCHIVE", "ONLINE"), **values}
    return build_data_set({keyword: value for keyword, value in given.items() if value is not None})


def with_availability(state: str) -> Dataset:
    return build_data_set(availability([SERIES], "ARCHIVE", state))


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        (notification(), 0x0000),
        (with_availability("NEARLINE"), 0x0000),
        (with_availability("PERHAPS"), 0x0106),
        (with_availability(""), 0x0121),
        (notification(StudyInstanceUID=None), 0x0120),
        (notification(ReferencedSeriesSequence=[]), 0x0121),
        (notification(ReferencedSeriesSequence=[{"SeriesInstanceUID": "1.2"}]), 0x0120),
    ],
)
def test_notifications_of_availability(scp: ReferenceSCP, attributes: Dataset, status: int) -> None:
    with associate(scp, (INSTANCE_AVAILABILITY, (EXPLICIT_VR_LE,))) as association:
        assert create_instance(association, INSTANCE_AVAILABILITY, attributes, "1.2.3").status == status
        if status == 0:
            assert create_instance(association, INSTANCE_AVAILABILITY, attributes, "1.2.3").status == 0x0111
    assert list(attributes_by_uid(scp.index, INSTANCE_AVAILABILITY)) == (["1.2.3"] if status == 0 else [])
