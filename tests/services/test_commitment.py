"""Storage Commitment from end to end against the reference SCP: each way of delivery, success and failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.commitment import CommitmentObservation, CommitmentReport
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.commitment import await_report, is_reported_otherwise, request_commitment
from harness.services.notifications import Notifications
from harness.services.part10 import FileMeta
from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.standard.commitment import Delivery
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, STORAGE_COMMITMENT, new_uid
from tests.support.archives import make, put, wait_until

MR = "1.2.840.10008.5.1.4.1.1.4"
PRIVATE = "1.2.3.4"
WAIT = 30.0


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[StorageSCP]:
    started = StorageSCP("HARNESS", tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def settings(listener: StorageSCP) -> ReferenceSettings:
    return ReferenceSettings(move_destinations={"HARNESS": AEAddress("HARNESS", listener.host, listener.port)})


def associate(scp: ReferenceSCP) -> Association:
    contexts = ((STORAGE_COMMITMENT, (IMPLICIT_VR_LE, EXPLICIT_VR_LE)),)
    return request_association(scp.address, Proposal("HARNESS", scp.address.ae_title, contexts), Timeouts())


def asked_for(files: list[FileMeta], *more: tuple[str, str]) -> CommitmentObservation:
    instances = [(file.sop_class_uid, file.sop_instance_uid) for file in files]
    return CommitmentObservation(transaction_uid=new_uid(), requested=(*instances, *more))


def reported(observation: CommitmentObservation) -> CommitmentReport:
    assert observation.report is not None
    return observation.report


@pytest.mark.parametrize("delivery", Delivery)
def test_each_way_of_delivery(
    settings: ReferenceSettings, listener: StorageSCP, tmp_path: Path, delivery: Delivery
) -> None:
    with ReferenceSCP(replace(settings, commitment=delivery)) as scp:
        files = make(tmp_path / "files", instances=3)
        put(scp, files)
        observation = asked_for(files)
        with associate(scp) as association:
            request_commitment(association, observation, listener.notifications)
            if delivery is Delivery.SAME_ASSOCIATION:
                await_report(observation, listener.notifications, WAIT, association)
        if delivery is Delivery.LATER:
            await_report(observation, listener.notifications, 0.1)
            assert observation.report is None
            with associate(scp) as association:
                await_report(observation, listener.notifications, WAIT, association, Delivery.LATER)
        await_report(observation, listener.notifications, WAIT)
        assert observation.status == 0
        assert observation.report is not None
        assert observation.report.delivery is delivery
        assert observation.report.notification.calling_ae_title == (
            "REFERENCE" if delivery is Delivery.NEW_ASSOCIATION else "HARNESS"
        )
        assert (observation.report.committed, observation.report.failed) == (observation.requested, ())
        assert observation.faults == []
        # What was reported is not reported again.
        with associate(scp) as association:
            again = replace(observation, report=None)
            await_report(again, listener.notifications, 0.2, association)
            assert again.report is None


def test_why_instances_are_not_committed(settings: ReferenceSettings, listener: StorageSCP, tmp_path: Path) -> None:
    files = make(tmp_path / "files", instances=2)
    with ReferenceSCP(settings) as scp:
        put(scp, files)
        unknown, wrong_class, private = (
            (files[0].sop_class_uid, "1.2.3"),
            (MR, files[1].sop_instance_uid),
            (PRIVATE, "1.2.4"),
        )
        observation = asked_for(files[:1], unknown, wrong_class, private)
        with associate(scp) as association:
            request_commitment(association, observation, listener.notifications)
        await_report(observation, listener.notifications, WAIT)
    report = reported(observation)
    assert report.notification.event_type_id == 2
    assert report.committed == observation.requested[:1]
    assert report.failed == ((*unknown, 0x0112), (*wrong_class, 0x0119), (*private, 0x0122))
    assert observation.faults == []


def test_a_transaction_uid_used_twice(settings: ReferenceSettings, listener: StorageSCP, tmp_path: Path) -> None:
    files = make(tmp_path / "files")
    with ReferenceSCP(settings) as scp:
        put(scp, files)
        observation = asked_for(files)
        for reason in ((), ((*observation.requested[0], 0x0131),)):
            observation.report = None
            with associate(scp) as association:
                request_commitment(association, observation, listener.notifications)
            await_report(observation, listener.notifications, WAIT)
            assert reported(observation).failed == reason


def test_a_report_under_another_transaction_uid_is_told_from_one_that_is_late_or_not_ours(
    settings: ReferenceSettings, listener: StorageSCP
) -> None:
    told = listener.notifications
    earlier, later, other = asked_for([], (MR, "1.2.3")), asked_for([], (MR, "1.2.3")), asked_for([], (MR, "1.2.4"))
    with ReferenceSCP(settings) as scp, associate(scp) as association:
        request_commitment(association, earlier, told)
        wait_until(lambda: told.count(lambda one: True) == 1)
    assert is_reported_otherwise(later, told, {later.transaction_uid})
    assert not is_reported_otherwise(later, told, {later.transaction_uid, earlier.transaction_uid})
    assert not is_reported_otherwise(other, told, {other.transaction_uid})
    assert told.count(lambda one: True) == 1, "it is still there for who waits for it"


def test_who_cannot_be_reached_is_told_at_once(settings: ReferenceSettings, listener: StorageSCP) -> None:
    with ReferenceSCP(replace(settings, move_destinations={})) as scp, associate(scp) as association:
        observation = asked_for([], (MR, "1.2.3"))
        request_commitment(association, observation, listener.notifications)
        assert observation.status == 0x0110


def test_a_report_that_cannot_be_delivered_waits(
    settings: ReferenceSettings, listener: StorageSCP, tmp_path: Path
) -> None:
    """The requestor's listener is gone, and so is the SCP meanwhile; the next association brings the report."""
    folder = tmp_path / "scp"
    observation = asked_for([], (MR, "1.2.3"))
    listener.stop()
    with ReferenceSCP(replace(settings, folder=folder)) as scp, associate(scp) as association:
        request_commitment(association, observation, listener.notifications)
        assert observation.status == 0
    with (
        ReferenceSCP(replace(settings, folder=folder, commitment=Delivery.LATER)) as scp,
        associate(scp) as association,
    ):
        await_report(observation, listener.notifications, WAIT, association, Delivery.LATER)
    assert observation.report is not None
    assert observation.report.failed == ((MR, "1.2.3", 0x0112),)


def test_an_scp_that_starts_again_goes_on_reporting(
    settings: ReferenceSettings, listener: StorageSCP, tmp_path: Path
) -> None:
    folder = tmp_path / "scp"
    observation = asked_for([], (MR, "1.2.3"))
    with (
        ReferenceSCP(replace(settings, folder=folder, commitment=Delivery.LATER)) as scp,
        associate(scp) as association,
    ):
        request_commitment(association, observation, listener.notifications)
    with ReferenceSCP(replace(settings, folder=folder)):
        await_report(observation, listener.notifications, WAIT)
    assert reported(observation).delivery is Delivery.NEW_ASSOCIATION


def test_waiting_ends(settings: ReferenceSettings, listener: StorageSCP) -> None:
    with ReferenceSCP(replace(settings, commitment=Delivery.LATER)) as scp, associate(scp) as association:
        observation = asked_for([], (MR, "1.2.3"))
        request_commitment(association, observation, listener.notifications)
        begun = time.monotonic()
        await_report(observation, listener.notifications, 0.2, association)
        assert time.monotonic() - begun >= 0.2
        assert observation.report is None


def test_who_is_gone_gets_the_report_on_a_new_association(settings: ReferenceSettings, listener: StorageSCP) -> None:
    """PS3.4 J.3.3.1.2, note: an SCP may try the association of the request, which may be released at any time."""
    with ReferenceSCP(replace(settings, commitment=Delivery.SAME_ASSOCIATION)) as scp:
        observation = asked_for([], (MR, "1.2.3"))
        with associate(scp) as association:
            request_commitment(association, observation, listener.notifications)
            association.abort()
        await_report(observation, listener.notifications, WAIT)
    assert reported(observation).delivery is Delivery.NEW_ASSOCIATION


def test_the_log_says_why_nothing_was_reported(settings: ReferenceSettings, listener: StorageSCP) -> None:
    listener.stop()
    with ReferenceSCP(settings) as scp:
        with associate(scp) as association:
            request_commitment(association, asked_for([], (MR, "1.2.3")), listener.notifications)
        wait_until(lambda: any("no report to HARNESS" in line for line in scp.log_tail()))
        assert any("nothing listens on that port" in line for line in scp.log_tail())


def test_the_log_says_that_the_role_was_not_granted(settings: ReferenceSettings) -> None:
    """The requestor is an SCP itself and grants nobody the SCP role."""
    with ReferenceSCP(ReferenceSettings(ae_title="HARNESS")) as other:
        destinations = {"HARNESS": other.address}
        with ReferenceSCP(replace(settings, move_destinations=destinations)) as scp:
            with associate(scp) as association:
                request_commitment(association, asked_for([], (MR, "1.2.3")), Notifications())
            wait_until(lambda: any("it does not let us be the SCP" in line for line in scp.log_tail()))
