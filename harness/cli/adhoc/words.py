"""The words of a command line, so that a mistake can be shown where it was typed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness.scenario.problems import Mark

_WORDS = "dicom-harness.words"


class WordsCommand(click.Command):
    """A command that remembers what was typed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and keep the words."""
        ctx.meta[_WORDS] = list(args)
        return super().parse_args(ctx, args)


class Words:
    """Finds values among the words of a command line; one that is there twice is found twice."""

    def __init__(self, ctx: click.Context) -> None:
        words = ["dicom-harness", str(ctx.info_name), *ctx.meta[_WORDS]]
        self._words = words[2:]
        quoted = [shlex.quote(word) for word in words]
        self.line = " ".join(quoted)
        self._columns = []
        column = 1
        for word, shown in zip(words, quoted, strict=True):
            self._columns.append(column + (shown != word))
            column += len(shown) + 1
        self._columns = self._columns[2:]
        self._found: set[int] = set()
        self._options = {name: parameter for parameter in ctx.command.params for name in parameter.opts}

    def mark(self, value: Any, option: str = "") -> Mark:
        """Where the value of an option, or an argument, was typed; the beginning where it was not."""
        from harness.scenario.problems import Mark

        for index, word in enumerate(self._words):
            offset = self._offset(index, word, str(value), option)
            if offset is not None and index not in self._found:
                self._found.add(index)
                return Mark(1, self._columns[index] + offset)
        return Mark(1, 1)

    def _offset(self, index: int, word: str, value: str, option: str) -> int | None:
        """Where in a word the value begins; None when it is not there."""
        if not option:
            return 0 if word == value and not self._is_value(index) else None
        names = self._options[option].opts
        before = self._words[index - 1] if index else ""
        if word == value and before in names:
            return 0
        for name in names:
            start = name + "=" if name.startswith("--") else name
            if word.startswith(start) and word[len(start) :] == value and word != name:
                return len(start)
        return None

    def _is_value(self, index: int) -> bool:
        """Whether a word belongs to the option before it."""
        parameter = self._options.get(self._words[index - 1]) if index else None
        return isinstance(parameter, click.Option) and not parameter.is_flag
