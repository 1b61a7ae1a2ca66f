"""The bytes of extended negotiation by SOP class, both ways (PS3.4)."""

from __future__ import annotations

import pytest

from harness.standard.extended import LAYOUTS, MODALITY_WORKLIST_FIND, NAMES, layout_of
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, VERIFICATION

FIND = QueryModel.STUDY_ROOT.find_uid


@pytest.mark.parametrize(
    ("sop_class", "values", "expected"),
    [
        (FIND, {}, "00"),
        (FIND, {"relational_queries": 1}, "01"),
        (FIND, {"relational_queries": 1, "fuzzy_matching": 1}, "010001"),
        (FIND, {"timezone_adjustment": 1}, "00000001"),
        (FIND, {"enhanced_multi_frame_conversion": 0}, "0000000000"),
        (QueryModel.PATIENT_ROOT.move_uid, {"relational_retrieval": 1}, "01"),
        (QueryModel.PATIENT_ROOT.get_uid, {"enhanced_multi_frame_conversion": 1}, "0001"),
        (MODALITY_WORKLIST_FIND, {}, "010100"),
        (MODALITY_WORKLIST_FIND, {"fuzzy_matching": 1}, "010101"),
        (MODALITY_WORKLIST_FIND, {"timezone_adjustment": 1}, "01010001"),
        (CT_IMAGE_STORAGE, {"level_of_support": 3, "element_coercion": 2}, "030000000200"),
        (CT_IMAGE_STORAGE, {"digital_signatures": 3}, "000003000000"),
    ],
)
def test_bytes(sop_class: str, values: dict[str, int], expected: str) -> None:
    layout = layout_of(sop_class)
    assert layout is not None
    assert layout.encode(values).hex() == expected
    assert layout.decode(bytes.fromhex(expected)) == {field.name: values.get(field.name, 0) for field in layout.fields}


def test_missing_bytes_count_as_zero() -> None:
    layout = layout_of(FIND)
    assert layout is not None
    assert set(layout.decode(b"").values()) == {0}
    assert layout.decode(b"\1")["relational_queries"] == 1


@pytest.mark.parametrize("uid", [VERIFICATION, "1.2.3.4"])
def test_other_classes_have_none(uid: str) -> None:
    assert layout_of(uid) is None


def test_names_are_of_some_layout() -> None:
    assert set(NAMES) == {field.name for layout in LAYOUTS for field in layout.fields}
