"""From a captured association to what shows that something is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from harness.diagnosis.captured.clue import INCOMPLETE, Clue
from harness.diagnosis.captured.connection import before_a_word, no_connection, other_protocol
from harness.diagnosis.captured.moves import callers_of
from harness.diagnosis.captured.negotiation import not_accepted, nothing_accepted
from harness.diagnosis.captured.services import no_final_answer, wrong_status
from harness.diagnosis.captured.tls import of_tls
from harness.diagnosis.endings import codes_of_ending
from harness.observe.capture.association import CapturedAssociation
from harness.observe.ending import EndingKind
from harness.standard.negotiation import Abort

_SERVICE_USER = 0


def find_clue(found: CapturedAssociation, others: Iterable[CapturedAssociation] = ()) -> Clue | None:
    """What shows why a captured association did not do what it was for; None where nothing wrong is seen.

    `others` are further ones of the same capture, on which the peer may have carried out a C-MOVE.
    """
    others = list(others)
    if not found.has_known_roles:
        return wrong_status(found, []) or _roles_unknown(found)
    return (
        no_connection(found)
        or other_protocol(found)
        or of_tls(found)
        or before_a_word(found)
        or not_accepted(found, others)
        or nothing_accepted(found)
        or wrong_status(found, callers_of(found, others))
        or no_final_answer(found)
        or _ended_badly(found)
        or _not_whole(found)
    )


def _ended_badly(found: CapturedAssociation) -> Clue | None:
    """Neither released nor closed after the work was done."""
    ending = found.trace.ending
    if ending is None or not found.is_dicom or ending.kind is EndingKind.RELEASED:
        return None
    if found.ended_by_opener:
        return _ended_by_opener(found, str(ending), ending.abort)
    cut = ending.kind in (EndingKind.CLOSED, EndingKind.RESET)
    if cut and (found.is_releasing or found.is_incomplete):
        return None
    codes = codes_of_ending(ending, answered=True, unserved=_is_unserved(found))
    evidence = str(ending) + (" without a release" if cut else "")
    return Clue(codes, (evidence, *_deviations(found)))


def _roles_unknown(found: CapturedAssociation) -> Clue | None:
    """It stood before the capture began, and nobody knows who opened it: nothing is said of its end."""
    if not found.is_dicom:
        return None
    return Clue(
        (INCOMPLETE,), ("the capture begins in the middle of this connection, and does not show who opened it",)
    )


def _is_unserved(found: CapturedAssociation) -> bool:
    exchanges = found.exchanges
    return bool(exchanges.unanswered) and not exchanges.answered and not exchanges.unanswered[0].pending


def _ended_by_opener(found: CapturedAssociation, text: str, abort: Abort | None) -> Clue | None:
    """Whoever hangs up when all is answered does no harm."""
    if abort is not None and abort.source != _SERVICE_USER:
        deviations = _deviations(found)
        return Clue(("peer-protocol-error",) if deviations else ("protocol-abort-by-us",), (text, *deviations))
    exchanges = found.exchanges
    if found.is_releasing or (exchanges.answered and not exchanges.unanswered) or found.is_incomplete:
        return None
    return Clue(("broken-off-by-us",), (f"{text}; {_done(found)}",))


def _done(found: CapturedAssociation) -> str:
    unanswered = found.exchanges.unanswered
    if unanswered:
        return f"{unanswered[0].request} was not answered yet"
    return "nothing had been asked on the association"


def _deviations(found: CapturedAssociation) -> tuple[str, ...]:
    return tuple(str(deviation) for deviation in found.trace.deviations[:3])


def _not_whole(found: CapturedAssociation) -> Clue | None:
    if not found.is_incomplete or not found.is_dicom:
        return None
    missing = []
    if found.begins_before:
        missing.append("it begins in the middle of the connection")
    if found.lost:
        missing.append("packets are missing")
    if found.omitted:
        missing.append(f"{found.omitted:,} bytes were not captured")
    return Clue((INCOMPLETE,), (f"of this connection the capture is not whole: {', '.join(missing)}",))
