"""`serve` is killed while steps are created and a report is due: what was answered with success is there afterwards."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.commitment import CommitmentObservation
from harness.peers.ports import free_port
from harness.services.commitment import await_report, request_commitment
from harness.services.normalized import create_instance
from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, PROCEDURE_STEP, STORAGE_COMMITMENT, new_uid
from tests.reference.test_killed import serving
from tests.support.archives import wait_until
from tests.support.normalized import begun

pytestmark = pytest.mark.slow

DUPLICATE_SOP_INSTANCE = 0x0111
TIMEOUTS = Timeouts()


def create_until_the_end(address: AEAddress, answered: list[str]) -> None:
    proposal = Proposal("HARNESS", address.ae_title, ((PROCEDURE_STEP, (EXPLICIT_VR_LE,)),))
    with request_association(address, proposal, TIMEOUTS) as association:
        while association.ending is None:
            created = create_instance(association, PROCEDURE_STEP, begun(), new_uid())
            if created.status == 0:
                answered.append(created.sop_instance_uid)


def test_steps_that_were_answered_are_there(tmp_path: Path) -> None:
    answered: list[str] = []
    with serving(tmp_path) as (process, address):
        requestors = [threading.Thread(target=create_until_the_end, args=(address, answered)) for _ in range(2)]
        for requestor in requestors:
            requestor.start()
        # Any moment will do once the first steps are answered.
        wait_until(lambda: len(answered) >= 20, 60)
        process.send_signal(signal.SIGKILL)
        for requestor in requestors:
            requestor.join(30)
    with serving(tmp_path) as (_, address):
        proposal = Proposal("HARNESS", address.ae_title, ((PROCEDURE_STEP, (EXPLICIT_VR_LE,)),))
        with request_association(address, proposal, TIMEOUTS) as association:
            statuses = {create_instance(association, PROCEDURE_STEP, begun(), uid).status for uid in answered}
    assert statuses == {DUPLICATE_SOP_INSTANCE}


def test_a_report_that_is_due_is_sent_by_the_next_process(tmp_path: Path) -> None:
    # Nobody answers there before the server is killed, and then somebody does.
    port = free_port()
    listener = StorageSCP("HARNESS", tmp_path, port=port)
    destination = ("--move-destination", f"HARNESS@127.0.0.1:{port}")
    observation = CommitmentObservation(transaction_uid=new_uid(), requested=((CT_IMAGE_STORAGE, "1.2.3"),))
    with serving(tmp_path / "archive", *destination) as (process, address):
        proposal = Proposal("HARNESS", address.ae_title, ((STORAGE_COMMITMENT, (EXPLICIT_VR_LE,)),))
        with request_association(address, proposal, TIMEOUTS) as association:
            request_commitment(association, observation, listener.notifications)
            process.send_signal(signal.SIGKILL)
    assert observation.status == 0
    listener.start()
    try:
        with serving(tmp_path / "archive", *destination):
            await_report(observation, listener.notifications, 60)
    finally:
        listener.stop()
    assert observation.report is not None
    assert observation.report.failed == ((CT_IMAGE_STORAGE, "1.2.3", 0x0112),)
