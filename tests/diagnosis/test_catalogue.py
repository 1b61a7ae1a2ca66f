"""The causes as data: whole, in plain words, and each of them given by something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import harness.diagnosis
from harness.diagnosis.catalogue import CAUSES, diagnosis_of
from harness.diagnosis.model import Blame, Cause, Parties, Stage
from harness.observe.rungs import ConfigurationFault
from tools.make_diagnoses import PAGE, page

_FOLDER = Path(harness.diagnosis.__file__).parent
_NAMED = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"')


def _given() -> set[str]:
    """Codes that what explains can give."""
    paths = [path for path in _FOLDER.rglob("*.py") if path.parent.name != "causes"]
    sources = [path.read_text() for path in paths]
    return {code for source in sources for code in _NAMED.findall(source)} | {
        fault.value for fault in ConfigurationFault
    }


def test_each_code_that_is_given_has_a_cause_and_the_other_way_round() -> None:
    assert _given() == CAUSES.keys()


def test_stages_stand_in_their_order() -> None:
    stages = [cause.stage for cause in CAUSES.values()]
    assert stages == sorted(stages, key=list(Stage).index)


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.code)
def test_a_cause_is_whole(cause: Cause) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", cause.code)
    assert not cause.title.endswith(".")
    assert cause.next_steps
    for sentence in (cause.explanation, *cause.next_steps, *filter(None, (cause.decides, cause.request))):
        assert re.search(r"[.?]$", sentence), sentence
        assert "  " not in sentence
    # Undecided is said as undecided, with the test that would decide; what is decided needs none.
    assert bool(cause.decides) == (cause.blame is Blame.UNDECIDED)
    # Whoever else has to do something must be asked for it.
    assert cause.request or cause.blame is not Blame.THEIRS


@pytest.mark.parametrize("code", CAUSES)
def test_a_request_names_facts(code: str) -> None:
    diagnosis = diagnosis_of((code,), ("seen",), Parties("OURS", "THEIRS", "pacs:104"))
    assert not re.search(r"[{}]", diagnosis.request)
    assert not diagnosis.request or re.search("OURS|THEIRS|pacs:104", diagnosis.request)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
