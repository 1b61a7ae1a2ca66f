"""What a capture holds and what is made of it, as lines for a terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.diagnosis.captured.hints import hints_of_capture
from harness.diagnosis.captured.verdict import Explained, State
from harness.observe.capture.associations import Capture
from harness.observe.capture.frames import written
from harness.reporting.capture_facts import seen_of
from harness.reporting.capture_lint import lint_lines
from harness.reporting.check_text import Line
from harness.reporting.climb_text import diagnosis_lines, hint_lines
from harness.reporting.text import duration, moment, number_of, one_line

_STYLES = {State.FINE: "pass", State.WRONG: "fail", State.UNCLEAR: "warning", State.OTHER: "dim"}
_WORDS = {
    State.FINE: ("is in order", "are in order"),
    State.WRONG: ("went wrong", "went wrong"),
    State.UNCLEAR: ("cannot be told from this capture", "cannot be told from this capture"),
    State.OTHER: ("is no DICOM", "are no DICOM"),
}
CUT = "The file ends in the middle of a packet; it was read as far as it goes."


def capture_lines(path: Path, capture: Capture, found: Sequence[Explained]) -> Iterator[Line]:
    """A summary, then a line for each kind of connection, then what is wrong with those where something is."""
    lasted = capture.ended - capture.begun
    begun = moment(datetime.fromtimestamp(capture.begun, UTC))
    yield [
        (path.name, "strong"),
        (f"  {number_of(capture.packets, 'packet')} in {duration(lasted)}, from {begun}", "dim"),
    ]
    if capture.is_cut:
        yield [(CUT, "warning")]
    yield [(summary(found), "strong")]
    groups = _groups(found)
    for group in groups:
        yield from _row(group)
    for hint in hints_of_capture(one.association for one in found):
        yield from hint_lines(hint)
    for group in groups:
        if group[0].diagnosis is not None:
            yield []
            yield from _explanation(group)
    yield from lint_lines([one.association for one in found])


def summary(found: Sequence[Explained]) -> str:
    """How many connections are in order, and how many are not."""
    counts = Counter(one.state for one in found)
    if set(counts) == {State.FINE}:
        return f"Nothing wrong was found in {number_of(len(found), 'connection')}."
    told = [f"{counts[state]} {_WORDS[state][counts[state] > 1]}" for state in _WORDS if counts[state]]
    return f"Of {number_of(len(found), 'connection')} {', '.join(told)}."


def _groups(found: Sequence[Explained]) -> list[list[Explained]]:
    """Connections between the same ends with which it went the same way, in the order in which they began."""
    groups: dict[object, list[Explained]] = {}
    for one in found:
        association = one.association
        what = one.protocol if one.state is State.OTHER else (_parties(one), association.listener, _outcome(one))
        groups.setdefault((one.state, what), []).append(one)
    return list(groups.values())


def _outcome(one: Explained) -> str:
    """What is the same for connections that are shown as one: how long each took is not."""
    if one.diagnosis is None:
        return seen_of(one.association)
    return f"{one.diagnosis.code} {_SECONDS.sub('', one.diagnosis.evidence[0])}"


_SECONDS = re.compile(r"-?\d+\.\d+ s\b")


def _row(group: list[Explained]) -> Iterator[Line]:
    first = group[0]
    yield [
        (f"{first.state.value:<9}", _STYLES[first.state]),
        (f"{_numbers(group):<6} ", "dim"),
        (one_line(_what(first)), ""),
        (f"  [{first.diagnosis.code}]" if first.diagnosis is not None else "", "dim"),
    ]


def _what(one: Explained) -> str:
    if one.state is State.OTHER:
        return one.protocol
    return f"{_parties(one)}: {seen_of(one.association)}"


def _numbers(group: list[Explained]) -> str:
    """`1`, `1-3, 7`: the numbers of connections."""
    ranges: list[list[int]] = []
    for one in group:
        number = one.association.number
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in ranges[:_RANGES_SHOWN]]
    return ", ".join(shown) + (", …" if len(ranges) > _RANGES_SHOWN else "")


_RANGES_SHOWN = 6


def _parties(one: Explained) -> str:
    """Who asked whom, by AE title where they are known."""
    association = one.association
    trace = association.trace
    who = f"{trace.calling_ae_title} ({association.opener[0]})" if trace.calling_ae_title else association.opener[0]
    return f"{who} -> {trace.called_ae_title}@{trace.address}" if trace.called_ae_title else f"{who} -> {trace.address}"


def _explanation(group: list[Explained]) -> Iterator[Line]:
    """The diagnosis of the first; the others are its like."""
    first = group[0]
    assert first.diagnosis is not None
    trace = first.association.trace
    times = f", and {len(group) - 1} more like it" if len(group) > 1 else ""
    yield [
        (f"Connection {first.association.number}", "strong"),
        (f" of {moment(trace.started)}{times}", ""),
    ]
    ends = [(trace.calling_ae_title, first.association.opener), (trace.called_ae_title, first.association.listener)]
    for label, (title, where) in zip(("we", "the peer"), reversed(ends) if first.is_swapped else ends, strict=True):
        yield [(label.ljust(10), "dim"), (one_line(f"{title} at {written(where)}" if title else written(where)), "")]
    yield from diagnosis_lines(first.diagnosis)
