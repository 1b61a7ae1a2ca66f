"""Acceptance policies: what a peer shall accept, must not, or may; recorded by `probe --save`, edited by people."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from harness.scenario.fields import SOPClass, Spec, TransferSyntax
from harness.scenario.load import load_whole
from harness.scenario.spec import Version


class LineSpec(Spec):
    """SOP classes for which the same holds. What is accepted and stands in no line is new."""

    sop_classes: list[SOPClass] = Field(min_length=1, description="By name, keyword or UID.")
    required: list[TransferSyntax] = Field(default=[], description="Not to accept one of these is a failure.")
    tolerated: list[TransferSyntax] = Field(default=[], description="Accepted or not, both are in order.")
    forbidden: list[TransferSyntax] = Field(default=[], description="To accept one of these is a failure.")


class AcceptanceSpec(Spec):
    """All of a file."""

    version: Version = Field(description="Always 1.")
    contexts: list[LineSpec] = Field(description="What is to be accepted.")


def read_acceptance(path: Path) -> AcceptanceSpec:
    """The policy of a file. Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake."""
    return load_whole(path, AcceptanceSpec)
