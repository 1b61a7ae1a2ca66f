"""Associations, presentation contexts and roles: who gets in, with what, and why not."""

from __future__ import annotations

import pytest

from harness.net.negotiation import Proposal
from harness.reference.admission import Admission
from harness.reference.settings import ReferenceSettings, Refusals
from harness.standard.models import QueryModel
from harness.standard.negotiation import Rejection
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    VERIFICATION,
)
from harness.ul.items import RoleSelection
from harness.ul.pdu import AssociateRQ

FIND = QueryModel.STUDY_ROOT.find_uid
GET = QueryModel.STUDY_ROOT.get_uid
Contexts = tuple[tuple[str, tuple[str, ...]], ...]


def request(
    *contexts: tuple[str, tuple[str, ...]],
    called: str = "REFERENCE",
    calling: str = "HARNESS",
    roles: tuple[RoleSelection, ...] = (),
    application: str = "1.2.840.10008.3.1.1.1",
) -> AssociateRQ:
    contexts = contexts or ((VERIFICATION, (IMPLICIT_VR_LE,)),)
    return Proposal(calling, called, contexts, roles=roles, application_context=application).to_pdu()


def results(settings: ReferenceSettings, *contexts: tuple[str, tuple[str, ...]]) -> list[str | int]:
    """The accepted transfer syntax or the refusing result of each context."""
    answer = Admission(settings).acceptance(request(*contexts))
    assert [result.context_id for result in answer.results] == [2 * n + 1 for n in range(len(contexts))]
    return [result.transfer_syntax if result.result == 0 else result.result for result in answer.results]


@pytest.mark.parametrize(
    ("settings", "asked", "count", "expected"),
    [
        (ReferenceSettings(), request(), 1, None),
        (ReferenceSettings(), request(called="OTHER"), 1, Rejection(1, 1, 7)),
        (ReferenceSettings(), request(called="reference"), 1, Rejection(1, 1, 7)),
        (ReferenceSettings(), request(called=" REFERENCE "), 1, None),
        (ReferenceSettings(check_called_ae_title=False), request(called="OTHER"), 1, None),
        (ReferenceSettings(calling_ae_titles=frozenset({"A"})), request(), 1, Rejection(1, 1, 3)),
        (ReferenceSettings(calling_ae_titles=frozenset({"A", "HARNESS"})), request(), 1, None),
        (ReferenceSettings(), request(application="1.2.3"), 1, Rejection(1, 1, 2)),
        (ReferenceSettings(maximum_associations=5), request(), 5, None),
        (ReferenceSettings(maximum_associations=5), request(), 6, Rejection(2, 3, 2)),
        (ReferenceSettings(refusals=Refusals(association=Rejection(2, 3, 1))), request(), 1, Rejection(2, 3, 1)),
    ],
)
def test_who_gets_in(settings: ReferenceSettings, asked: AssociateRQ, count: int, expected: Rejection | None) -> None:
    assert Admission(settings).rejection(asked, count) == expected


def test_only_the_known_bit_of_the_protocol_version_counts() -> None:
    """PS3.8 9.3.2: a requestor of several versions sets several bits."""
    for version, expected in ((1, None), (3, None), (0xFFFF, None), (2, Rejection(1, 2, 2)), (0, Rejection(1, 2, 2))):
        asked = request()
        asked = AssociateRQ(asked.called, asked.calling, asked.items, protocol_version=version)
        assert Admission(ReferenceSettings()).rejection(asked, 1) == expected


BOTH = (IMPLICIT_VR_LE, EXPLICIT_VR_LE)


@pytest.mark.parametrize(
    ("settings", "contexts", "expected"),
    [
        (ReferenceSettings(), ((VERIFICATION, BOTH),), [IMPLICIT_VR_LE]),
        (ReferenceSettings(), ((VERIFICATION, BOTH[::-1]),), [EXPLICIT_VR_LE]),
        (ReferenceSettings(), ((VERIFICATION, (EXPLICIT_VR_BE,)),), [EXPLICIT_VR_BE]),
        (ReferenceSettings(), ((CT_IMAGE_STORAGE, ("1.2.3", JPEG_LOSSLESS_SV1, *BOTH)),), [JPEG_LOSSLESS_SV1]),
        (ReferenceSettings(), ((CT_IMAGE_STORAGE, ("1.2.3",)), ("1.2.3", BOTH)), [4, 3]),
        (ReferenceSettings(), ((FIND, (EXPLICIT_VR_LE,)), (FIND, (JPEG_LOSSLESS_SV1,))), [EXPLICIT_VR_LE, 4]),
        (ReferenceSettings(), ((CT_IMAGE_STORAGE, (syntax,)) for syntax in BOTH), list(BOTH)),
        (
            ReferenceSettings(sop_classes=frozenset({"1.2.3"})),
            ((CT_IMAGE_STORAGE, BOTH), ("1.2.3", BOTH)),
            [3, BOTH[0]],
        ),
        (
            ReferenceSettings(transfer_syntaxes=frozenset({EXPLICIT_VR_LE})),
            ((CT_IMAGE_STORAGE, BOTH), (VERIFICATION, BOTH)),
            [EXPLICIT_VR_LE, IMPLICIT_VR_LE],
        ),
        (
            ReferenceSettings(refusals=Refusals(contexts={CT_IMAGE_STORAGE: 1, JPEG_LOSSLESS_SV1: 2})),
            ((CT_IMAGE_STORAGE, BOTH), ("1.2.840.10008.5.1.4.1.1.4", (JPEG_LOSSLESS_SV1,)), (VERIFICATION, BOTH)),
            [1, 2, IMPLICIT_VR_LE],
        ),
    ],
)
def test_contexts(settings: ReferenceSettings, contexts: Contexts, expected: list[str | int]) -> None:
    assert results(settings, *contexts) == expected


def test_every_information_model_is_there() -> None:
    uids = [uid for model in QueryModel for uid in (model.find_uid, model.move_uid, model.get_uid)]
    assert len(set(uids)) == 9
    assert results(ReferenceSettings(), *((uid, (IMPLICIT_VR_LE,)) for uid in uids)) == [IMPLICIT_VR_LE] * 9


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (RoleSelection(CT_IMAGE_STORAGE, 0, 1), (RoleSelection(CT_IMAGE_STORAGE, 0, 1),)),
        (RoleSelection(CT_IMAGE_STORAGE, 1, 1), (RoleSelection(CT_IMAGE_STORAGE, 1, 1),)),
        (RoleSelection(CT_IMAGE_STORAGE, 1, 0), (RoleSelection(CT_IMAGE_STORAGE, 1, 0),)),
        (RoleSelection(CT_IMAGE_STORAGE, 0, 7), (RoleSelection(CT_IMAGE_STORAGE, 0, 1),)),
        (RoleSelection(VERIFICATION, 0, 1), ()),
        (RoleSelection(GET, 1, 1), ()),
    ],
)
def test_roles(asked: RoleSelection, answered: tuple[RoleSelection, ...]) -> None:
    """Only what was asked for is granted (PS3.7 D.3.3.4)."""
    answer = Admission(ReferenceSettings()).acceptance(request((CT_IMAGE_STORAGE, BOTH), roles=(asked,)))
    assert answer.role_selections == answered


def test_the_announced_maximum_length() -> None:
    answer = Admission(ReferenceSettings(maximum_length=4096)).acceptance(request())
    assert answer.maximum_length == 4096
