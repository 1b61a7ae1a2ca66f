"""The outcomes that clauses allow, as cases list them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from harness.engine.conform.model import Kind, Outcome, Seen
from harness.standard.status import Service, StatusCategory, describe_status

ACCEPTED = Outcome("A-ASSOCIATE-AC", Kind.ACCEPTED)
NOTHING_ACCEPTED = Outcome("A-ASSOCIATE-AC in which no presentation context is accepted", Kind.NOTHING_ACCEPTED)
REJECTED = Outcome("A-ASSOCIATE-RJ", Kind.REJECTED)
ABORTED = Outcome("A-ABORT", Kind.ABORTED)
CLOSED = Outcome("the connection is closed", Kind.CLOSED)
RELEASED = Outcome("A-RELEASE-RP", Kind.RELEASED)
IGNORED = Outcome("it is ignored, and the association goes on", Kind.IGNORED)
SILENT = Outcome("nothing", Kind.SILENT)

ORDERLY_REFUSAL = (REJECTED, ABORTED, NOTHING_ACCEPTED, CLOSED)
"""Ways to refuse an A-ASSOCIATE-RQ that breaks rules."""

TOLERATED_OR_REFUSED = (*ORDERLY_REFUSAL, ACCEPTED)
"""Any answer to an A-ASSOCIATE-RQ; only silence is none."""

ENDED = (ABORTED, CLOSED)


def met(text: str) -> Outcome:
    """What the requirement demands, in words."""
    return Outcome(text, Kind.FULFILLED)


def rejected(text: str, *, source: int, reasons: Collection[int]) -> Outcome:
    """A-ASSOCIATE-RJ of one source for one of these reasons."""

    def fits(seen: Seen) -> bool:
        rejection = seen.rejection
        return rejection is not None and rejection.source == source and rejection.reason in reasons

    return Outcome(text, Kind.REJECTED, fits)


def aborted_by(source: int, reason: int | None = None) -> Outcome:
    """A-ABORT of the service user (0) or provider (2), with one reason or with any."""

    def fits(seen: Seen) -> bool:
        abort = seen.abort
        return abort is not None and abort.source == source and reason in (None, abort.reason)

    text = f"A-ABORT with source {source}" + ("" if reason is None else f" and reason {reason}")
    return Outcome(text, Kind.ABORTED, fits)


def answered(text: str, fits: Callable[[int], bool]) -> Outcome:
    """A response whose status fits."""
    return Outcome(text, Kind.ANSWERED, lambda seen: seen.status is not None and fits(seen.status))


def status(*codes: int) -> Outcome:
    """A response with one of these statuses."""
    return answered("status " + " or ".join(f"{code:04X}H" for code in codes), lambda code: code in codes)


def _category(service: Service, *categories: StatusCategory) -> Callable[[int], bool]:
    return lambda code: describe_status(code, service).category in categories


def failure(service: Service) -> Outcome:
    """A response with any failure."""
    return answered("a response with a failure", _category(service, StatusCategory.FAILURE))


def success(service: Service = Service.ECHO) -> Outcome:
    """A response with success."""
    return answered("a response with success", _category(service, StatusCategory.SUCCESS))


def success_or_warning(service: Service) -> Outcome:
    """A response that says that it was done."""
    return answered(
        "a response with success or a warning", _category(service, StatusCategory.SUCCESS, StatusCategory.WARNING)
    )


ANY_RESPONSE = answered("any response", lambda _: True)
