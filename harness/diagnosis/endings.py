"""From how an association ended to the codes of its causes, the most likely first."""

from __future__ import annotations

from harness.observe.ending import Ending, EndingKind, TlsFailure, TlsFault
from harness.observe.foreign import Foreign, Protocol
from harness.standard.negotiation import Abort, Rejection


def codes_of_ending(
    ending: Ending, *, answered: bool, unserved: bool = False, with_user_identity: bool = False
) -> tuple[str, ...]:
    """Codes for an ending that nobody wanted.

    `answered` says whether the peer had said anything before it, `unserved` whether it had accepted the association and
    answered no request, `with_user_identity` whether we had offered one.
    """
    if ending.rejection is not None:
        return codes_of_rejection(ending.rejection, with_user_identity=with_user_identity)
    if ending.abort is not None:
        return codes_of_abort(ending.abort, unserved=unserved)
    if ending.tls is not None:
        return codes_of_tls(ending.tls)
    if ending.foreign is not None:
        return codes_of_foreign(ending.foreign)
    if ending.partial:
        return ("answer-broke-off",)
    if not answered and ending.kind in _UNANSWERED:
        return _UNANSWERED[ending.kind]
    return _OF_KIND.get(ending.kind, ("peer-protocol-error",))


def codes_of_foreign(foreign: Foreign) -> tuple[str, ...]:
    """Codes for what speaks in place of DICOM."""
    return _OF_PROTOCOL.get(foreign.protocol, ("not-dicom",))


def codes_of_rejection(rejection: Rejection, *, with_user_identity: bool = False) -> tuple[str, ...]:
    """Codes for an A-ASSOCIATE-RJ (PS3.8 9.3.4)."""
    if (rejection.result, rejection.source, rejection.reason) == _DCM4CHE_IS_FULL:
        return "too-many-associations", "application-context-refused"
    if with_user_identity and (rejection.source, rejection.reason) in _NO_REASON_GIVEN:
        # PS3.7 D.3.3.7.3 has source 2 for an identity that is not accepted; many servers say source 1.
        return "user-identity-refused", "rejected-no-reason"
    return _OF_REJECTION.get((rejection.source, rejection.reason), ("rejected-nonstandard",))


CROWDED_SECONDS = 2.5
"""After so many a peer that was full is asked again: DCMTK's servers take one to see that an association is over."""


def is_crowded(ending: Ending) -> bool:
    """Whether the peer says that it has too much to do, which may pass by itself."""
    return ending.rejection is not None and codes_of_rejection(ending.rejection)[0] in _CROWDED


def codes_of_abort(abort: Abort, *, unserved: bool = False) -> tuple[str, ...]:
    """Codes for an A-ABORT (PS3.8 9.3.8); `unserved` as above."""
    if unserved and abort.source == 0:
        # Orthanc does this to callers that it does not know.
        return "aborted-at-request", "calling-ae-title-refused"
    return ("aborted-by-user",) if abort.source == 0 else ("aborted-by-provider",)


def codes_of_tls(failure: TlsFailure) -> tuple[str, ...]:
    """Codes for a TLS connection that did not come to stand."""
    return (_OF_TLS_BY_PEER if failure.by_peer else _OF_TLS).get(failure.fault, ("tls-failed",))


_OF_PROTOCOL = {
    Protocol.HTTP: ("http-server",),
    Protocol.HTTP_2: ("http-server",),
    Protocol.SSH: ("ssh-server",),
    Protocol.SMTP: ("smtp-server",),
    Protocol.FTP: ("ftp-server",),
    Protocol.SMTP_OR_FTP: ("smtp-server", "ftp-server"),
    Protocol.HL7: ("hl7-listener",),
    Protocol.TLS: ("tls-where-plain-expected",),
}
_UNANSWERED = {
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
    EndingKind.NOT_DICOM: ("not-dicom",),
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
    TlsFault.NOT_YET_VALID: ("tls-certificate-not-yet-valid",),
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

_CROWDED = ("temporary-congestion", "too-many-associations")

_NO_REASON_GIVEN = ((1, 1), (2, 1))
"""Source and reason of a rejection that says nothing more (PS3.8 Table 9-21)."""

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
