"""What was seen of a captured association, in words without values of data sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from harness.diagnosis.captured.negotiation import in_words, refused_contexts
from harness.diagnosis.captured.services import meaning_of
from harness.observe.capture.association import CapturedAssociation
from harness.reporting.text import number_of
from harness.standard.uids import uid_name

_CLASSES_SHOWN = 3
_NAMED_ENOUGH = ("C-ECHO-RQ", "C-FIND-RQ", "C-MOVE-RQ", "C-GET-RQ")
"""Requests of which the SOP class tells little more."""


def seen_of(found: CapturedAssociation) -> str:
    """What was asked and answered, and how it ended."""
    return "; ".join((*_services(found), *_refused(found), _ending(found)))


def _services(found: CapturedAssociation) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    classes: dict[tuple[str, str], dict[str, None]] = {}
    for kind, count in found.exchanges.counts.items():
        key = (kind.request.removesuffix("-RQ"), str(meaning_of(kind)))
        counts[key] += count
        if kind.request not in _NAMED_ENOUGH:
            classes.setdefault(key, {})[uid_name(kind.sop_class_uid)] = None
    for (service, meaning), count in counts.items():
        names = [name for name in classes.get((service, meaning), ()) if name]
        shown = ", ".join(names[:_CLASSES_SHOWN]) + (", …" if len(names) > _CLASSES_SHOWN else "")
        yield f"{number_of(count, service, service)} answered {meaning}" + (f" ({shown})" if shown else "")
    if found.exchanges.matches:
        yield number_of(found.exchanges.matches, "match", "matches")
    unanswered = Counter(one.request.removesuffix("-RQ") for one in found.exchanges.unanswered)
    yield from (f"{number_of(count, service, service)} not answered" for service, count in unanswered.items())


def _refused(found: CapturedAssociation) -> Iterator[str]:
    refused = refused_contexts(found.trace.contexts)
    if found.is_accepted and refused:
        yield in_words(refused)


def _ending(found: CapturedAssociation) -> str:
    ending = found.trace.ending
    return str(ending) if ending is not None else "still open when the capture ends"


def facts_of(found: CapturedAssociation) -> dict[str, Any]:
    """The same as data."""
    return {
        "accepted": found.is_accepted,
        "services": [
            {
                "request": kind.request,
                "sop_class": kind.sop_class_uid,
                "status": f"{kind.status:04X}",
                "meaning": str(meaning_of(kind)),
                "count": count,
                "by_requestor": kind.by_opener,
            }
            for kind, count in found.exchanges.counts.items()
        ],
        "unanswered": [one.request for one in found.exchanges.unanswered],
        "matches": found.exchanges.matches,
        "refused_sop_classes": list(dict.fromkeys(one.abstract_syntax for one in _refused_after_all(found))),
        "ending": str(found.trace.ending) if found.trace.ending is not None else None,
        "complete": not (found.is_incomplete or found.begins_before),
    }


def _refused_after_all(found: CapturedAssociation) -> list[Any]:
    return refused_contexts(found.trace.contexts) if found.is_accepted else []
