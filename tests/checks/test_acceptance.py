"""Each kind of line of an acceptance policy, held against what a peer was seen to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.checks.acceptance import DriftKind, drift
from harness.observe.probe import Matrix, PeerFacts
from harness.scenario.acceptance import PolicySpec
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE

SEEN = PeerFacts(
    maximum_length=16384,
    implementation_class_uid="1.2.3",
    implementation_version_name="ARCHIVE_1",
    asked_window=(16, 16),
    scp_roles=(CT_IMAGE_STORAGE,),
)
MATRIX = Matrix(
    (CT_IMAGE_STORAGE,),
    (IMPLICIT_VR_LE, EXPLICIT_VR_LE),
    {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE): 0, (CT_IMAGE_STORAGE, EXPLICIT_VR_LE): 4},
)


def policy(**parts: object) -> PolicySpec:
    return PolicySpec.model_validate(parts)


def line(**more: object) -> PolicySpec:
    return policy(contexts=[{"sop_classes": [CT_IMAGE_STORAGE], **more}])


@pytest.mark.parametrize(
    ("standing", "agreed", "kind"),
    [
        ("required", True, None),
        ("required", False, DriftKind.LOST),
        ("tolerated", True, None),
        ("tolerated", False, None),
        ("forbidden", True, DriftKind.FORBIDDEN),
        ("forbidden", False, None),
    ],
)
def test_roles(standing: str, agreed: bool, kind: DriftKind | None) -> None:
    peer = replace(SEEN, scp_roles=(CT_IMAGE_STORAGE,) if agreed else ())
    found = drift(MATRIX, peer, line(requestor_as_scp=standing, tolerated=["Implicit VR Little Endian"]))
    assert [role.kind for role in found.roles] == ([kind] if kind else [])
    assert found.fails is (kind is not None)


def test_roles_that_nobody_asked_for_are_not_lost() -> None:
    peer = replace(SEEN, asked_window=None, scp_roles=())
    found = drift(MATRIX, peer, line(requestor_as_scp="required"))
    assert [role.kind for role in found.roles] == [DriftKind.UNANSWERED]
    elsewhere = drift(Matrix((), (), {}), peer, line(requestor_as_scp="required"))
    assert elsewhere.roles == ()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"required": "ARCHIVE_1"}, None),
        ({"required": "ARCHIVE_2"}, DriftKind.LOST),
        ({"required": "ARCHIVE_2", "tolerated": "ARCHIVE_1"}, None),
        ({"tolerated": ["ARCHIVE_2"]}, DriftKind.NEW),
        ({"forbidden": "ARCHIVE_1"}, DriftKind.FORBIDDEN),
        ({"forbidden": "ARCHIVE_0"}, DriftKind.NEW),
        ({}, None),
    ],
)
def test_implementation(values: dict[str, object], kind: DriftKind | None) -> None:
    found = drift(MATRIX, SEEN, policy(implementation={"version_name": values}))
    assert [fact.kind for fact in found.facts] == ([kind] if kind else [])
    assert found.fails is (kind in (DriftKind.LOST, DriftKind.FORBIDDEN))


@pytest.mark.parametrize(
    ("length", "wanted", "met"),
    [(16384, ">= 16384", True), (16383, ">= 16384", False), (0, ">= 4294967295", True), (None, ">= 1", False)],
)
def test_maximum_length(length: int | None, wanted: str, met: bool) -> None:
    peer = replace(SEEN, maximum_length=length)
    found = drift(MATRIX, peer, policy(limits={"maximum_length": wanted}))
    assert found.fails is not met


def test_what_is_new_is_no_failure() -> None:
    found = drift(MATRIX, SEEN, line(tolerated=["Explicit VR Little Endian"]))
    assert found.new == ((CT_IMAGE_STORAGE, IMPLICIT_VR_LE),)
    assert not found.fails
