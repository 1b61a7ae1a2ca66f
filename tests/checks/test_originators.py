"""Move Originators of what a C-MOVE brings: right ones, none, and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.checks.originators import check_originators
from harness.observe.outcomes import ReceivedInstance, RetrieveObservation
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE

OURS = ("HARNESS", 7)


def moved(*originators: tuple[str, int] | None) -> RetrieveObservation:
    """What came of a C-MOVE."""
    received = [
        ReceivedInstance(Path("x"), CT_IMAGE_STORAGE, f"1.{number}", EXPLICIT_VR_LE, "PACS", "HARNESS", 0, originator)
        for number, originator in enumerate(originators)
    ]
    return RetrieveObservation(received=received, originator=OURS)


@pytest.mark.parametrize("originators", [(), (None,), (OURS, None), (("HARNESS ", 7), OURS)])
def test_the_c_move_is_named_or_none(originators: tuple[tuple[str, int] | None, ...]) -> None:
    assert check_originators(moved(*originators)) is None


@pytest.mark.parametrize("wrong", [("PACS", 7), ("HARNESS", 9999)])
def test_another_originator_is_told(wrong: tuple[str, int]) -> None:
    outcome = check_originators(moved(OURS, wrong))
    assert outcome is not None
    assert not outcome.met
    assert outcome.expected == "as Move Originator HARNESS and Message ID 7, or none"
    assert outcome.observed == f"1 of 2 instances came with {wrong[0]} and Message ID {wrong[1]}"
