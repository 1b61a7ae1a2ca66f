"""The reference SCP refuses what breaks the requirements that it demands of SCUs, each with its status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.messages import (
    c_find_rq,
    c_move_rq,
    c_store_rq,
    n_action_rq,
    n_create_rq,
    n_set_rq,
)
from harness.reference.demands import DEMANDS
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.commitment import Delivery
from harness.standard.models import QueryModel
from harness.standard.requirements.catalogue import REQUIREMENTS
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    IMPLICIT_VR_LE,
    PROCEDURE_STEP,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
)
from harness.standard.worklist import MODALITY_WORKLIST_FIND
from tests.support.archives import associate
from tests.support.normalized import SERIES, begun, ended

FIND, MOVE = QueryModel.STUDY_ROOT.find_uid, QueryModel.STUDY_ROOT.move_uid
STEP = "1.2.3.4.5"
Exchange = tuple[str, list[tuple[CommandSet, bytes]]]


@pytest.fixture(scope="module")
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(commitment=Delivery.LATER)) as running:
        yield running


def encoded(**values: Any) -> bytes:
    return encode_identifier(build_data_set(values), IMPLICIT_VR_LE)


def instance(**others: str) -> bytes:
    uids = {
        "SOPClassUID": CT_IMAGE_STORAGE,
        "SOPInstanceUID": "1.2.1",
        "StudyInstanceUID": "1",
        "SeriesInstanceUID": "2",
    }
    return encoded(**uids | others, PatientID="ZZ", Modality="CT")


def stored(data: bytes) -> Exchange:
    return CT_IMAGE_STORAGE, [(c_store_rq(1, CT_IMAGE_STORAGE, "1.2.1"), data)]


def found(**keys: str) -> Exchange:
    return FIND, [(c_find_rq(1, FIND), encoded(**keys))]


def moved(destination: str = "HARNESS", **keys: str) -> Exchange:
    return MOVE, [(c_move_rq(1, MOVE, destination), encoded(**keys))]


def stepped(*requests: tuple[CommandSet, Any]) -> Exchange:
    return PROCEDURE_STEP, [(command, encode_identifier(data, IMPLICIT_VR_LE)) for command, data in requests]


def committed(number: int = 1, uid: str = STORAGE_COMMITMENT_INSTANCE, **values: Any) -> Exchange:
    references = [{"ReferencedSOPClassUID": SERIES.sop_class_uid, "ReferencedSOPInstanceUID": "1.2.3.4"}]
    data = encoded(**{"TransactionUID": "1.2.9"} | values, ReferencedSOPSequence=references)
    return STORAGE_COMMITMENT, [(n_action_rq(1, STORAGE_COMMITMENT, uid, number), data)]


BROKEN: dict[str, Exchange] = {
    "storage/request-matches-data-set": stored(instance(SOPInstanceUID="1.2.2")),
    "storage/whole-data-set": stored(instance()[:-2]),
    "qr/find-level-sent": found(StudyInstanceUID=""),
    "qr/find-keys-above-level": found(QueryRetrieveLevel="SERIES", SeriesInstanceUID=""),
    "qr/retrieve-unique-keys-sent": moved(QueryRetrieveLevel="SERIES", SeriesInstanceUID="2"),
    "qr/retrieve-level-key-sent": moved(QueryRetrieveLevel="STUDY", StudyInstanceUID=""),
    "qr/move-destination-sent": moved("", QueryRetrieveLevel="STUDY", StudyInstanceUID="1"),
    "worklist/sequence-key-one-item-sent": (
        MODALITY_WORKLIST_FIND,
        [
            (
                c_find_rq(1, MODALITY_WORKLIST_FIND),
                encoded(ScheduledProcedureStepSequence=[{"Modality": "CT"}, {"Modality": "MR"}]),
            )
        ],
    ),
    "mpps/create-in-progress-sent": stepped(
        (n_create_rq(1, PROCEDURE_STEP, STEP), begun(PerformedProcedureStepStatus="COMPLETED"))
    ),
    "mpps/set-final-sent": stepped(
        (n_create_rq(1, PROCEDURE_STEP, STEP), begun()),
        (n_set_rq(2, PROCEDURE_STEP, STEP), ended()),
        (n_set_rq(3, PROCEDURE_STEP, STEP), ended()),
    ),
    "commit/action-type-sent": committed(2),
    "commit/action-instance-sent": committed(uid="1.2.3"),
    "commit/action-transaction-sent": committed(TransactionUID=""),
}


@pytest.mark.parametrize("identifier", DEMANDS)
def test_what_breaks_a_demand_is_refused(scp: ReferenceSCP, identifier: str) -> None:
    uid, requests = BROKEN[identifier]
    with associate(scp, (uid, (IMPLICIT_VR_LE,))) as association:
        statuses = []
        for command, data in requests:
            association.send(1, command, data)
            statuses.append(association.receive().command.status)

    assert statuses == [0] * (len(requests) - 1) + [DEMANDS[identifier]]


def test_demands_are_requirements_of_an_scu() -> None:
    assert all(" SCU " in f" {REQUIREMENTS[identifier].text}" for identifier in DEMANDS)


@pytest.mark.parametrize(
    ("uid", "requests"),
    [
        stored(instance()),
        found(QueryRetrieveLevel="STUDY", StudyInstanceUID=""),
        stepped((n_create_rq(1, PROCEDURE_STEP, "1.2.3.4.6"), begun())),
        committed(),
    ],
)
def test_what_breaks_none_is_not(scp: ReferenceSCP, uid: str, requests: list[tuple[CommandSet, bytes]]) -> None:
    with associate(scp, (uid, (IMPLICIT_VR_LE,))) as association:
        for command, data in requests:
            association.send(1, command, data)
            assert association.receive().command.status in (0x0000, 0xFF00)
