"""Acceptance policies in files of their own."""

from __future__ import annotations

from pathlib import Path

from harness.scenario.acceptance import AcceptanceSpec, PolicySpec
from harness.scenario.load import load_whole


def read_acceptance(path: Path) -> PolicySpec:
    """The policy of a file. Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake."""
    return load_whole(path, AcceptanceSpec)
