"""What peers tell our Storage SCP: answered, kept, and held against the roles of the association."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import AE, build_role

from harness.dimse.command import CommandSet
from harness.dimse.messages import n_create_rq, n_event_report_rq, n_get_rq
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.commitment import CommitmentObservation
from harness.observe.notifications import Notification
from harness.observe.trace import Role
from harness.services.commitment import await_report
from harness.services.identifier import build_data_set, encode_identifier
from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.standard.commitment import Delivery
from harness.standard.uids import (
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    INSTANCE_AVAILABILITY,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
    is_valid_uid,
)
from harness.testdata.normalized import availability
from harness.ul.items import RoleSelection
from tests.support.normalized import SERIES
from tests.support.pynetdicom_requestor import associated

CT = "1.2.840.10008.5.1.4.1.1.2"
REQUESTED = ((CT, "1.2.1"), (CT, "1.2.2"))
TRANSACTION = "1.2.9"


@pytest.fixture
def scp(tmp_path: Path) -> Iterator[StorageSCP]:
    started = StorageSCP("LOCAL", tmp_path)
    started.start()
    yield started
    started.stop()


def associate(scp: StorageSCP, *roles: RoleSelection, context: str = STORAGE_COMMITMENT) -> Association:
    address = AEAddress("LOCAL", scp.host, scp.port)
    proposal = Proposal("PEER", "LOCAL", ((context, (IMPLICIT_VR_LE,)),), roles=roles)
    return request_association(address, proposal, Timeouts())


def taken(scp: StorageSCP) -> Notification | None:
    return scp.notifications.take(lambda told: True, 0)


def references(*instances: tuple[str, str], reason: str | None = None) -> list[dict[str, str]]:
    items = [{"ReferencedSOPClassUID": sop_class, "ReferencedSOPInstanceUID": uid} for sop_class, uid in instances]
    return [item | {"FailureReason": reason} for item in items] if reason is not None else items


def information(
    committed: list[dict[str, str]], failed: list[dict[str, str]] | None = None, transaction: str = TRANSACTION
) -> bytes:
    values: dict[str, Any] = {"TransactionUID": transaction, "ReferencedSOPSequence": committed}
    if failed is not None:
        values["FailedSOPSequence"] = failed
    return encode_identifier(build_data_set(values), IMPLICIT_VR_LE)


def report(event_type: int = 1, instance: str = STORAGE_COMMITMENT_INSTANCE, data_set: bool = True) -> CommandSet:
    return n_event_report_rq(1, STORAGE_COMMITMENT, instance, event_type, data_set)


@pytest.mark.parametrize(
    ("role", "granted"),
    [((0, 1), (0, 1)), ((1, 1), (0, 1)), ((1, 0), (0, 0)), ((0, 0), (0, 0))],
)
def test_a_requestor_may_only_be_the_scp_of_storage_commitment(
    scp: StorageSCP, role: tuple[int, int], granted: tuple[int, int]
) -> None:
    with associate(scp, RoleSelection(STORAGE_COMMITMENT, *role)) as association:
        context = association.find_context(STORAGE_COMMITMENT)
        assert context is not None
        assert (context.scu_role, context.scp_role) == granted


@pytest.mark.parametrize(
    ("request_", "data", "status"),
    [
        (report(), information(references(*REQUESTED)), 0x0000),
        (report(2), information(references(*REQUESTED)), 0x0000),
        (report(3), information(references(*REQUESTED)), 0x0113),
        (report(instance="1.2.3"), information(references(*REQUESTED)), 0x0112),
        (report(data_set=False), None, 0x0115),
        (n_get_rq(1, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE), None, 0x0211),
        (n_create_rq(1, STORAGE_COMMITMENT, "1.2.3"), information([]), 0x0211),
    ],
)
def test_answers(scp: StorageSCP, request_: CommandSet, data: bytes | None, status: int) -> None:
    with associate(scp, RoleSelection(STORAGE_COMMITMENT, 0, 1)) as association:
        association.send(1, request_, data)
        assert association.receive().command.status == status
    told = taken(scp)
    if status == 0x0211:
        assert told is None
    else:
        assert told is not None
        assert (told.status, told.data, told.allowed, told.receiver) == (status, data or b"", True, Role.ACCEPTOR)


def test_a_report_of_who_did_not_take_the_role_is_kept_and_noted(scp: StorageSCP) -> None:
    with associate(scp) as association:
        association.send(1, report(), information(references(*REQUESTED)))
        assert association.receive().command.status == 0
    told = taken(scp)
    assert told is not None
    assert not told.allowed
    assert scp.wait_until_quiet(30)
    (trace,) = scp.take_traces()
    assert [deviation.clause for deviation in trace.deviations] == ["PS3.7 D.3.3.4"]


@pytest.mark.parametrize(
    ("event_type", "data", "faults"),
    [
        (1, information(references(*REQUESTED)), []),
        (2, information(references(REQUESTED[0]), references(REQUESTED[1], reason="274")), []),
        (2, information([], references(*REQUESTED, reason="272")), []),
        (
            1,
            information(references(REQUESTED[0]), references(REQUESTED[1], reason="274")),
            ["its Event Type ID is 1, and 1 of its instances failed (PS3.4 J.3.3.1.2)"],
        ),
        (
            2,
            information(references(*REQUESTED)),
            ["its Event Type ID is 2, and 0 of its instances failed (PS3.4 J.3.3.1.2)"],
        ),
        (7, information(references(*REQUESTED)), ["its Event Type ID is 7, not 1 or 2 (PS3.4 Table J.3-2)"]),
        (
            1,
            information(references(REQUESTED[0])),
            ["1 of 2 requested instances are not in it (PS3.4 J.3.3.1.2)"],
        ),
        (
            1,
            information(references(*REQUESTED, (CT, "1.2.3"))),
            ["1 of its instances were not requested (PS3.4 J.3.3.1.2)"],
        ),
        (
            2,
            information(references(*REQUESTED), references(REQUESTED[1], reason="274")),
            ["1 of its instances are in it more than once"],
        ),
        (
            2,
            information(references(REQUESTED[0]), references(REQUESTED[1])),
            ["1 of its failed instances have no Failure Reason (PS3.4 Table J.3-2)"],
        ),
    ],
)
def test_how_a_report_departs_from_the_standard(
    scp: StorageSCP, event_type: int, data: bytes, faults: list[str]
) -> None:
    observation = CommitmentObservation(transaction_uid=TRANSACTION, requested=REQUESTED)
    with associate(scp, RoleSelection(STORAGE_COMMITMENT, 0, 1)) as association:
        association.send(1, report(event_type), data)
        association.receive()
        await_report(observation, scp.notifications, 30)
    assert observation.faults == faults


def test_reports_of_others_are_left_alone(scp: StorageSCP) -> None:
    observation = CommitmentObservation(transaction_uid=TRANSACTION, requested=REQUESTED)
    with associate(scp, RoleSelection(STORAGE_COMMITMENT, 0, 1)) as association:
        for data in (information(references(*REQUESTED), transaction="1.2.8"), b"\x08\0", b""):
            association.send(1, report(data_set=bool(data)), data or None)
            association.receive()
        await_report(observation, scp.notifications, 0.1)
        assert observation.report is None
        association.send(1, report(), information(references(*REQUESTED)))
        association.receive()
    again = replace(observation)
    await_report(again, scp.notifications, 30)
    assert again.report is not None
    assert [taken(scp) is None for _ in range(4)] == [False, False, False, True]


def pynetdicom(scp: StorageSCP, context: str, *roles: Any) -> Any:
    entity = AE("PYNETDICOM")
    entity.add_requested_context(context, EXPLICIT_VR_LE)
    return associated(entity, AEAddress("LOCAL", scp.host, scp.port), ext_neg=list(roles))


def test_pynetdicom_reports(scp: StorageSCP) -> None:
    association = pynetdicom(scp, STORAGE_COMMITMENT, build_role(STORAGE_COMMITMENT, scp_role=True))
    told = build_data_set({"TransactionUID": TRANSACTION, "ReferencedSOPSequence": references(*REQUESTED)})
    status, _ = association.send_n_event_report(told, 1, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE)
    association.release()
    assert status.Status == 0x0000
    observation = CommitmentObservation(transaction_uid=TRANSACTION, requested=REQUESTED)
    await_report(observation, scp.notifications, 30)
    assert observation.report is not None
    assert observation.report.delivery is Delivery.NEW_ASSOCIATION
    assert (observation.report.committed, observation.faults) == (REQUESTED, [])


@pytest.mark.parametrize("uid", ["1.2.3", None])
def test_pynetdicom_notifies_of_availability(scp: StorageSCP, uid: str | None) -> None:
    attributes = build_data_set(availability([SERIES], "PYNETDICOM", "ONLINE"))
    association = pynetdicom(scp, INSTANCE_AVAILABILITY)
    status, _ = association.send_n_create(attributes, INSTANCE_AVAILABILITY, uid)
    assert status.Status == 0x0000
    status, _ = association.send_n_create(None, INSTANCE_AVAILABILITY, "1.2.4")
    assert status.Status == 0x0120
    association.release()
    told = taken(scp)
    assert told is not None
    assert told.sop_instance_uid == uid or is_valid_uid(told.sop_instance_uid)
    assert told.calling_ae_title == "PYNETDICOM"
