"""Remake `docs/diagnoses.md` from the causes of `harness/diagnosis/causes/`.

Run `python tools/make_diagnoses.py`; a test compares the result with what is checked in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from harness.diagnosis.catalogue import CAUSES
from harness.diagnosis.model import Blame, Cause, Stage

PAGE = Path(__file__).parents[1] / "docs" / "diagnoses.md"

_HEAD = """# Diagnoses

Why two DICOM systems do not talk to each other, from the lowest layer to the highest. `dicom-harness diagnose` and
every failed check of every report name one of these causes by its code, which never changes.

Each names the side on which the cause is, seen from us. *Undecided* means that what was seen does not tell; the test
that would decide stands with it.
"""
_SIDES = {
    Blame.OURS: "our side",
    Blame.THEIRS: "the other side",
    Blame.NETWORK: "the network",
    Blame.UNDECIDED: "undecided",
}


def _heading(stage: Stage) -> str:
    return "TLS" if stage is Stage.TLS else stage.value.capitalize()


def page() -> str:
    """The text of the page."""
    parts = [_HEAD]
    for stage, causes in groupby(CAUSES.values(), key=lambda cause: cause.stage):
        parts.append(f"## {_heading(stage)}\n")
        parts += ["\n".join(_lines(cause)) for cause in causes]
    return "\n".join(parts)


def _lines(cause: Cause) -> Iterator[str]:
    yield f"### {cause.code}\n"
    yield f"**{cause.title}.** *Where:* {_SIDES[cause.blame]}." + (f" *See* {cause.clause}." if cause.clause else "")
    yield f"\n{cause.explanation}\n"
    yield from (f"- {step}" for step in cause.next_steps)
    if cause.decides:
        yield f"\n*What would decide:* {cause.decides}"
    if cause.request:
        yield f"\n> {_blanks(cause.request)}"
    yield ""


def _blanks(request: str) -> str:
    """The sentence for the other side with words where its facts go."""
    return request.format(calling="OUR-TITLE", called="THEIR-TITLE", address="host:port", evidence="what was seen")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
