"""Lines added to a policy that a person edits: everything that stands in it stays where and as it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.scenario.acceptance import AcceptanceSpec, Cell, Standing
from harness.scenario.nodes import Document, parse, parse_text
from harness.scenario.scope import Scope
from harness.scenario.variables import NodePath

CONTEXTS: NodePath = ("contexts",)


def with_required(path: Path, entries: Sequence[str], cells: Collection[Cell]) -> str:
    """The text of the policy in a file with further entries of `contexts`, which require these pairs.

    They come right after the key, so that a comment above an entry still stands above it. Raises `UsageError` where the
    list is not written with hyphens below its key, or the file would then not say just what it said and these.
    """
    document = parse(path, str(path))
    text = _edited(path.read_bytes().decode("utf-8-sig"), document, entries)
    if text is None or not _says(text, document, cells):
        raise UsageError(
            f"{path}: nothing was added, for `contexts` is no list with hyphens below its key; write it so, or put the "
            "lines in yourself"
        )
    return text


def _edited(text: str, document: Document, entries: Sequence[str]) -> str | None:
    key, mark = document.key_marks.get(CONTEXTS), document.marks.get(CONTEXTS)
    if key is None or mark is None or mark.line <= key.line:
        return None
    # A list without indentation begins in the column of its key.
    indent = document.lines[mark.line - 1][: mark.column - 1]
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if lines[key.line - 1].endswith("\r\n") else "\n"
    return "".join([*lines[: key.line], *(f"{indent}{entry}{ending}" for entry in entries), *lines[key.line :]])


def _says(text: str, document: Document, cells: Collection[Cell]) -> bool:
    """Whether a text says what the document says, and requires these pairs besides."""
    edited = parse_text(text, document.file, document.path)
    before, after = (Scope(one).model(AcceptanceSpec, ()) for one in (document, edited))
    if before is None or after is None or edited.problems:
        return False
    added = {Standing.REQUIRED: frozenset(cells)}
    alike = all(after.cells(kind) == before.cells(kind) | added.get(kind, frozenset()) for kind in Standing)
    return alike and after.roles() == before.roles() and after.implementation == before.implementation
