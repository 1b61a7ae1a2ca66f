"""From the request for an association to its presentation contexts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from harness.diagnosis.captured.clue import INCOMPLETE, Clue, waited_in_vain
from harness.diagnosis.contexts import codes_of_contexts
from harness.diagnosis.endings import codes_of_ending
from harness.diagnosis.titles import titles_as_sent
from harness.observe.capture.association import CapturedAssociation
from harness.observe.ending import Ending, EndingKind
from harness.observe.trace import ContextOutcome
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name


def not_accepted(found: CapturedAssociation, others: Iterable[CapturedAssociation] = ()) -> Clue | None:
    """An association was asked for and did not come to stand; `others` may show what else the peer speaks there."""
    if found.requested is None or found.is_accepted:
        return None
    clue = _unaccepted(found, found.requested)
    with_tls = next((other for other in others if _has_tls(other) and other.listener == found.listener), None)
    if with_tls is None or "tls-where-plain-expected" not in clue.codes:
        return clue
    text = f"connection {with_tls.number} to the same port speaks TLS"
    return Clue(("tls-where-plain-expected",), (*clue.evidence, text))


def _has_tls(other: CapturedAssociation) -> bool:
    return other.tls is not None and other.tls.chosen is not None


def _unaccepted(found: CapturedAssociation, requested: float) -> Clue:
    ending = found.trace.ending
    if ending is not None and not found.ended_by_opener:
        return _refused(found, ending)
    if found.is_incomplete:
        return Clue((INCOMPLETE, "no-answer-to-request"), ("packets of the answer are missing in the capture",))
    since = max(requested, found.heard or 0.0)
    what = "more of the answer to the A-ASSOCIATE-RQ" if found.partial else "answer to the A-ASSOCIATE-RQ"
    long_enough, text = waited_in_vain(found, since, what)
    silence = Ending(EndingKind.TIMEOUT, text, partial=found.partial)
    codes = codes_of_ending(silence, answered=False)
    if not long_enough:
        codes = ("broken-off-by-us", *codes) if found.ended is not None else (INCOMPLETE, *codes)
    return Clue(codes, (text,))


def _refused(found: CapturedAssociation, ending: Ending) -> Clue:
    """The peer ended it."""
    trace = found.trace
    if found.is_incomplete and ending.rejection is None and ending.abort is None:
        return Clue((INCOMPLETE,), (f"{ending}, and packets of its answer are missing in the capture",))
    if found.partial and ending.kind in (EndingKind.CLOSED, EndingKind.RESET):
        return Clue(("answer-broke-off",), (f"{ending} after {found.partial} bytes of an answer",))
    codes = codes_of_ending(ending, answered=False, with_user_identity=trace.user_identity_type != 0)
    text = str(ending)
    if ending.kind in (EndingKind.CLOSED, EndingKind.RESET):
        text += " without an answer to the A-ASSOCIATE-RQ"
    titles = titles_as_sent(ending, called=trace.called_ae_title, calling=trace.calling_ae_title)
    return Clue(codes, (text, *titles))


def nothing_accepted(found: CapturedAssociation) -> Clue | None:
    """Nothing could be asked for want of presentation contexts: none was accepted, or none of what was not used."""
    refused = refused_contexts(found.trace.contexts)
    exchanges = found.exchanges
    if not found.is_accepted or not refused or exchanges.answered or exchanges.unanswered:
        return None
    if all(context.result is None for context in refused):
        return Clue(("peer-protocol-error",), (in_words(refused), *map(str, found.trace.deviations[:3])))
    return Clue(codes_of_contexts(refused), (in_words(refused),))


def refused_contexts(contexts: Iterable[ContextOutcome]) -> list[ContextOutcome]:
    """Those of abstract syntaxes that were accepted with no transfer syntax at all."""
    accepted = {context.abstract_syntax for context in contexts if context.accepted}
    return [context for context in contexts if context.abstract_syntax not in accepted]


def in_words(refused: Iterable[ContextOutcome]) -> str:
    """Which SOP classes were refused, and how."""
    by_result = sorted({(_result(context), uid_name(context.abstract_syntax)) for context in refused})
    return "; ".join(
        f"{result}: {_listed([name for _, name in rows])}"
        for result, rows in groupby(by_result, key=lambda row: row[0])
    )


_NAMES_SHOWN = 5


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} others" if more > 0 else "")


def _result(context: ContextOutcome) -> str:
    name = context_result_name(context.result).replace("-", " ")
    return name if context.result is None else f"refused with {name}"
