"""What OpenSSL says of a failed handshake or a broken connection, in words that tell what to do."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

from harness.observe.ending import Ending, EndingKind, TlsFailure, TlsFault

_UNTRUSTED, _EXPIRED, _NAME = TlsFault.UNTRUSTED, TlsFault.EXPIRED, TlsFault.NAME

_VERIFY_CODES = {
    9: (TlsFault.NOT_YET_VALID, "is not valid yet"),
    10: (_EXPIRED, "has expired"),
    18: (_UNTRUSTED, "is self-signed and not among those that are trusted here"),
    19: (_UNTRUSTED, "was issued by a CA that is not trusted here"),
    20: (_UNTRUSTED, "was issued by a CA that is not trusted here, or an intermediate certificate is missing"),
    21: (_UNTRUSTED, "comes without the certificate of its issuer"),
    23: (_UNTRUSTED, "has been revoked"),
    62: (_NAME, "is for another name than"),
    64: (_NAME, "is for another address than"),
}
"""X509_V_ERR codes of OpenSSL."""

_ALERTS = {
    "TLSV1_ALERT_PROTOCOL_VERSION": (TlsFault.VERSION, "has no TLS version in common with us"),
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": (TlsFault.CIPHER_SUITE, "finds our cipher suites too weak"),
    "TLSV1_ALERT_UNKNOWN_CA": (_UNTRUSTED, "does not trust our certificate (unknown CA)"),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (_EXPIRED, "says that our certificate has expired"),
    "SSLV3_ALERT_CERTIFICATE_REVOKED": (_UNTRUSTED, "says that our certificate has been revoked"),
    "TLSV1_UNRECOGNIZED_NAME": (_NAME, "does not know the server name that we asked for"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (TlsFault.CLIENT_CERTIFICATE, "wants a client certificate, and we sent none"),
    "SSLV3_ALERT_BAD_CERTIFICATE": (TlsFault.CERTIFICATE, "refuses our certificate (bad certificate)"),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (TlsFault.CERTIFICATE, "refuses our certificate (certificate unknown)"),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": (TlsFault.CERTIFICATE, "refuses our certificate (unsupported)"),
    "TLSV1_ALERT_ACCESS_DENIED": (TlsFault.CERTIFICATE, "denies access with our certificate"),
}
"""Alerts of the peer (RFC 8446 6.2), by OpenSSL's names."""

_NO_TLS = (TlsFault.PLAIN, "what the peer sends is no TLS, but plain DICOM or something else")
_OWN = {
    "UNSUPPORTED_PROTOCOL": (TlsFault.VERSION, "there is no TLS version in common with the peer"),
    "NO_SHARED_CIPHER": (TlsFault.CIPHER_SUITE, "there is no cipher suite in common with the peer"),
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": (TlsFault.CLIENT_CERTIFICATE, "the peer sent no client certificate"),
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "PACKET_LENGTH_TOO_LONG": _NO_TLS,
}
"""What we found ourselves."""

_HANDSHAKE_FAILURE = "SSLV3_ALERT_HANDSHAKE_FAILURE"


def failure_of(error: OSError, secured: ssl.SSLSocket) -> Ending:
    """The ending that an error means, of a handshake or of a read after it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _not_verified(error, secured)
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLEOFError):
        return _cut_off(error, secured)
    reason = error.reason or "unknown error"
    if reason == _HANDSHAKE_FAILURE:
        return _handshake_failure(secured)
    if reason in _ALERTS:
        fault, text = _ALERTS[reason]
        return _ending(fault, f"the peer {text}{_offered(fault, secured)}", by_peer=True)
    if reason in _OWN:
        fault, text = _OWN[reason]
        return _ending(fault, text + _offered(fault, secured))
    return _ending(TlsFault.OTHER, f"TLS failed: {reason.lower().replace('_', ' ')}", by_peer="ALERT" in reason)


def _ending(fault: TlsFault, text: str, *, by_peer: bool = False) -> Ending:
    return Ending(EndingKind.TLS, text, tls=TlsFailure(fault, by_peer))


def _not_verified(error: ssl.SSLCertVerificationError, secured: ssl.SSLSocket) -> Ending:
    fault, text = _VERIFY_CODES.get(error.verify_code, (TlsFault.CERTIFICATE, f"is refused: {error.verify_message}"))
    about = f" {secured.server_hostname}" if fault is _NAME else ""
    if fault in (_EXPIRED, TlsFault.NOT_YET_VALID):
        about = f"; our clock says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    whose = "client certificate of the peer" if secured.server_side else "certificate of the peer"
    return _ending(fault, f"the {whose} {text}{about}")


def _handshake_failure(secured: ssl.SSLSocket) -> Ending:
    """The alert that says least; what it means shows in how far the handshake had come."""
    if not secured.server_side and secured.cipher() is not None:
        # TLS 1.2 has no other alert for a client certificate that is missing.
        text = (
            "the peer ended the TLS handshake once a cipher suite was chosen: most likely it wants a client certificate"
        )
        return _ending(TlsFault.CLIENT_CERTIFICATE, text, by_peer=True)
    fault = TlsFault.CIPHER_SUITE
    text = "the peer refused the TLS handshake: most likely there is no cipher suite in common"
    return _ending(fault, text + _offered(fault, secured), by_peer=True)


def _cut_off(error: OSError, secured: ssl.SSLSocket) -> Ending:
    verb = "reset" if isinstance(error, ConnectionResetError | BrokenPipeError) else "closed"
    if not secured.server_side and secured.cipher() is None:
        text = f"the peer {verb} the connection at our TLS ClientHello; most likely it expects plain DICOM there"
        return _ending(TlsFault.PLAIN, text, by_peer=True)
    return _ending(TlsFault.OTHER, f"the peer {verb} the connection in the middle of the TLS handshake", by_peer=True)


def _offered(fault: TlsFault, secured: ssl.SSLSocket) -> str:
    """What our end has to offer, where that is the matter."""
    if fault is TlsFault.VERSION:
        context = secured.context
        versions = [_version(context.minimum_version.name), _version(context.maximum_version.name)]
        return f"; ours are {' to '.join(dict.fromkeys(versions))}"
    if fault is TlsFault.CIPHER_SUITE:
        return f"; ours are {', '.join(str(cipher['name']) for cipher in secured.context.get_ciphers())}"
    return ""


def _version(name: str) -> str:
    """`TLSv1_2` as `TLS 1.2`; without a limit above, the newest there is."""
    number = name.removeprefix("TLSv").replace("_", ".").replace("MAXIMUM.SUPPORTED", "1.3")
    return f"TLS {number if '.' in number else number + '.0'}"
