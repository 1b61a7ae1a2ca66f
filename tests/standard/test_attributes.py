"""Attributes by keyword, name and tag."""

from __future__ import annotations

import pytest
from pydicom._dicom_dict import DicomDictionary

from harness.standard.attributes import Attribute, UnknownAttribute, resolve_attribute

PATIENT_NAME = Attribute(0x00100010, "PatientName", "PN")


@pytest.mark.parametrize(
    "text",
    [
        "PatientName",
        "patientname",
        "Patient's Name",
        "(0010,0010)",
        "(0010, 0010)",
        "00100010",
        "0010,0010",
        " PatientName ",
    ],
)
def test_ways_to_name_an_attribute(text: str) -> None:
    assert resolve_attribute(text) == PATIENT_NAME


def test_tags_may_have_small_letters() -> None:
    assert resolve_attribute("(7fe0,0010)").keyword == "PixelData"


def test_every_keyword_of_the_dictionary_names_its_own_tag() -> None:
    for tag, (vr, _, _, _, keyword) in DicomDictionary.items():
        if keyword:
            assert resolve_attribute(keyword) == Attribute(tag, keyword, vr)


def test_repeating_groups_are_known() -> None:
    assert resolve_attribute("60023000").keyword == "OverlayData"


@pytest.mark.parametrize(
    "text", ["", " ", "'", "Nonsense", "(0010,0010", "0010 0010", "0009,1001", "(0011,0000)", "FFFFFFFF"]
)
def test_what_names_no_attribute(text: str) -> None:
    with pytest.raises(UnknownAttribute):
        resolve_attribute(text)


def test_suggestions_are_keywords() -> None:
    with pytest.raises(UnknownAttribute) as caught:
        resolve_attribute("PatientsNam")
    assert caught.value.suggestions[0] == "PatientName"
