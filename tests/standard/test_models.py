"""Query/Retrieve information models."""

from __future__ import annotations

import pytest

from harness.standard.attributes import resolve_attribute
from harness.standard.models import UNIQUE_KEYS, QueryModel
from harness.standard.uids import uid_name

STEMS = {
    QueryModel.PATIENT_ROOT: "Patient Root",
    QueryModel.STUDY_ROOT: "Study Root",
    QueryModel.PATIENT_STUDY_ONLY: "Patient/Study Only",
}


@pytest.mark.parametrize("model", QueryModel)
def test_sop_classes_are_the_registered_ones(model: QueryModel) -> None:
    stem = f"{STEMS[model]} Query/Retrieve Information Model"
    retired = " (Retired)" if model is QueryModel.PATIENT_STUDY_ONLY else ""
    assert uid_name(model.find_uid) == f"{stem} - FIND{retired}"
    assert uid_name(model.move_uid) == f"{stem} - MOVE{retired}"
    assert uid_name(model.get_uid) == f"{stem} - GET{retired}"


def test_levels() -> None:
    assert QueryModel.PATIENT_ROOT.levels == ("PATIENT", "STUDY", "SERIES", "IMAGE")
    assert QueryModel.STUDY_ROOT.levels == ("STUDY", "SERIES", "IMAGE")
    assert QueryModel.PATIENT_STUDY_ONLY.levels == ("PATIENT", "STUDY")


def test_unique_keys() -> None:
    assert QueryModel.STUDY_ROOT.unique_key("SERIES") == "SeriesInstanceUID"
    assert QueryModel.STUDY_ROOT.unique_keys_to("SERIES") == ("StudyInstanceUID", "SeriesInstanceUID")
    assert QueryModel.PATIENT_ROOT.unique_keys_to("STUDY") == ("PatientID", "StudyInstanceUID")
    for keyword in UNIQUE_KEYS.values():
        assert resolve_attribute(keyword).keyword == keyword


@pytest.mark.parametrize(
    ("model", "level"), [(QueryModel.STUDY_ROOT, "PATIENT"), (QueryModel.PATIENT_STUDY_ONLY, "IMAGE")]
)
def test_a_level_that_the_model_does_not_have(model: QueryModel, level: str) -> None:
    with pytest.raises(ValueError, match=f"has no level `{level}`"):
        model.unique_key(level)
    with pytest.raises(ValueError, match=f"has no level `{level}`"):
        model.unique_keys_to(level)
