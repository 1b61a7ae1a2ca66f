"""Where time was lost on a way that works: what each pattern looks like in the times of associations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from harness.observe.rungs import Pace
from harness.observe.timing import response_seconds, stage_seconds
from harness.observe.trace import Trace

Hint = tuple[str, str]
"""The code of a cause, and what was seen of it."""

SLOW_SECONDS = 1.0
"""Nothing on the way to an association takes this long where all is well."""

_NEAR = 0.02
"""Seconds that a TCP connection takes at most where both ends are on one network."""

_LEAST = 3
"""Answers without which nothing is said of a regularity."""

_PLATEAUS = {
    "delayed-acknowledgement-40ms": (0.038, 0.06),
    "delayed-acknowledgement-200ms": (0.19, 0.24),
}
"""Seconds between which nearly all answers lie: Linux delays acknowledgements by 40 ms, Windows by 200 ms."""

_NEARLY_ALL = 0.8

_STAGES = {
    "name": ("slow-name-lookup", "looking up the name took"),
    "connect": ("slow-connect", "the TCP connection took"),
    "association": ("slow-accept", "the answer to the A-ASSOCIATE-RQ took"),
}
"""By stage, the code and what was seen."""


def slow_stages(trace: Trace) -> Iterator[Hint]:
    """What was slow on the way to an association, and came in the end."""
    came = {"name": bool(trace.addresses), "connect": trace.remote_endpoint[1], "association": trace.heard}
    for stage, (code, words) in _STAGES.items():
        seconds = trace.stages.get(stage, 0.0)
        if came[stage] and seconds >= SLOW_SECONDS:
            before = f", after {'; '.join(trace.unreached)}" if stage == "connect" and trace.unreached else ""
            yield code, f"{words} {seconds:.1f} s{before}"


def slow_pace(trace: Trace, pace: Pace) -> Iterator[Hint]:
    """What is seen of delayed acknowledgements in the times of C-ECHOs on this association."""
    if _is_near(trace):
        yield from _plateau(pace.prompt or pace.usual, trace)
    code = plateau_of(pace.usual)
    if code is not None and pace.prompt and median(pace.prompt) < median(pace.usual) / 2:
        text = (
            f"C-ECHO is answered in {_ms(pace.prompt)} when each part of the answer is acknowledged at once, as we do, "
            f"and in {_ms(pace.usual)} when that is left to the system, as nearly all others do"
        )
        yield code, text


def slow_answers(traces: Iterable[Trace]) -> Iterator[Hint]:
    """A plateau in the times of all answers on the associations that we asked for."""
    near = [trace for trace in traces if _is_near(trace)]
    if near:
        yield from _plateau([seconds for trace in near for seconds in response_seconds(trace)], near[0])


def plateau_of(seconds: Sequence[float]) -> str | None:
    """The code of the plateau on which nearly all of these times lie, if there is one and they are enough to tell."""
    if len(seconds) < _LEAST:
        return None
    for code, (lowest, highest) in _PLATEAUS.items():
        if sum(lowest <= each <= highest for each in seconds) >= _NEARLY_ALL * len(seconds):
            return code
    return None


def where_time_went(traces: Sequence[Trace]) -> str:
    """The stages with their times, the longest first; empty where nothing is known."""
    stages = sorted(stage_seconds(traces).items(), key=lambda row: row[1], reverse=True)
    return ", ".join(f"{stage} {_ms([seconds])}" for stage, seconds in stages)


def _plateau(seconds: Sequence[float], trace: Trace) -> Iterator[Hint]:
    code = plateau_of(seconds)
    if code is not None:
        way = f"on a way on which TCP connects in {_ms([trace.stages['connect']])}"
        yield code, f"{len(seconds)} answers took {_ms(seconds)} each, {way}"


def _is_near(trace: Trace) -> bool:
    return trace.stages.get("connect", _NEAR) < _NEAR and "connect" in trace.stages


def _ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms"
