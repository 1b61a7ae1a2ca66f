"""Files of known deviations: failures of checks that are accepted for a while, each with a reason and an owner."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from harness.scenario.fields import Spec, Words
from harness.scenario.load import load_whole
from harness.scenario.model import ExpectedFailure
from harness.scenario.spec import ExpectedFailureSpec, Version


class DeviationSpec(ExpectedFailureSpec):
    """A check that is known to fail."""

    check: Words = Field(description="The id of the check, as reports have it.")


class BaselineSpec(Spec):
    """All of a file."""

    version: Version = Field(description="Always 1.")
    deviations: list[DeviationSpec] = Field(description="What is known to fail.")


def read_baseline(path: Path) -> dict[str, ExpectedFailure]:
    """What is known to fail, by the id of the check; of two with the same id the last counts.

    Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake.
    """
    return {
        known.check: ExpectedFailure(known.reason, known.owner, known.expires, known.matches)
        for known in load_whole(path, BaselineSpec).deviations
    }
