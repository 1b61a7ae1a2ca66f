"""The redaction gate: what a peer says about a patient never comes through, what helps does."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from harness.results.redaction import STANDARD_UID, Redactor

KNOWN = ("HARNESS", "ARCHIVE", "ZZ-SYNTHETIC^ONE", "2.25.1.2.3", "CT^Abdomen", "ISO_IR 100")

# How servers put values into their logs.
LOG_FORMS = (
    "I: (0010,0010) PN [{}]                                 #   8, 1 PatientName",
    "D: (0010,0020) LO {}",
    "I: (0010,0030) DA [{}",
    "I1121 05:39:40.191524 OrthancFindRequestHandler.cpp:659] (dicom)   (0010,0010)  PatientName = {}",
    'E1121 05:39:40.191524 main.cpp:1] Cannot store "{}" into the database',
    "Patient name '{}' already exists",
    "W: Error Comment [{}]",
    "PatientID={}",
)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="#[]\"'="), min_size=1).map(str.strip))
@example("ABBA")
@example("19591231")
@example("4711")
@example("Will Little")
@example("to be or not to be")
def test_a_value_set_apart_leaves_no_trace_in_a_log(value: str) -> None:
    assume(any(character.isalnum() for character in value) and value not in KNOWN)
    assume(not value.startswith(STANDARD_UID))  # what the standard has defined is of no patient
    redactor = Redactor(KNOWN)
    for form in LOG_FORMS:
        assert redactor.log_line(form.format(value)) == redactor.log_line(form.format("Somebody^Else"))


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z][A-Za-z^.0-9_-]{3,30}", fullmatch=True))
@example("ABBA")
@example("CANARY^WILL")
@example("face")
@example("C0FFEE")
@example("Dead^Beef")
def test_an_unknown_word_never_comes_through_a_log(word: str) -> None:
    canary = "Q" + word + "X9"
    redactor = Redactor(KNOWN)
    loose = ("{}", "the patient {} was stored", "I: {} -> ARCHIVE", "error:{},{};({})", "{}.dcm", "/tmp/{}")
    for form in (*LOG_FORMS, *loose):
        assert canary not in redactor.log_line(form.format(canary, canary, canary))


@pytest.mark.parametrize("name", ["ABBA", "FACE", "A1234", "19591231", "1959", "4711", "0012345", "Müller", "1.2.3.4"])
def test_short_identifiers_are_no_technical_words(name: str) -> None:
    assert name not in Redactor(KNOWN).log_line(f"I: Study of {name} not found")


@settings(deadline=None)
@given(st.text(min_size=1), st.sampled_from(["", "PN", "LO", "DA", "UI"]))
def test_an_unknown_value_is_shown_as_its_length(value: str, vr: str) -> None:
    parts = {part.strip().rstrip("\0") for part in (value, *value.split("\\"))}
    assume(not parts & {"", *KNOWN})
    shown = Redactor(KNOWN).value(value, vr)
    unit = "character" if len(value) == 1 else "characters"
    assert shown == f"<{vr + ', ' if vr else ''}{len(value)} {unit}>"


@pytest.mark.parametrize(
    ("value", "vr", "shown"),
    [
        ("ARCHIVE ", "AE", "ARCHIVE "),
        ("2.25.1.2.3\0", "UI", "2.25.1.2.3\0"),
        ("ARCHIVE\\HARNESS", "AE", "ARCHIVE\\HARNESS"),
        ("ARCHIVE\\OTHER", "AE", "<AE, 13 characters>"),
        ("1.2.840.10008.5.1.4.1.1.2", "UI", "1.2.840.10008.5.1.4.1.1.2"),
        ("1.2.840.10008.SMITH", "LO", "<LO, 19 characters>"),
        ("1.2.840.113619.2.1", "UI", "<UI, 18 characters>"),
        ("", "PN", ""),
        ("  ", "PN", "  "),
        ("M", "CS", "<CS, 1 character>"),
        ("harness", "", "<7 characters>"),
    ],
)
def test_values(value: str, vr: str, shown: str) -> None:
    assert Redactor(KNOWN).value(value, vr) == shown


def test_values_that_the_run_makes_are_known_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.value("ZZ-1", "LO") == "<LO, 4 characters>"
    redactor.allow("ZZ-1", " 2.25.9 ")
    assert redactor.value("ZZ-1", "LO") == "ZZ-1"
    assert redactor.log_line("I: stored 2.25.9 of [ZZ-1]") == "I: stored 2.25.9 of [ZZ-1]"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "I: Association Received (localhost:STORESCU -> ARCHIVE)",
            "I: Association Received (… -> ARCHIVE)",
        ),
        ("I: Affected SOP Class UID        : CTImageStorage", "I: Affected SOP Class UID        : CTImageStorage"),
        ("I: DIMSE Status                  : 0x0000: Success", "I: DIMSE Status                  : 0x0000: Success"),
        ("I: Find SCP Response 1 [status: Pending]", "I: Find SCP Response 1 [status: Pending]"),
        (
            "I: Move SCP Response 1 [status: Refused: OutOfResourcesSubOperations]",
            "I: Move SCP Response 1 [status: Refused: OutOfResourcesSubOperations]",
        ),
        (
            "I: (0008,0052) CS [STUDY]    #   6, 1 QueryRetrieveLevel",
            "I: (0008,0052) CS …    #   6, 1 QueryRetrieveLevel",
        ),
        ("I: (0020,000d) UI [2.25.1.2.3]  #  10, 1", "I: (0020,000d) UI [2.25.1.2.3]  #  10, 1"),
        ("I: # Used TransferSyntax: Little Endian Explicit", "I: # Used TransferSyntax: Little Endian Explicit"),
        (
            "E: Sub-Association Request Failed: 0006:031c TCP Initialization Error: Connection refused",
            "E: Sub-Association Request Failed: 0006:031c TCP Initialization Error: Connection refused",
        ),
        (
            'E1121 05:39:40.301036 OrthancException.cpp:58] connecting to AET "HARNESS": TCP Initialization Error',
            'E1121 05:39:40.301036 OrthancException.cpp:58] connecting to AET "HARNESS": TCP Initialization Error',
        ),
        (
            "2026-11-21 05:39:40.30 Smith^John is in room 12",
            "2026-11-21 05:39:40.30 … is in … 12",
        ),
        ("Modality = CT^Abdomen", "Modality = CT^Abdomen"),
        ("", ""),
        ("I:", "I:"),
    ],
)
def test_log_lines_stay_useful(line: str, shown: str) -> None:
    assert Redactor(KNOWN).log_line(line) == shown


SECRET = "correct horse"


@pytest.mark.parametrize("show_values", [False, True])
def test_secrets_never_render(show_values: bool) -> None:
    redactor = Redactor([SECRET, f"user:{SECRET}"], [SECRET, "horse", ""], show_values=show_values)
    for text in (SECRET, f"user:{SECRET}", f"[{SECRET}] and horse"):
        for shown in (redactor.value(text, "LO"), redactor.log_line(text), redactor.without_secrets(text)):
            assert "horse" not in shown
    assert redactor.without_secrets(f"password {SECRET}!") == "password <secret>!"


def test_show_values_shows_all_but_secrets() -> None:
    redactor = Redactor(show_values=True)
    assert redactor.value("Smith^John", "PN") == "Smith^John"
    assert redactor.log_line("I: (0010,0010) PN [Smith^John]") == "I: (0010,0010) PN [Smith^John]"


def test_digests_compare_within_a_site_only() -> None:
    here, there, nowhere = Redactor(site_key=b"here"), Redactor(site_key=b"there"), Redactor()
    assert here.digest("0012") == Redactor(site_key=b"here").digest("0012")
    assert len({here.digest("0012"), here.digest("12"), there.digest("0012"), nowhere.digest("0012")}) == 4
    assert nowhere.digest("0012") != Redactor().digest("0012")
    assert len(here.digest("lone surrogate \ud800")) == 16
