"""Whatever the matrix, its associations hold every cell, are legal, and are few."""

from __future__ import annotations

import pytest

from harness.engine.probe.packing import CONTROL, halves, packed
from harness.standard.families import Family, current_sop_classes, family_of, sop_classes_in
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_2000, transfer_syntaxes


@pytest.mark.parametrize("most", [3, 7, 47, 128])
def test_every_cell_is_in_an_association(most: int) -> None:
    classes, syntaxes = sop_classes_in(Family.STORAGE)[:40], transfer_syntaxes()
    groups = list(packed(classes, syntaxes, most))
    assert {(uid, syntax) for uid in classes for syntax in syntaxes} <= {cell for group in groups for cell in group}
    for group in groups:
        assert len(group) == len(set(group)) <= most
        assert group[0] == CONTROL
        # PS3.5 10.1: the default transfer syntax is offered for every abstract syntax.
        assert all((sop_class, IMPLICIT_VR_LE) in group for sop_class, _ in group)


def test_associations_are_nearly_full() -> None:
    classes, syntaxes = sop_classes_in(Family.STORAGE), transfer_syntaxes()
    fewest = -(-len(classes) * len(syntaxes) // 127)
    assert fewest <= len(list(packed(classes, syntaxes))) <= fewest * 1.05


def test_halves_are_smaller_and_legal() -> None:
    group = (CONTROL, *((CT_IMAGE_STORAGE, syntax) for syntax in (IMPLICIT_VR_LE, EXPLICIT_VR_LE, JPEG_2000)))
    parts = halves(group)
    assert parts == [group[:3], (*group[:2], group[3])]
    assert halves(parts[0]) == [group[:2]]
    assert not halves(group[:2])
    assert not halves((CONTROL,))


def test_families_hold_the_current_edition() -> None:
    classes = current_sop_classes()
    assert len(classes) > 250
    found = {family: [uid for uid in classes if family_of(uid) is family] for family in Family}
    assert all(found.values())
    assert sum(map(len, found.values())) == len(classes)
    assert len(found[Family.OTHER]) < 10
