"""What cost time in a capture, on associations that work: no failures, and told by the codes of the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.diagnosis.catalogue import diagnosis_of
from harness.diagnosis.model import Diagnosis, Parties
from harness.diagnosis.per_image import association_per_image
from harness.diagnosis.slowness import slow_answers, slow_stages
from harness.observe.capture.association import CapturedAssociation


def hints_of_capture(associations: Iterable[CapturedAssociation]) -> tuple[Diagnosis, ...]:
    """The hints, each told once of all connections between the same two ends."""
    groups: dict[object, list[CapturedAssociation]] = {}
    for found in associations:
        trace = found.trace
        ends = found.opener[0], trace.calling_ae_title, trace.called_ae_title, trace.address
        groups.setdefault(ends, []).append(found)
    return tuple(hint for group in groups.values() for hint in _hints(group))


def _hints(group: Sequence[CapturedAssociation]) -> Iterator[Diagnosis]:
    first, traces = group[0].trace, [found.trace for found in group]
    parties = Parties(first.calling_ae_title, first.called_ae_title, first.address)
    who = f"{first.calling_ae_title} -> {first.called_ae_title}@{first.address}"
    slow = dict(hint for trace in traces for hint in slow_stages(trace))
    for code, text in (*slow.items(), *slow_answers(traces)):
        yield diagnosis_of((code,), (f"{who}: {text}",), parties)
    opened = association_per_image(traces)
    if opened is not None:
        # It is the requestor who can mend it, so the peer here is who called.
        host, port = group[0].opener
        swapped = Parties(first.called_ae_title, first.calling_ae_title, f"{host}:{port}")
        yield diagnosis_of((opened[0],), (f"{who}: {opened[1]}",), swapped)
