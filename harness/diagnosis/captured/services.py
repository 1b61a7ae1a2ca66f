"""What was asked on an association, and answered with a failure or not at all."""

from __future__ import annotations

from harness.diagnosis.captured.clue import INCOMPLETE, Clue, waited_in_vain
from harness.diagnosis.captured.moves import of_retrieve
from harness.diagnosis.endings import codes_of_ending
from harness.diagnosis.statuses import codes_of_status
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.exchanges import Exchange, Kind
from harness.observe.ending import Ending, EndingKind
from harness.standard.status import Service, StatusCategory, StatusMeaning, describe_status
from harness.standard.uids import uid_name

_SERVICES = {
    "C-ECHO-RQ": Service.ECHO,
    "C-STORE-RQ": Service.STORE,
    "C-FIND-RQ": Service.FIND,
    "C-MOVE-RQ": Service.MOVE,
    "C-GET-RQ": Service.GET,
}
_RETRIEVES = (Service.MOVE, Service.GET)
_FINE = (StatusCategory.SUCCESS, StatusCategory.PENDING, StatusCategory.CANCEL)


def service_of(request: str) -> Service:
    """The service that a request belongs to."""
    return _SERVICES.get(request, Service.NORMALIZED)


def meaning_of(kind: Kind) -> StatusMeaning:
    """What the status of answered requests means."""
    return describe_status(kind.status, service_of(kind.request))


def wrong_status(found: CapturedAssociation, callers: list[CapturedAssociation]) -> Clue | None:
    """A request that was answered with something else than success: failures before warnings.

    `callers` are the associations on which a C-MOVE was carried out, as far as they are in the capture.
    """
    clues = [clue for exchange in found.exchanges.answered if (clue := _of_answer(found, exchange, callers))]
    clues.sort(key=lambda clue: (clue.is_swapped, clue.codes[0] == "warning-status"))
    return clues[0] if clues else None


def _of_answer(found: CapturedAssociation, exchange: Exchange, callers: list[CapturedAssociation]) -> Clue | None:
    service = service_of(exchange.request)
    assert exchange.status is not None
    is_fine = describe_status(exchange.status, service).category in _FINE
    text = _answered(found, exchange)
    if service in _RETRIEVES and exchange.by_opener:
        return of_retrieve(found, exchange, callers, text, is_fine=is_fine)
    return None if is_fine else Clue(codes_of_status(exchange.status, service), (text,), not exchange.by_opener)


def _answered(found: CapturedAssociation, exchange: Exchange) -> str:
    assert exchange.status is not None
    meaning = describe_status(exchange.status, service_of(exchange.request))
    times = sum(
        count
        for kind, count in found.exchanges.counts.items()
        if (kind.request, kind.status, kind.by_opener) == (exchange.request, exchange.status, exchange.by_opener)
    )
    text = f"{_named(exchange)} was answered with {meaning}"
    return f"{text}, {times} times" if times > 1 else text


def _named(exchange: Exchange) -> str:
    sop_class = f" ({uid_name(exchange.sop_class_uid)})" if exchange.sop_class_uid else ""
    to = f" to `{exchange.destination}`" if exchange.destination else ""
    return f"{exchange.request}{to}{sop_class}"


def no_final_answer(found: CapturedAssociation) -> Clue | None:
    """A request of the opener that was whole and got no final response."""
    asked = next((one for one in found.exchanges.unanswered if one.by_opener and one.is_whole), None)
    ending = found.trace.ending
    if asked is None or found.is_incomplete or (ending is not None and ending.abort is not None and _by_peer(found)):
        return None
    if ending is not None and _by_peer(found):
        text = f"{ending} while {_named(asked)} was not answered"
        if found.partial:
            return Clue(("answer-broke-off",), (f"{text}; its last {found.partial} bytes are no whole PDU",))
        return Clue(codes_of_ending(ending, answered=True), (text,))
    long_enough, text = waited_in_vain(found, max(asked.seconds, found.heard or 0.0), f"answer to {_named(asked)}")
    codes = codes_of_ending(Ending(EndingKind.TIMEOUT, text, partial=found.partial), answered=True)
    if ending is None:
        return Clue(codes if long_enough else (INCOMPLETE, *codes), (text,))
    if asked.is_canceled or not long_enough:
        return Clue(("broken-off-by-us", *codes), (f"{ending}, after {text}",))
    return Clue((*codes, "broken-off-by-us"), (text, str(ending)))


def _by_peer(found: CapturedAssociation) -> bool:
    return found.ended is not None and not found.ended_by_opener
