"""From bytes to a plain tree: nothing is guessed, everything has its place, nothing explodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.scenario.nodes import MOST_NODES, Document, parse
from harness.scenario.problems import Mark


def read(tmp_path: Path, text: str | bytes) -> Document:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return parse(path, "file.yaml")


@pytest.mark.parametrize(
    "typed", ["NO", "on", "1E5", "12:30", "0012", "2024-01-01", "20240101", "0x10", "1_000", "~", "null", ".inf", "<<"]
)
def test_a_plain_scalar_stays_what_was_typed(tmp_path: Path, typed: str) -> None:
    document = read(tmp_path, f"key: {typed}\n{typed}: value\n")
    assert document.root == {"key": typed, typed: "value"}
    assert not document.problems


def test_marks_of_values_and_keys(tmp_path: Path) -> None:
    document = read(tmp_path, "a:\n  - b: c\n    d: [e, f]\n")
    assert document.marks["a", 0, "d", 1] == Mark(3, 12)
    assert document.key_marks["a", 0, "d"] == Mark(3, 5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_lines_end_as_yaml_says(tmp_path: Path, end: str) -> None:
    document = read(tmp_path, f"a: 1{end}b: 2{end}a: 3{end}")
    [problem] = document.problems
    assert (problem.line, problem.column) == (3, 1)
    assert document.lines[2] == "a: 3"


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbfa: 1\n")
    assert document.root == {"a": "1"}
    assert document.marks["a",] == Mark(1, 4)
    assert document.lines[0] == "a: 1"


def test_characters_beyond_the_basic_plane(tmp_path: Path) -> None:
    document = read(tmp_path, 'a: "\\ud83d\\ude00"\nb: 😀\n')
    assert document.root == {"a": "😀", "b": "😀"}


def test_an_alias_stands_for_what_it_marks(tmp_path: Path) -> None:
    document = read(tmp_path, "a: &x {b: [c]}\nd: *x\n")
    assert document.root == {"a": {"b": ["c"]}, "d": {"b": ["c"]}}
    assert document.marks["d", "b", 0] == document.marks["a", "b", 0] == Mark(1, 12)


def test_no_more_nodes_than_allowed(tmp_path: Path) -> None:
    list_of_100 = f"[{', '.join('x' * 99)}]"
    copies = MOST_NODES // 100
    document = read(tmp_path, f"a: &a {list_of_100}\nb: [{', '.join(['*a'] * (copies - 2))}]\n")
    assert not document.problems
    document = read(tmp_path, f"a: &a {list_of_100}\nb: [{', '.join(['*a'] * copies)}]\n")
    assert "aliases expanded" in document.problems[0].message


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert "cannot be read" in parse(tmp_path, "folder").problems[0].message
    assert "cannot be read" in parse(tmp_path / "missing", "missing").problems[0].message


def test_lists_as_keys_and_tags_are_told_together(tmp_path: Path) -> None:
    document = read(tmp_path, "? [a]\n: b\nc: !!float 1\nd: !x {}\n")
    assert [problem.line for problem in document.problems] == [1, 3, 4]
    assert document.is_parsed
