"""The reference SCP through our own requestor: statuses, refusals, cancel, roles, and what survives a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.messages import c_cancel_rq, c_find_rq, n_get_rq
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier, encode_identifier
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.retrieve import get
from harness.services.store import needed_contexts, store
from harness.standard.models import QueryModel
from harness.standard.negotiation import Rejection
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.ul.encode import encode_pdu
from harness.ul.items import RoleSelection
from harness.ul.pdu import PDV, PDataTF

MODEL = QueryModel.STUDY_ROOT


def open_to(
    scp: ReferenceSCP, *contexts: tuple[str, tuple[str, ...]], calling: str = "HARNESS", scp_role: bool = False
) -> Association:
    roles = (RoleSelection(CT_IMAGE_STORAGE, 0, 1),) if scp_role else ()
    proposal = Proposal(calling, scp.address.ae_title, contexts, roles=roles)
    return request_association(scp.address, proposal, Timeouts())


@pytest.fixture
def files(tmp_path: Path) -> list[FileMeta]:
    folder = tmp_path / "files"
    folder.mkdir()
    return [read_file_meta(made.path) for made in generate(GenerateSpec(instances=5), folder, "service")]


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


def put(scp: ReferenceSCP, files: list[FileMeta]) -> list[int | None]:
    with open_to(scp, *needed_contexts(files)) as association:
        return [instance.status for instance in store(association, files).instances]


def test_store_and_the_index_survive_a_restart(files: list[FileMeta], tmp_path: Path) -> None:
    settings = ReferenceSettings(folder=tmp_path / "archive")
    with ReferenceSCP(settings) as first:
        assert put(first, files) == [0] * 5
    with ReferenceSCP(settings) as second:
        assert second.index.count() == 5
        with open_to(second, (MODEL.find_uid, (EXPLICIT_VR_LE,))) as association:
            found = find(association, MODEL.find_uid, build_identifier("STUDY", {}, ["NumberOfStudyRelatedInstances"]))
    assert found.matches[0].dataset.NumberOfStudyRelatedInstances == 5


@pytest.mark.parametrize("syntax", [IMPLICIT_VR_LE, EXPLICIT_VR_LE])
def test_a_find_answers_in_the_syntax_of_its_context(scp: ReferenceSCP, files: list[FileMeta], syntax: str) -> None:
    put(scp, files)
    with open_to(scp, (MODEL.find_uid, (syntax,))) as association:
        keys = {"PatientName": "ZZ*"}
        found = find(association, MODEL.find_uid, build_identifier("STUDY", keys, ["StudyDate", "SOPClassesInStudy"]))
    (match,) = found.matches
    assert found.status == 0
    assert match.status == 0xFF00
    assert match.dataset.SOPClassesInStudy == CT_IMAGE_STORAGE
    assert match.dataset.RetrieveAETitle == "REFERENCE"
    assert association.trace.deviations == []


def test_an_unsupported_key_is_said(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    put(scp, files)
    with open_to(scp, (MODEL.find_uid, (EXPLICIT_VR_LE,))) as association:
        found = find(association, MODEL.find_uid, build_identifier("STUDY", {}, ["PatientWeight", "StudyDate"]))
    (match,) = found.matches
    assert match.status == 0xFF01
    assert "PatientWeight" not in match.dataset, "PS3.4 C.2.2.1.3"


def test_class_and_instance_must_be_those_of_the_data_set(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    first = files[0]
    lies = [
        FileMeta(
            first.path,
            CT_IMAGE_STORAGE,
            "1.2.3",
            first.transfer_syntax_uid,
            first.data_set_offset,
            first.data_set_length,
        ),
        FileMeta(
            first.path,
            CT_IMAGE_STORAGE,
            first.sop_instance_uid,
            first.transfer_syntax_uid,
            first.data_set_offset + 30,
            200,
        ),
    ]
    assert put(scp, [lies[0]]) == [0xA900]
    assert put(scp, [lies[1]]) == [0xC000]
    assert scp.index.count() == 0
    assert list(scp.index.instances.iterdir()) == []


@pytest.mark.parametrize(
    ("refusals", "expected"),
    [
        (Refusals(store=0xA700), [0xA700] * 5),
        (Refusals(store=0xA700, after=2), [0, 0, 0xA700, 0xA700, 0xA700]),
    ],
)
def test_refused_stores(files: list[FileMeta], refusals: Refusals, expected: list[int]) -> None:
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        assert put(scp, files) == expected
        assert scp.index.count() == expected.count(0)


def test_refused_associations_and_callers() -> None:
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(association=Rejection(2, 3, 1)))) as scp:
        ending = open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,))).ending
    assert ending is not None
    assert ending.rejection == Rejection(2, 3, 1)
    with ReferenceSCP(ReferenceSettings(calling_ae_titles=frozenset({"KNOWN"}))) as scp:
        ending = open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,))).ending
        assert ending is not None
        assert ending.rejection == Rejection(1, 1, 3)
        with open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,)), calling="KNOWN") as association:
            assert echo(association).statuses == [0]


def test_too_many_associations() -> None:
    with ReferenceSCP(ReferenceSettings(maximum_associations=2)) as scp:
        held = [open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) for _ in range(3)]
        assert [association.established for association in held] == [True, True, False]
        assert held[2].ending is not None
        assert held[2].ending.rejection == Rejection(2, 3, 2)
        for association in held:
            association.release()


def test_configured_classes_and_syntaxes() -> None:
    settings = ReferenceSettings(
        sop_classes=frozenset({CT_IMAGE_STORAGE}), transfer_syntaxes=frozenset({IMPLICIT_VR_LE})
    )
    mr = "1.2.840.10008.5.1.4.1.1.4"
    with ReferenceSCP(settings) as scp:
        association = open_to(
            scp, (CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,)), (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)), (mr, (IMPLICIT_VR_LE,))
        )
        association.release()
    assert [context.result for context in association.trace.contexts] == [0, 4, 3]


def test_get_needs_the_scp_role(scp: ReferenceSCP, files: list[FileMeta], tmp_path: Path) -> None:
    put(scp, files)
    study = scp.index.rows("STUDY", {})[0].uid
    contexts = ((MODEL.get_uid, (EXPLICIT_VR_LE,)), (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)))
    for scp_role, status, count in ((False, 0xA702, 0), (True, 0, 5)):
        out = tmp_path / str(scp_role)
        out.mkdir()
        with open_to(scp, *contexts, scp_role=scp_role) as association:
            got = get(association, MODEL.get_uid, build_identifier("STUDY", {"StudyInstanceUID": study}), out)
        assert got.status == status
        assert len(got.received) == count
        assert len(got.failed_uids) == 5 - count


def test_cancel_ends_a_find(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    put(scp, files)
    rows = scp.index.rows("SERIES", {})
    study, series = scp.index.rows("STUDY", {})[0].uid, rows[0].uid
    with open_to(scp, (MODEL.find_uid, (EXPLICIT_VR_LE,))) as association:
        context = next(iter(association.contexts.values()))
        identifier = build_identifier(
            "IMAGE", {"StudyInstanceUID": study, "SeriesInstanceUID": series}, ["InstanceNumber"]
        )
        request = c_find_rq(association.next_message_id(), MODEL.find_uid)
        # Request and cancel leave in one write, so the cancel is always there before the first match is sent.
        number = context.context_id
        pdvs = (
            PDV(number, True, True, encode_command(request)),
            PDV(number, False, True, encode_identifier(identifier, EXPLICIT_VR_LE)),
            PDV(number, True, True, encode_command(c_cancel_rq(1))),
        )
        assert association._wire is not None
        association._wire.send_bytes([encode_pdu(PDataTF((pdv,))) for pdv in pdvs])
        assert association.receive().command.status == 0xFE00


def test_a_late_cancel_is_ignored(scp: ReferenceSCP) -> None:
    with open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, c_cancel_rq(99))
        assert echo(association).statuses == [0]


def test_an_unknown_operation(scp: ReferenceSCP) -> None:
    with open_to(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, n_get_rq(association.next_message_id(), VERIFICATION, "1.2.3"))
        assert association.receive().command.status == 0x0211
        association.send(1, c_find_rq(association.next_message_id(), MODEL.find_uid), b"")
        assert association.receive().command.status == 0x0122
