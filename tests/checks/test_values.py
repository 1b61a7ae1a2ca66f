"""Attribute values of matches held against demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydicom.dataset import Dataset

from harness.checks.values import check_every, check_exact, check_some, describe, fulfills
from harness.observe.outcomes import Match
from harness.scenario.demands import ValueExpectation
from harness.services.identifier import encode_identifier
from harness.standard.uids import EXPLICIT_VR_LE


def demand(value: Any) -> Any:
    return ValueExpectation(**value) if isinstance(value, Mapping) else value


@pytest.mark.parametrize(
    ("text", "wanted", "met"),
    [
        ("CT", "CT", True),
        ("CT ", "CT", True),
        ("CT", "MR", False),
        ("6", "6.0", True),
        ("0012", "12", False),
        ("12", "0012", False),
        ("0012", "0012", True),
        ("1e5", "100000", True),
        ("", "", True),
        ("", "CT", False),
        ("CT123", {"matches": r"CT\d+"}, True),
        ("XCT123", {"matches": r"CT\d+"}, False),
        ("x", {"present": True}, True),
        ("", {"present": True}, False),
        ("", {"present": False}, True),
        ("", {"absent": True}, True),
        ("x", {"absent": True}, False),
        ("CT", {"one_of": ["MR", "CT"]}, True),
        ("US", {"one_of": ["MR", "CT"]}, False),
    ],
)
def test_fulfills(text: str, wanted: Any, met: bool) -> None:
    assert fulfills(text, demand(wanted)) is met


def match(**attributes: Any) -> Match:
    data_set = Dataset()
    for keyword, value in attributes.items():
        setattr(data_set, keyword, value)
    return Match(data=encode_identifier(data_set, EXPLICIT_VR_LE), transfer_syntax_uid=EXPLICIT_VR_LE, status=0xFF00)


CT, MR = match(Modality="CT", PatientID="A"), match(Modality="MR", PatientID="B")


def hide(text: str, vr: str) -> str:
    return f"<{vr}>"


def test_every() -> None:
    assert check_every([CT, CT], {"Modality": "CT"}, hide).met
    outcome = check_every([CT, MR], {"Modality": "CT"}, hide)
    assert not outcome.met
    assert outcome.observed == "match 2 of 2 has Modality = <CS>"
    assert not check_every([], {"Modality": "CT"}, hide).met, "no match proves nothing"


def test_one_and_any() -> None:
    assert check_some("one", [CT, MR], {"Modality": "CT"}, hide).met
    assert not check_some("one", [CT, CT], {"Modality": "CT"}, hide).met
    assert check_some("any", [CT, CT], {"Modality": "CT"}, hide).met
    assert not check_some("any", [MR], {"Modality": "CT"}, hide).met
    assert (
        check_some("any", [MR], {"StudyDate": "20200101"}, hide).observed
        == "the one match has StudyDate missing or empty"
    )


def test_exact() -> None:
    wanted = [{"PatientID": "B"}, {"PatientID": "A"}]
    assert check_exact([CT, MR], wanted, hide).met
    for matches, observed in (
        ([CT], "1 match, 1 expected missing, 0 unexpected"),
        ([CT, MR, CT], "3 matches, 0 expected missing, 1 unexpected"),
        ([CT, CT], "2 matches, 1 expected missing, 1 unexpected"),
    ):
        outcome = check_exact(matches, wanted, hide)
        assert not outcome.met
        assert outcome.observed == observed


def test_several_values_are_joined() -> None:
    both = match(ModalitiesInStudy="CT\\MR")
    assert check_every([both], {"ModalitiesInStudy": "CT\\MR"}, hide).met


def test_counts_are_shown_and_other_values_are_not() -> None:
    counted = match(NumberOfStudyRelatedInstances="5", PatientID="SECRET")
    outcome = check_every([counted], {"NumberOfStudyRelatedInstances": "6", "PatientID": "X"}, hide)
    assert "NumberOfStudyRelatedInstances = 5" in outcome.observed
    assert "SECRET" not in outcome.observed


def step_of(*items: Mapping[str, str]) -> Match:
    made = []
    for values in items:
        item = Dataset()
        for keyword, value in values.items():
            setattr(item, keyword, value)
        made.append(item)
    return match(ScheduledProcedureStepSequence=made)


SEQUENCE = "ScheduledProcedureStepSequence"


@pytest.mark.parametrize(
    ("found", "demands", "observed"),
    [
        (step_of({"Modality": "CT"}), {SEQUENCE: [{"Modality": "CT"}]}, ""),
        (step_of({"Modality": "CT"}), {f"{SEQUENCE}[0].Modality": "CT"}, ""),
        (step_of({"Modality": "CT"}), {SEQUENCE: ValueExpectation(present=True)}, ""),
        (step_of(), {SEQUENCE: []}, ""),
        (match(PatientID="A"), {SEQUENCE: []}, ""),
        (step_of(), {SEQUENCE: ValueExpectation(absent=True)}, ""),
        (step_of({"Modality": "MR"}), {SEQUENCE: [{"Modality": "CT"}]}, f"{SEQUENCE}[0].Modality = <CS>"),
        (step_of({}), {f"{SEQUENCE}[0].Modality": "CT"}, f"{SEQUENCE}[0].Modality missing or empty"),
        (step_of(), {f"{SEQUENCE}[0].Modality": "CT"}, f"{SEQUENCE}[0].Modality missing or empty"),
        (step_of({}), {f"{SEQUENCE}[1].Modality": "CT"}, f"{SEQUENCE}[1].Modality missing or empty"),
        (step_of({}, {}), {SEQUENCE: [{"Modality": "CT"}]}, f"{SEQUENCE} with 2 items instead of 1"),
        (step_of({}), {SEQUENCE: []}, f"{SEQUENCE} with 1 item instead of 0"),
        (step_of({}), {SEQUENCE: ValueExpectation(absent=True)}, f"{SEQUENCE} = 1 item"),
        (step_of(), {SEQUENCE: ValueExpectation(present=True)}, f"{SEQUENCE} missing or empty"),
        (
            step_of({"Modality": "CT"}, {"Modality": "US"}),
            {SEQUENCE: [{"Modality": "CT"}, {"Modality": "MR"}]},
            f"{SEQUENCE}[1].Modality = <CS>",
        ),
    ],
)
def test_items_of_sequences(found: Match, demands: Any, observed: str) -> None:
    outcome = check_every([found], demands, hide)
    assert outcome.met is not bool(observed)
    assert observed in outcome.observed


def test_demands_on_items_in_words() -> None:
    demands: Any = {SEQUENCE: [{"Modality": "CT", "ScheduledProtocolCodeSequence": []}], "PatientID": "A"}
    assert describe(demands) == (
        f"{SEQUENCE}[0].Modality = CT, {SEQUENCE}[0].ScheduledProtocolCodeSequence empty, PatientID = A"
    )


def test_the_missing_ones_of_many_are_named() -> None:
    wanted = [{"PatientID": "A"}, *({"PatientID": str(number)} for number in range(4))]
    outcome = check_exact([CT], wanted, hide)
    assert outcome.expected == "just 5 matches: PatientID = A; PatientID = 0; PatientID = 1; and 2 more"
    assert outcome.observed == "1 match, 4 expected missing, 0 unexpected"
    assert outcome.reason == "missing: PatientID = 0; PatientID = 1; PatientID = 2; and 1 more"
