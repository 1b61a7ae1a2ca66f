"""What a probe found beside its matrix, in words."""

from __future__ import annotations

import pytest

from harness.observe.habits import Again, Choice, Habits, Preference
from harness.reporting.probe_facts import choice_text, doubts
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_2000, transfer_syntaxes


@pytest.mark.parametrize(
    ("preference", "text"),
    [
        (Preference((), Choice.FIRST, 3, 3), "the first proposed"),
        (Preference((), Choice.FIRST, 3, 2), "the first proposed (2 of 3 compared with each other)"),
        (
            Preference((), Choice.OWN, 3, 3, ((JPEG_2000,), (IMPLICIT_VR_LE, EXPLICIT_VR_LE))),
            "its own order: JPEG 2000, then Implicit VR Little Endian or Explicit VR Little Endian",
        ),
        (
            Preference((), Choice.OWN, 7, 7, tuple((uid,) for uid in transfer_syntaxes()[:7])),
            "its own order: Implicit VR Little Endian, then Explicit VR Little Endian, then "
            "Encapsulated Uncompressed Explicit VR Little Endian, and 4 more",
        ),
    ],
)
def test_choices(preference: Preference, text: str) -> None:
    assert choice_text(preference) == text


def test_doubts() -> None:
    assert list(doubts(Habits(made_up_sop_class=3, made_up_transfer_syntax=4))) == []
    (any_class,) = doubts(Habits(made_up_sop_class=0))
    assert "any SOP class" in any_class
    (any_syntax,) = doubts(Habits(made_up_transfer_syntax=0))
    assert "any transfer syntax" in any_syntax
    cell = (CT_IMAGE_STORAGE, JPEG_2000)
    (differing,) = doubts(Habits(again=(Again(cell, 2, 0), Again(cell, 0, 0))))
    assert differing == (
        "CT Image Storage in JPEG 2000 was answered with no-reason among many presentation contexts, and with "
        "acceptance alone"
    )
