"""Retrieves: what the peer said of them, and what the capture shows of the associations on which it sent."""

from __future__ import annotations

from collections.abc import Iterable

from harness.diagnosis.captured.clue import Clue
from harness.diagnosis.statuses import codes_of_status
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.exchanges import Exchange
from harness.standard.status import Service

_DESTINATION_UNKNOWN = 0xA801
_SENT_NOTHING = ("moved-nowhere", "no-such-instance", "move-destination-unknown")
_SAID_OF_DESTINATIONS = ("cannot-understand", "out-of-resources", "processing-failure")


def callers_of(found: CapturedAssociation, others: Iterable[CapturedAssociation]) -> list[CapturedAssociation]:
    """Connections that the peer opened while it was to move something."""
    moves = [one for one in _all(found) if one.request == "C-MOVE-RQ" and one.by_opener]
    return [
        other
        for other in others
        if other is not found
        and other.opener[0] == found.listener[0]
        and any(_is_during(found, one, other) for one in moves)
    ]


def _all(found: CapturedAssociation) -> list[Exchange]:
    return [*found.exchanges.answered, *found.exchanges.unanswered]


def _is_during(found: CapturedAssociation, move: Exchange, other: CapturedAssociation) -> bool:
    """Whether the other begins between request and answer, and calls the destination if it comes so far."""
    seconds = (other.trace.started - found.trace.started).total_seconds()
    until = move.answered if move.answered is not None else found.quiet_since
    called = other.trace.called_ae_title
    return move.seconds <= seconds <= until and called in ("", move.destination)


def of_retrieve(
    found: CapturedAssociation, exchange: Exchange, callers: list[CapturedAssociation], text: str, *, is_fine: bool
) -> Clue | None:
    """A final response to a C-MOVE or C-GET; `text` says which."""
    is_move = exchange.request == "C-MOVE-RQ"
    evidence = (_with_counters(text, exchange), *(_seen_of(caller) for caller in callers))
    if is_fine:
        nothing = is_move and exchange.status == 0 and exchange.counters.completed == 0 and not callers
        return Clue(_SENT_NOTHING, evidence) if nothing else None
    assert exchange.status is not None
    if not is_move:
        codes = ("role-not-granted",) if _has_no_role(found) else codes_of_status(exchange.status, Service.GET)
        return Clue(codes, evidence)
    to_us = [caller for caller in callers if caller.listener[0] == found.opener[0]]
    return Clue(_of_failed_move(exchange.status, callers, to_us), evidence)


def _of_failed_move(
    status: int, callers: list[CapturedAssociation], to_us: list[CapturedAssociation]
) -> tuple[str, ...]:
    """`to_us` are those of the callers that came to the machine of the requestor: a third one's faults are not ours."""
    codes = codes_of_status(status, Service.MOVE)
    if to_us and all(not caller.is_connected for caller in to_us):
        return ("move-cannot-reach-us",)
    if any(_is_refused(caller) for caller in to_us):
        return ("move-refused-by-us",)
    if any(_is_refused(caller) or not caller.is_connected for caller in callers):
        return ("sub-operations-failed",)
    if status == _DESTINATION_UNKNOWN:
        # pynetdicom's qrscp says so of one that it cannot connect to, too.
        return (*codes, "move-cannot-reach-us")
    if codes == ("sub-operations-failed",):
        return (*codes, "move-refused-by-us") if callers else (*codes, "move-cannot-reach-us")
    if codes[0] in _SAID_OF_DESTINATIONS and not callers:
        # Orthanc answers C000 for a destination that it does not know, where PS3.4 has A801.
        return (*codes, "move-destination-unknown", "move-cannot-reach-us", "no-such-instance")
    return codes


def _is_refused(caller: CapturedAssociation) -> bool:
    ending, contexts = caller.trace.ending, caller.trace.contexts
    refused = ending is not None and ending.rejection is not None
    return refused or (caller.is_accepted and not any(context.accepted for context in contexts))


def _has_no_role(found: CapturedAssociation) -> bool:
    """Whether a C-GET was accepted and, for all that could come, the SCP role was not (PS3.7 D.3.3.4)."""
    accepted = [context for context in found.trace.contexts if context.accepted]
    return len(accepted) > 1 and not any(context.scp_role for context in accepted)


def _with_counters(text: str, exchange: Exchange) -> str:
    counters = exchange.counters
    named = [
        f"{number} {word}"
        for word, number in (
            ("completed", counters.completed),
            ("failed", counters.failed),
            ("with warnings", counters.warning),
        )
        if number is not None
    ]
    return f"{text}; sub-operations: {', '.join(named)}" if named else text


def _seen_of(caller: CapturedAssociation) -> str:
    where = f"connection {caller.number} of the peer to {caller.trace.address}"
    stored = sum(count for kind, count in caller.exchanges.counts.items() if kind.status == 0)
    if stored:
        return f"{where}: {stored} answered with success, {caller.trace.ending or 'still open'}"
    return f"{where}: {caller.trace.ending or 'still open'}"
