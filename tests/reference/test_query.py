"""Identifiers judged, and what is answered: rules of PS3.4 C.4.1, read back with pydicom."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from pydicom.dataset import Dataset

from harness.dimse.elements import Tag
from harness.dimse.messages import c_find_rq
from harness.observe.data_set import decode_data_set
from harness.reference.answers import answers
from harness.reference.index import Index
from harness.reference.query import Identifier, Query, level_of, understand, unique_keys
from harness.reference.refused import Refused
from harness.services.identifier import build_identifier, encode_identifier
from harness.standard.models import QueryModel
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE
from tests.support.archives import add, header

PATIENT, STUDY, RETIRED = QueryModel.PATIENT_ROOT, QueryModel.STUDY_ROOT, QueryModel.PATIENT_STUDY_ONLY
SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE)


def identifier(level: str = "", keys: dict[str, str] | None = None, returned: tuple[str, ...] = ()) -> Identifier:
    built = build_identifier(level, keys or {}, returned)
    return Identifier(encode_identifier(built, EXPLICIT_VR_LE), EXPLICIT_VR_LE)


def raw(*elements: tuple[int, bytes]) -> bytes:
    """A data set in Implicit VR Little Endian."""
    data = b""
    for tag, value in elements:
        padded = value + b" " * (len(value) % 2)
        data += struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(padded)) + padded
    return data


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index(None)
    made.open()
    person = {"PatientName": "Müller^Jörg", "PatientID": "P1", "PatientSex": "M", "StudyDate": "20200101"}
    add(made, header("1.1.1", "1.1", "1", **person, SeriesNumber="1", InstanceNumber="1", Rows="512"))
    add(made, header("1.1.2", "1.1", "1", **person, SeriesNumber="1", InstanceNumber="2", Rows="64"))
    add(made, header("1.2.1", "1.2", "1", **person, SeriesNumber="2", Modality="SR"))
    add(made, header("2.1.1", "2.1", "2", PatientName="DOE^JOHN", PatientID="p1", StudyDate="20210101"))
    add(made, header("3.1.1", "3.1", "3", PatientName="Doe^Jane", PatientID="P3", Modality="MR"))
    yield made
    made.close()


def ask(index: Index, model: QueryModel, level: str, keys: dict[str, str], *returned: str) -> list[Dataset]:
    """The answers to a query, after checking that they are the same in both transfer syntaxes."""
    both = []
    for syntax in SYNTAXES:
        data = encode_identifier(build_identifier(level, keys, returned), syntax)
        query = understand(Identifier(data, syntax), model)
        both.append([decode_data_set(answer, syntax) for answer in answers(query, index, "REF", syntax)])
    assert [str(answer) for answer in both[0]] == [str(answer) for answer in both[1]]
    return both[0]


@pytest.mark.parametrize(
    ("model", "level", "keys", "allowed"),
    [
        (PATIENT, "PATIENT", {}, True),
        (PATIENT, "STUDY", {"PatientID": "P1"}, True),
        (PATIENT, "STUDY", {}, False),
        (PATIENT, "STUDY", {"PatientID": "P*"}, False),
        (PATIENT, "SERIES", {"PatientID": "P1", "StudyInstanceUID": "1"}, True),
        (PATIENT, "SERIES", {"StudyInstanceUID": "1"}, False),
        (PATIENT, "IMAGE", {"PatientID": "P1", "StudyInstanceUID": "1", "SeriesInstanceUID": "1.1"}, True),
        (PATIENT, "IMAGE", {"PatientID": "P1", "SeriesInstanceUID": "1.1"}, False),
        (STUDY, "PATIENT", {}, False),
        (STUDY, "STUDY", {}, True),
        (STUDY, "SERIES", {"StudyInstanceUID": "1"}, True),
        (STUDY, "SERIES", {"StudyInstanceUID": "*"}, False),
        (STUDY, "SERIES", {"StudyInstanceUID": "1\\2"}, False),
        (STUDY, "IMAGE", {"StudyInstanceUID": "1"}, False),
        (RETIRED, "PATIENT", {}, True),
        (RETIRED, "STUDY", {"PatientID": "P1"}, True),
        (RETIRED, "SERIES", {"PatientID": "P1", "StudyInstanceUID": "1"}, False),
        (STUDY, "", {}, False),
        (STUDY, "study", {}, False),
        (STUDY, "FOO", {}, False),
    ],
)
def test_levels_and_the_unique_keys_above(model: QueryModel, level: str, keys: dict[str, str], allowed: bool) -> None:
    """C.4.1.3.1: without relational queries each level above needs a single value."""
    if allowed:
        assert understand(identifier(level, keys), model).level == level
        return
    with pytest.raises(Refused) as caught:
        understand(identifier(level, keys), model)
    assert caught.value.status == 0xA900


@pytest.mark.parametrize(
    ("level", "keys", "allowed"),
    [
        ("STUDY", {"StudyInstanceUID": "1"}, True),
        ("STUDY", {"StudyInstanceUID": "1\\2"}, True),
        ("STUDY", {"StudyInstanceUID": ""}, False),
        ("STUDY", {"StudyInstanceUID": "*"}, False),
        ("STUDY", {"StudyInstanceUID": "1.?"}, False),
        ("STUDY", {"StudyInstanceUID": "1\\"}, False),
        ("STUDY", {"PatientID": "P1"}, False),
        ("STUDY", {}, False),
        ("SERIES", {"StudyInstanceUID": "1", "SeriesInstanceUID": "1.1\\1.2"}, True),
        ("SERIES", {"SeriesInstanceUID": "1.1"}, False),
        ("SERIES", {"StudyInstanceUID": "1\\2", "SeriesInstanceUID": "1.1"}, False),
    ],
)
def test_what_a_retrieve_must_name(level: str, keys: dict[str, str], allowed: bool) -> None:
    """C.4.2.1.4: anything wider would move what nobody asked for."""
    if allowed:
        assert unique_keys(identifier(level, keys), STUDY, level, retrieve=True)
        return
    with pytest.raises(Refused) as caught:
        unique_keys(identifier(level, keys), STUDY, level, retrieve=True)
    assert caught.value.status == 0xA900


def test_a_patient_is_retrieved_by_one_id_only() -> None:
    assert unique_keys(identifier("PATIENT", {"PatientID": "P1"}), PATIENT, "PATIENT", retrieve=True)
    with pytest.raises(Refused):
        unique_keys(identifier("PATIENT", {"PatientID": "P1\\P3"}), PATIENT, "PATIENT", retrieve=True)


@pytest.mark.parametrize(
    ("level", "keys", "tag"),
    [
        ("", {}, 0x00080052),
        ("SERIES", {}, 0x0020000D),
        ("IMAGE", {"StudyInstanceUID": "1"}, 0x0020000E),
        ("STUDY", {"StudyDate": "2004"}, 0x00080020),
        ("STUDY", {"StudyTime": "x"}, 0x00080030),
    ],
)
def test_a_refusal_names_the_offending_element(level: str, keys: dict[str, str], tag: int) -> None:
    with pytest.raises(Refused) as caught:
        understand(identifier(level, keys), STUDY)
    response = caught.value.response_to(c_find_rq(7, STUDY.find_uid))
    assert response.elements[Tag.OFFENDING_ELEMENT] == (tag,)
    comment = response.text(Tag.ERROR_COMMENT)
    assert comment
    assert len(comment) <= 64
    assert comment == caught.value.comment, "no comment may be cut"


def test_bytes_that_are_no_identifier() -> None:
    for data, status in ((None, 0xA900), (b"", 0xA900), (b"\xff" * 40, 0xC000)):
        with pytest.raises(Refused) as caught:
            level_of(Identifier(data, IMPLICIT_VR_LE), STUDY)
        assert caught.value.status == status


@pytest.mark.parametrize(
    ("model", "level", "keys", "found"),
    [
        (PATIENT, "PATIENT", {}, ["P1", "p1", "P3"]),
        (PATIENT, "PATIENT", {"PatientID": "P1"}, ["P1"]),
        (PATIENT, "PATIENT", {"PatientID": "P?"}, ["P1", "P3"]),
        (RETIRED, "PATIENT", {"PatientName": "doe*"}, ["p1", "P3"]),
        (PATIENT, "PATIENT", {"PatientName": "MÜLLER^jörg"}, ["P1"]),
        (PATIENT, "PATIENT", {"NumberOfPatientRelatedInstances": "3"}, ["P1"]),
        (PATIENT, "STUDY", {"PatientID": "P1"}, ["1"]),
        (RETIRED, "STUDY", {"PatientID": "P3"}, ["3"]),
        (STUDY, "STUDY", {}, ["1", "2", "3"]),
        (STUDY, "STUDY", {"StudyInstanceUID": "3\\1"}, ["1", "3"]),
        (STUDY, "STUDY", {"StudyInstanceUID": "1.*"}, []),
        # The third study has no date, which is an unknown one (C.2.2.1.2).
        (STUDY, "STUDY", {"StudyDate": "20200601-"}, ["2", "3"]),
        (STUDY, "STUDY", {"StudyDate": "20200601-", "PatientID": "P1"}, []),
        (STUDY, "STUDY", {"PatientID": "P1"}, ["1"]),
        (STUDY, "STUDY", {"ModalitiesInStudy": "SR"}, ["1"]),
        (STUDY, "STUDY", {"ModalitiesInStudy": "?R"}, ["1", "3"]),
        (STUDY, "STUDY", {"NumberOfStudyRelatedSeries": "2"}, ["1"]),
        (STUDY, "STUDY", {"SOPClassesInStudy": "1.2.3"}, []),
        (STUDY, "SERIES", {"StudyInstanceUID": "1"}, ["1.1", "1.2"]),
        (STUDY, "SERIES", {"StudyInstanceUID": "1", "Modality": "CT"}, ["1.1"]),
        (STUDY, "SERIES", {"StudyInstanceUID": "1", "SeriesNumber": "02"}, ["1.2"]),
        (STUDY, "SERIES", {"StudyInstanceUID": "2", "SeriesInstanceUID": "1.1"}, []),
        (PATIENT, "SERIES", {"PatientID": "P3", "StudyInstanceUID": "1"}, []),
        (STUDY, "IMAGE", {"StudyInstanceUID": "1", "SeriesInstanceUID": "1.1"}, ["1.1.1", "1.1.2"]),
        (STUDY, "IMAGE", {"StudyInstanceUID": "1", "SeriesInstanceUID": "1.1", "InstanceNumber": "2"}, ["1.1.2"]),
        # A key of a lower level is not supported, so it does not limit.
        (STUDY, "STUDY", {"Modality": "US"}, ["1", "2", "3"]),
    ],
)
def test_what_is_found(index: Index, model: QueryModel, level: str, keys: dict[str, str], found: list[str]) -> None:
    key = model.unique_key(level)
    assert [str(answer[key].value) for answer in ask(index, model, level, keys, *{key} - set(keys))] == found


def test_what_is_answered(index: Index) -> None:
    """Every requested key comes back that is supported (C.2.2.1.3), and what goes with every answer."""
    (answer,) = ask(
        index, STUDY, "STUDY", {"PatientID": "P1"},
        "StudyInstanceUID", "PatientName", "AccessionNumber", "PatientWeight", "Modality", "ModalitiesInStudy",
        "NumberOfStudyRelatedInstances", "NumberOfPatientRelatedStudies", "RequestAttributesSequence",
    )  # fmt: skip
    assert {element.keyword: element.value for element in answer} == {
        "SpecificCharacterSet": "ISO_IR 192",
        "QueryRetrieveLevel": "STUDY",
        "RetrieveAETitle": "REF",
        "AccessionNumber": "",
        "ModalitiesInStudy": ["CT", "SR"],
        "PatientName": "Müller^Jörg",
        "PatientID": "P1",
        "StudyInstanceUID": "1",
        "NumberOfPatientRelatedStudies": 1,
        "NumberOfStudyRelatedInstances": 3,
    }


def test_counts_of_the_levels_above(index: Index) -> None:
    (answer,) = ask(
        index, STUDY, "SERIES", {"StudyInstanceUID": "1", "Modality": "SR"},
        "NumberOfPatientRelatedSeries", "NumberOfStudyRelatedInstances", "NumberOfSeriesRelatedInstances",
    )  # fmt: skip
    assert answer.NumberOfPatientRelatedSeries == 2
    assert answer.NumberOfStudyRelatedInstances == 3
    assert answer.NumberOfSeriesRelatedInstances == 1


def test_numbers_are_binary(index: Index) -> None:
    keys = {"StudyInstanceUID": "1", "SeriesInstanceUID": "1.1", "Rows": "512"}
    (answer,) = ask(index, STUDY, "IMAGE", keys, "Columns", "InstanceNumber")
    assert answer.Rows == 512
    assert answer.Columns is None


def test_a_character_set_only_where_it_is_needed(index: Index) -> None:
    (answer,) = ask(index, STUDY, "STUDY", {"StudyInstanceUID": "2"}, "PatientName")
    assert "SpecificCharacterSet" not in answer


@pytest.mark.parametrize(
    ("charset", "value"),
    [
        ("ISO_IR 192", "Müller*".encode()),
        ("ISO_IR 100", "Müller*".encode("latin-1")),
        ("\\ISO 2022 IR 100", b"M\x1b-A\xfcller*"),
    ],
)
def test_a_name_is_asked_for_in_any_character_set(index: Index, charset: str, value: bytes) -> None:
    request = raw((0x00080005, charset.encode()), (0x00080052, b"STUDY"), (0x00100010, value))
    query = understand(Identifier(request, IMPLICIT_VR_LE), STUDY)
    assert len(list(answers(query, index, "REF", IMPLICIT_VR_LE))) == 1


@pytest.mark.parametrize(
    ("returned", "supported"),
    [
        (("StudyDate", "NumberOfStudyRelatedSeries", "PatientSex"), True),
        (("PatientWeight",), False),
        (("SeriesNumber",), False),
        (("NumberOfSeriesRelatedInstances",), False),
        (("RequestAttributesSequence",), False),
    ],
)
def test_unsupported_keys_are_noticed(returned: tuple[str, ...], supported: bool) -> None:
    query: Query = understand(identifier("STUDY", {}, returned), STUDY)
    assert query.all_keys_supported is supported


def test_what_is_no_key() -> None:
    """Character set, level, retrieve AE title, time zone and group lengths say how to read the identifier."""
    request = raw(
        (0x00080000, bytes(4)), (0x00080005, b"ISO_IR 100"), (0x00080052, b"STUDY"), (0x00080054, b""),
        (0x00080201, b"+0100"), (0x00100000, bytes(4)), (0x00100010, b""),
    )  # fmt: skip
    query = understand(Identifier(request, IMPLICIT_VR_LE), STUDY)
    assert [tag for tag, _ in query.returned] == [0x00100010]
    assert query.all_keys_supported


def test_a_value_that_does_not_fit_its_length_field_is_left_out(index: Index) -> None:
    long = "X" * 70000
    add(index, header("4.1.1", "4.1", "4", StudyDescription=long))
    for syntax, expected in ((IMPLICIT_VR_LE, long), (EXPLICIT_VR_LE, "")):
        made = build_identifier("STUDY", {"StudyInstanceUID": "4"}, ("StudyDescription",))
        query = understand(Identifier(encode_identifier(made, syntax), syntax), STUDY)
        (answer,) = answers(query, index, "REF", syntax)
        assert decode_data_set(answer, syntax).StudyDescription == expected


@pytest.mark.parametrize(
    ("model", "level", "keys", "found"),
    [
        (STUDY, "SERIES", {"SeriesInstanceUID": ""}, ["1.1", "1.2", "2.1", "3.1"]),
        (STUDY, "SERIES", {"Modality": "SR", "SeriesInstanceUID": ""}, ["1.2"]),
        (STUDY, "SERIES", {"StudyInstanceUID": "1\\3", "SeriesInstanceUID": ""}, ["1.1", "1.2", "3.1"]),
        (PATIENT, "SERIES", {"PatientName": "doe*", "SeriesInstanceUID": ""}, ["2.1", "3.1"]),
        (PATIENT, "IMAGE", {"PatientID": "P*", "SOPInstanceUID": ""}, ["1.1.1", "1.1.2", "1.2.1", "3.1.1"]),
        (PATIENT, "IMAGE", {"SeriesInstanceUID": "1.1", "SOPInstanceUID": ""}, ["1.1.1", "1.1.2"]),
    ],
)
def test_relational_queries(
    index: Index, model: QueryModel, level: str, keys: dict[str, str], found: list[str]
) -> None:
    """C.4.1.2.2: where it was negotiated, the levels above need no single value."""
    with pytest.raises(Refused):
        understand(identifier(level, keys), model)
    query = understand(identifier(level, keys), model, relational=True)
    unique = {"SERIES": "SeriesInstanceUID", "IMAGE": "SOPInstanceUID"}[level]
    matches = [decode_data_set(answer, SYNTAXES[0]) for answer in answers(query, index, "REF", SYNTAXES[0])]
    assert sorted(str(match[unique].value) for match in matches) == found


def test_relational_retrieval_still_names_what_is_retrieved() -> None:
    """C.4.2.2.2: the levels above may be left out; what is there must be usable."""
    keys = unique_keys(
        identifier("SERIES", {"SeriesInstanceUID": "1.1"}), STUDY, "SERIES", retrieve=True, relational=True
    )
    assert keys == {"SERIES": ["1.1"]}
    for wrong in ({}, {"StudyInstanceUID": "1"}, {"StudyInstanceUID": "*", "SeriesInstanceUID": "1.1"}):
        with pytest.raises(Refused):
            unique_keys(identifier("SERIES", wrong), STUDY, "SERIES", retrieve=True, relational=True)


def test_dates_and_times_are_combined_only_where_it_was_negotiated(index: Index) -> None:
    """C.2.2.2.5.4: from the first day at ten until the last day at eleven, not each day from ten to eleven.

    The third study has neither date nor time, which are unknown ones (C.2.2.1.2).
    """
    for number, (day, time) in enumerate((("20220101", "0930"), ("20220102", "1500"), ("20220103", "1030")), start=4):
        add(index, header(f"{number}.1.1", f"{number}.1", str(number), PatientID="D", StudyDate=day, StudyTime=time))
    keys = identifier("STUDY", {"StudyDate": "20220101-20220103", "StudyTime": "1000-1100", "StudyInstanceUID": ""})
    for combined, found in ((False, ["3", "6"]), (True, ["3", "5", "6"])):
        query = understand(keys, STUDY, combined=combined)
        matches = [decode_data_set(answer, SYNTAXES[0]) for answer in answers(query, index, "REF", SYNTAXES[0])]
        assert [str(match.StudyInstanceUID) for match in matches] == found
    with pytest.raises(Refused) as caught:
        understand(identifier("STUDY", {"StudyDate": "2022-2023", "StudyTime": "10-11"}), STUDY, combined=True)
    assert caught.value.status == 0xA900
