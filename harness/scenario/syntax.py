"""Errors of the YAML parser in the words of people who write scenarios."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from harness.scenario.problems import Mark

_SENTENCES = {
    r"found character '\\t' that cannot start any token": "a tab cannot indent a line; use spaces",
    r"found character '([@`%])' that cannot start any token": 'a text that begins with `{0}` needs quotes: "{0}…"',
    r"mapping values are not allowed here": "a `:` is not possible here; a text that holds `: ` needs quotes",
    r"expected <block end>, but found '(<block mapping start>|<block sequence start>|\?|-)'": (
        "the indentation does not fit the lines above"
    ),
    r"expected <block end>, but found '<scalar>'": (
        "something stands after the end of a value; a text with quotes inside needs quotes around it all"
    ),
    r"could not find expected ':'": "a `:` is missing after a key, or a line is not indented enough",
    r"expected ',' or '([\]}])'": "a `,` or the closing `{0}` is missing",
    r"found undefined alias '(.*)'": (
        "`*{0}` is an alias of YAML, and nothing is marked `&{0}`; a text that begins with `*` needs quotes"
    ),
    r"expected alphabetic or numeric character, but found": "a text that begins with `*` or `&` needs quotes",
    r"but found another document": "a second YAML document begins here; a scenario file is one",
    r"found unknown escape character '(.*)'": (
        "in \"…\" a backslash needs another one before it; in '…' it is just a backslash"
    ),
}
"""Patterns of what the parser says, and what to say instead."""

_BARE_REFERENCE = 'inside `{ }` and `[ ]` a `${name}` needs quotes: "${name}"'


class TooMuch(yaml.MarkedYAMLError):
    """A document that is too large, too deep or endless; the problem is a sentence already."""


def syntax_problem(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[Mark, str]:
    """Where something is wrong, and what, and how to write it."""
    problem = error.problem or error.context or "cannot be parsed"
    found, begun = error.problem_mark or error.context_mark, error.context_mark
    if found is None:
        return Mark(1, 1), f"not valid YAML: {problem}"
    place = Mark(found.line + 1, found.column + 1)
    if isinstance(error, TooMuch):
        return place, problem
    if begun is not None and problem == "found unexpected end of stream":
        return Mark(begun.line + 1, begun.column + 1), "not valid YAML: this quotation mark is never closed"
    line = lines[found.line] if found.line < len(lines) else ""
    sentence = _sentence(problem, line, found.column)
    if begun is not None and begun.line != found.line and "closing" in sentence:
        sentence += f", for what begins in line {begun.line + 1}"
    return place, f"not valid YAML: {sentence}"


def _sentence(problem: str, line: str, column: int) -> str:
    if line[:column].endswith("$") and line[column:].startswith("{"):
        return _BARE_REFERENCE
    for pattern, sentence in _SENTENCES.items():
        found = re.search(pattern, problem)
        if found is not None:
            return sentence.format(*found.groups())
    return problem
