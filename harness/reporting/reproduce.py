"""The command that runs one scenario again, just as it ran."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

_CHOICE = ("--tag", "--only", "--exclude", "--shard")
_PLACES = ("--report-dir", "--evidence", "--record-baseline", "--compare-with")
"""Options with a value that choose scenarios or say where to write: what is run again has its own."""


def reproduce(command: str, scenario_id: str) -> str:
    """The command line of a run of scenario files, narrowed to one scenario; of any other command nothing."""
    words = _words(command)
    if words[1:2] != ["run"]:
        return ""
    name = scenario_id.partition("[")[0]
    return shlex.join([*_without(words, (*_CHOICE, *_PLACES)), "--only", name])


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _without(words: Sequence[str], options: Sequence[str]) -> Iterator[str]:
    remaining = iter(words)
    for word in remaining:
        if word in options:
            next(remaining, None)
        elif word.partition("=")[0] not in options:
            yield word
