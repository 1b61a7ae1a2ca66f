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
            self._match(_Typed.parse(text), self._words.mark(text, "-k"))

    def returned(self, texts: Iterable[str]) -> None:
        """Add what `-r` gave."""
        for text in texts:
            mark = self._words.mark(text, "-r")
            if "=" in text:
                self._step.mistake(mark, f"an attribute to return has no value; write `-k {text}` to match it")
                continue
            path = self._path(_Typed(text, text, None), mark)
            if path is not None and path not in self.shown:
                self._return(path, mark)

    def by_default(self, keywords: Iterable[str]) -> None:
        """Ask for what a reader wants to see, unless it is asked for already."""
        for keyword in keywords:
            if (keyword,) not in self.shown:
                self._return((keyword,), Mark(1, 1))

    def put(self, path: KeyPath, value: str, mark: Mark, key_mark: Mark | None = None) -> None:
        """Add a key to match. A sequence without a value beside keys inside it says nothing new."""
        self.shown.append(path)
        if not isinstance(self._step.given(("keys", *path)), dict):
            self._step.param(("keys", *path), value, mark, key_mark)

    def value_of(self, keyword: str) -> str:
        """The value of a key at the top level; empty when there is none."""
        value = self._step.given(("keys", keyword))
        return value if isinstance(value, str) else ""

    def _match(self, typed: _Typed, mark: Mark) -> None:
        path = self._path(typed, mark)
        if path in self.shown:
            name = ".".join(path)
            self._step.mistake(mark, f"`{name}` is given twice; several values are joined by a backslash")
        elif path is not None:
            start = mark if typed.value is None else Mark(1, mark.column + len(typed.path) + 1)
            self.put(path, typed.value or "", start, mark)

    def _return(self, path: KeyPath, mark: Mark) -> None:
        """Add to the list of what is returned; what is in a sequence stands in a list of its own."""
        self.shown.append(path)
        where: tuple[str | int, ...] = ("return",)
        for sequence in path[:-1]:
            where = (*where, self._place_of(sequence, where), sequence)
        listed = self._step.given(where)
        self._step.param((*where, len(listed) if isinstance(listed, list) else 0), path[-1], mark, mark)

    def _place_of(self, sequence: str, where: tuple[str | int, ...]) -> int:
        """The position of a sequence in a list of what is returned; just beyond its end when it is not there."""
        listed = self._step.given(where)
        entries = listed if isinstance(listed, list) else []
        there = (index for index, entry in enumerate(entries) if isinstance(entry, dict) and sequence in entry)
        return next(there, len(entries))

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
