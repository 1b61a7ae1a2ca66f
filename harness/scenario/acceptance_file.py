"""Acceptance policies in files of their own: as `probe --save` writes them, or as a table of what is declared."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.scenario.acceptance import AcceptanceSpec, PolicySpec
from harness.scenario.declared import DeclaredSpec, read_declared
from harness.scenario.load import load_whole, raise_problems
from harness.scenario.nodes import Document, read_text

TABLE_SUFFIX = ".csv"


def read_acceptance(path: Path) -> PolicySpec:
    """The policy of a file. Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake."""
    return _read_table(path) if path.suffix.lower() == TABLE_SUFFIX else load_whole(path, AcceptanceSpec)


def _read_table(path: Path) -> DeclaredSpec:
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    document = Document(str(path), path)
    text = read_text(document)
    declared = DeclaredSpec()
    if text is not None:
        document.lines = text.splitlines()
        declared = read_declared(document, text)
    raise_problems([document])
    return declared
