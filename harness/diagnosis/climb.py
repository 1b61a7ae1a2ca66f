"""From what the ladder saw to the code of a cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.diagnosis.move import of_move, of_status
from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.foreign import Foreign, Protocol
from harness.observe.outcomes import RetrieveObservation
from harness.observe.rungs import Climb, FirstWords, Greeting, RungName
from harness.observe.trace import Direction
from harness.standard.negotiation import Abort, Rejection

FOREIGN_CODES = {
    Protocol.HTTP: "http-server",
    Protocol.HTTP_2: "http-server",
    Protocol.SSH: "ssh-server",
    Protocol.SMTP: "smtp-server",
    Protocol.FTP: "ftp-server",
    Protocol.HL7: "hl7-listener",
    Protocol.TLS: "tls-where-plain-expected",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The code of the most likely cause, what was seen of it, and the codes of causes that are not ruled out."""

    code: str
    evidence: tuple[str, ...]
    others: tuple[str, ...] = ()


def find_cause(climb: Climb) -> Finding | None:
    """Why the ladder broke where it did; None when it did not."""
    broken = climb.broken
    if broken is None:
        return None
    code, *others = _codes(climb)
    return Finding(code, (broken.text, *_more_evidence(climb)), tuple(others))


def _codes(climb: Climb) -> tuple[str, ...]:
    ending = climb.observation.ending if climb.observation is not None else None
    assert climb.broken is not None
    if climb.broken.name is RungName.PROTOCOL and ending is not None:
        return _of_protocol(climb, ending)
    if climb.broken.name is RungName.CONFIGURATION:
        return ("cannot-listen",)
    if ending is not None:
        return _of_ending(ending)
    if climb.broken.name is RungName.CONTEXTS:
        return _of_contexts(climb)
    if isinstance(climb.observation, RetrieveObservation):
        return of_move(climb.observation, climb.listener)
    return of_status(climb.status)


def _of_protocol(climb: Climb, ending: Ending) -> tuple[str, ...]:
    """Nobody answered in DICOM: who speaks there tells why, and where nobody does, how the connection ended."""
    if climb.plain is not None and any(pdu.direction is Direction.RECEIVED for pdu in climb.plain.pdus):
        return ("plain-where-tls-expected",)
    if not climb.with_tls and climb.tls is not None and climb.tls.encrypted:
        return ("tls-where-plain-expected",)
    foreign = ending.foreign or (climb.first_words.foreign if climb.first_words else None) or climb.http
    if foreign is not None:
        return _of_foreign(foreign)
    if ending.tls is not None:
        return _of_ending(ending)
    if climb.first_words is not None and climb.first_words.greeting in _BEFORE_A_WORD:
        return (_BEFORE_A_WORD[climb.first_words.greeting],)
    return _MUTE.get(ending.kind) or _of_ending(ending)


def _of_foreign(foreign: Foreign) -> tuple[str, ...]:
    if foreign.protocol is Protocol.SMTP_OR_FTP:
        return "smtp-server", "ftp-server"
    return (FOREIGN_CODES.get(foreign.protocol, "not-dicom"),)


def _of_ending(ending: Ending) -> tuple[str, ...]:
    if ending.rejection is not None:
        return _of_rejection(ending.rejection)
    if ending.abort is not None:
        return _of_abort(ending.abort)
    if ending.tls is not None:
        return (_OF_TLS_BY_PEER if ending.tls.by_peer else _OF_TLS).get(ending.tls.fault, ("tls-failed",))
    return _OF_KIND.get(ending.kind, ("peer-protocol-error",))


def _of_rejection(rejection: Rejection) -> tuple[str, ...]:
    found = _OF_REJECTION.get((rejection.source, rejection.reason))
    return found or ("rejected-nonstandard",)


def _of_abort(abort: Abort) -> tuple[str, ...]:
    return ("aborted-by-user",) if abort.source == 0 else ("aborted-by-provider",)


def _of_contexts(climb: Climb) -> tuple[str, ...]:
    assert climb.trace is not None
    results = [context.result for context in climb.trace.contexts if not context.accepted]
    return (_OF_CONTEXT.get(results[0] if results else None, "contexts-no-reason"),)


def _more_evidence(climb: Climb) -> Iterator[str]:
    if climb.first_words is not None:
        yield _told(climb.first_words)
    if climb.tls is not None:
        yield f"TLS: {climb.tls}"
    if climb.plain is not None:
        yield f"asked in plain DICOM: {climb.plain.ending or 'it answers'}"
    if climb.http is not None:
        yield f"asked in HTTP, it answers with {climb.http}"


def _told(words: FirstWords) -> str:
    """What the peer did when we said nothing."""
    what = f"it speaks first, {words.foreign}" if words.foreign is not None else f"the peer {words.greeting}"
    return f"on a connection on which we said nothing {what}, within {words.seconds:.1f} s"


_BEFORE_A_WORD = {Greeting.CLOSED: "closed-at-once", Greeting.RESET: "connection-reset-at-once"}
_MUTE = {
    EndingKind.TIMEOUT: ("silent-listener", "no-answer-to-request", "hl7-listener"),
    EndingKind.CLOSED: ("closed-after-request", "tls-where-plain-expected"),
    EndingKind.RESET: ("reset-after-request", "tls-where-plain-expected"),
}
_OF_KIND = {
    EndingKind.NAME_NOT_FOUND: ("name-not-found",),
    EndingKind.NAME_TIMEOUT: ("name-lookup-timeout",),
    EndingKind.CONNECTION_REFUSED: ("connection-refused",),
    EndingKind.UNREACHABLE: ("host-unreachable",),
    EndingKind.CONNECT_TIMEOUT: ("connection-timeout",),
    EndingKind.TIMEOUT: ("no-response",),
    EndingKind.CLOSED: ("closed-in-service",),
    EndingKind.RESET: ("closed-in-service",),
}
_OF_TLS = {
    TlsFault.PLAIN: ("plain-where-tls-expected",),
    TlsFault.TLS_EXPECTED: ("tls-where-plain-expected",),
    TlsFault.VERSION: ("tls-version",),
    TlsFault.CIPHER_SUITE: ("tls-cipher-suite",),
    TlsFault.UNTRUSTED: ("tls-chain-untrusted",),
    TlsFault.NAME: ("tls-name-mismatch",),
    TlsFault.EXPIRED: ("tls-certificate-expired",),
    TlsFault.CLIENT_CERTIFICATE: ("tls-client-certificate-wanted",),
    TlsFault.CERTIFICATE: ("tls-chain-untrusted",),
    TlsFault.TIMEOUT: ("tls-handshake-timeout",),
}
_OF_TLS_BY_PEER = _OF_TLS | {
    TlsFault.UNTRUSTED: ("tls-client-certificate-refused",),
    TlsFault.EXPIRED: ("tls-client-certificate-refused",),
    TlsFault.CERTIFICATE: ("tls-client-certificate-refused",),
}
"""What the peer says in an alert is said of us: its complaints of certificates are about ours."""

_OF_REJECTION = {
    (1, 1): ("rejected-no-reason",),
    (1, 2): ("application-context-refused",),
    (1, 3): ("calling-ae-title-refused",),
    (1, 7): ("called-ae-title-refused", "calling-ae-title-refused"),
    (2, 1): ("rejected-no-reason",),
    (2, 2): ("protocol-version-refused",),
    (3, 1): ("temporary-congestion",),
    (3, 2): ("too-many-associations",),
}
_OF_CONTEXT: dict[int | None, str] = {
    1: "contexts-user-rejected",
    2: "contexts-no-reason",
    3: "sop-class-not-supported",
    4: "transfer-syntaxes-not-supported",
}
