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
from harness.ul.pdu import title_field

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
    if climb.fault is not None:
        return (climb.fault.value,)
    if ending is not None:
        return _of_ending(ending)
    if climb.broken.name is RungName.CONTEXTS:
        return _of_contexts(climb)
    if isinstance(climb.observation, RetrieveObservation):
        return of_move(climb.observation, climb.listener, is_study_there=climb.is_study_there)
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
    if (rejection.result, rejection.source, rejection.reason) == _DCM4CHE_IS_FULL:
        return "too-many-associations", "application-context-refused"
    found = _OF_REJECTION.get((rejection.source, rejection.reason))
    return found or ("rejected-nonstandard",)


def _of_abort(abort: Abort) -> tuple[str, ...]:
    return ("aborted-by-user",) if abort.source == 0 else ("aborted-by-provider",)


def _of_contexts(climb: Climb) -> tuple[str, ...]:
    assert climb.trace is not None
    results = [context.result for context in climb.trace.contexts if not context.accepted]
    return (_OF_CONTEXT.get(results[0] if results else None, "contexts-no-reason"),)


def _more_evidence(climb: Climb) -> Iterator[str]:
    yield from _title_evidence(climb, climb.observation.ending if climb.observation is not None else None)
    if climb.first_words is not None:
        yield _told(climb.first_words)
    if climb.tls is not None:
        yield f"TLS: {climb.tls}"
    if climb.plain is not None:
        yield f"asked in plain DICOM: {climb.plain.ending or 'it answers'}"
    if climb.is_study_there is not None:
        yield f"a C-FIND for the study has {'a' if climb.is_study_there else 'no'} match"
    if climb.http is not None:
        yield f"asked in HTTP, it answers with {climb.http}"


def _title_evidence(climb: Climb, ending: Ending | None) -> Iterator[str]:
    """AE titles as they went on the wire, where the peer refused one: case and spaces are seen in the bytes only."""
    if ending is None or ending.rejection is None or ending.rejection.reason not in (_CALLING, _CALLED):
        return
    for word, title in (("called", climb.called_ae_title), ("calling", climb.calling_ae_title)):
        yield f"{word} AE title `{title}`, sent as {title_field(title).hex(' ')}: case counts, spaces at the end do not"


def _told(words: FirstWords) -> str:
    """What the peer did when we said nothing."""
    what = f"it speaks first, {words.foreign}" if words.foreign is not None else f"the peer {words.greeting}"
    return f"on a connection on which we said nothing {what}, within {words.seconds:.1f} s"


_CALLING, _CALLED = 3, 7
"""Reasons of a rejection by the service user that are about AE titles (PS3.8 Table 9-21)."""

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

_DCM4CHE_IS_FULL = (2, 1, 2)
"""Reason 2 is "local limit exceeded" of source 3; with source 1, it says that the application context is not supported,
which nobody would call transient. dcm4che sends this when it has too many associations (dcm4che issue 373)."""

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
