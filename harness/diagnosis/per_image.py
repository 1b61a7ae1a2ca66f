"""A requestor that opens an association for every image: seen in the traces of either end, or of a capture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.diagnosis.slowness import Hint
from harness.observe.timing import stage_seconds
from harness.observe.trace import Trace

_LEAST = 3
"""Associations with one instance each that are no accident."""

_Requestor = tuple[str, str, str]


def association_per_image(traces: Iterable[Trace]) -> Hint | None:
    """The code, and what was seen of the first requestor whose associations carried one instance each, all of them."""
    for (calling, _, _), opened in _by_requestor(traces).items():
        if len(opened) >= _LEAST and all(_stores(trace) == 1 for trace in opened):
            text = f"{len(opened)} instances came from `{calling}` on {len(opened)} associations{_times(opened)}"
            return "association-per-image", text
    return None


def _by_requestor(traces: Iterable[Trace]) -> dict[_Requestor, list[Trace]]:
    """The associations on which instances were stored, by titles and address of the other end."""
    found: dict[_Requestor, list[Trace]] = {}
    for trace in traces:
        if _stores(trace):
            key = trace.calling_ae_title, trace.called_ae_title, trace.remote_endpoint[0]
            found.setdefault(key, []).append(trace)
    return found


def _stores(trace: Trace) -> int:
    return sum(fact.summary.startswith("C-STORE-RQ ") for fact in trace.pdus)


def _times(opened: Sequence[Trace]) -> str:
    """How little of the time was for the instances; nothing where several associations were open at once."""
    begun = min(trace.started.timestamp() for trace in opened)
    ended = max(trace.started.timestamp() + trace.pdus[-1].seconds for trace in opened)
    stored = stage_seconds(opened)["service"]
    if stored >= ended - begun:
        return ""
    return f", in {ended - begun:.1f} s, of which {stored:.1f} s were for the instances"
