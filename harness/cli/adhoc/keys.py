"""Keys of queries as they are typed: `PatientID=…`, `0010,0020=`, `ScheduledProcedureStepSequence[0].Modality=CT`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.cli.adhoc.words import Words
from harness.scenario.one_step import OneStep
from harness.scenario.problems import Mark
from harness.standard.attributes import UnknownAttribute, resolve_attribute

_PART = re.compile(r"(?P<name>.*?)(?:\[(?P<item>[^\[\]]*)\])?")
_BETWEEN = re.compile(r"[./]")

KeyPath = tuple[str, ...]
"""An attribute by keyword; before it the sequences that it is in."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A key as it was typed: what stands where is told from the beginning of the option's value."""

    text: str
    path: str
    value: str | None

    @classmethod
    def parse(cls, text: str) -> _Typed:
        path, equals, value = text.partition("=")
        return cls(text, path, value if equals else None)


class Keys:
    """Puts keys into a step, and knows which attributes were asked for."""

    def __init__(self, step: OneStep, words: Words) -> None:
        self.shown: list[KeyPath] = []
        self._step = step
        self._words = words

    def match(self, texts: Iterable[str]) -> None:
        """Add what `-k` gave."""
        for text in texts:
            self._add(_Typed.parse(text), self._words.mark(text, "-k"), "-k")

    def returned(self, texts: Iterable[str]) -> None:
        """Add what `-r` gave."""
        for text in texts:
            mark = self._words.mark(text, "-r")
            if "=" in text:
                self._step.mistake(mark, f"an attribute to return has no value; write `-k {text}` to match it")
            else:
                self._add(_Typed(text, text, None), mark, "-r")

    def by_default(self, keywords: Iterable[str]) -> None:
        """Ask for what a reader wants to see, unless it is asked for already."""
        for keyword in keywords:
            if (keyword,) not in self.shown:
                self._return(keyword, Mark(1, 1))

    def value_of(self, keyword: str) -> str:
        """The value of a key at the top level; empty when there is none."""
        value = self._step.given(("keys", keyword))
        return value if isinstance(value, str) else ""

    def _add(self, typed: _Typed, mark: Mark, option: str) -> None:
        path = self._path(typed, mark)
        if path is None:
            return
        if path in self.shown:
            self._step.mistake(mark, f"`{path[-1]}` is given twice; several values are joined by a backslash")
            return
        before = self._step.given(("keys", *path))
        if isinstance(before, dict):
            self.shown.append(path)
            return  # `-k Sequence` beside keys inside it says nothing new
        self.shown.append(path)
        if typed.value is None and len(path) == 1 and option == "-r":
            self._return(path[0], mark, shown=True)
            return
        value = typed.value or ""
        start = Mark(1, mark.column + len(typed.path) + 1) if typed.value is not None else mark
        self._step.param(("keys", *path), value, start, mark)

    def _return(self, keyword: str, mark: Mark, *, shown: bool = False) -> None:
        if not shown:
            self.shown.append((keyword,))
        listed = self._step.given(("return",))
        self._step.param(("return", len(listed) if isinstance(listed, list) else 0), keyword, mark, mark)

    def _path(self, typed: _Typed, mark: Mark) -> KeyPath | None:
        """The keywords of a path; what is no attribute stays as it is, for the reader of the step to tell."""
        whole = _keyword(typed.path)
        if whole is not None or not typed.path:
            return (whole or typed.path,)
        parts = []
        for part in _BETWEEN.split(typed.path):
            found = _PART.fullmatch(part)
            assert found is not None
            if found["item"] not in (None, "0"):
                self._step.mistake(mark, f"`{part}`: the sequence of a key has one item; write `{found['name']}[0]`")
                return None
            parts.append(_keyword(found["name"]) or found["name"])
        return tuple(parts)


def _keyword(name: str) -> str | None:
    try:
        return resolve_attribute(name).keyword
    except UnknownAttribute:
        return None
