"""What the beginning of a TLS connection says of its end."""

from __future__ import annotations

from harness.diagnosis.captured.clue import INCOMPLETE, Clue, waited_in_vain
from harness.diagnosis.endings import codes_of_tls
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.tls import SEALED_ALERT, TlsSeen, version_name
from harness.observe.ending import TlsFailure, TlsFault

_WEB = frozenset(("h2", "http/1.1"))
_HANDSHAKE_FAILURE = 40
_ALERTS: dict[int, tuple[str, TlsFault]] = {
    41: ("no certificate", TlsFault.CLIENT_CERTIFICATE),
    42: ("bad certificate", TlsFault.CERTIFICATE),
    43: ("unsupported certificate", TlsFault.CERTIFICATE),
    44: ("certificate revoked", TlsFault.CERTIFICATE),
    45: ("certificate expired", TlsFault.EXPIRED),
    46: ("certificate unknown", TlsFault.CERTIFICATE),
    48: ("unknown CA", TlsFault.UNTRUSTED),
    49: ("access denied", TlsFault.CERTIFICATE),
    70: ("protocol version", TlsFault.VERSION),
    71: ("insufficient security", TlsFault.CIPHER_SUITE),
    112: ("unrecognized name", TlsFault.NAME),
    116: ("certificate required", TlsFault.CLIENT_CERTIFICATE),
}
"""Alerts of RFC 8446 6.2."""

_AGAINST_THE_CLIENT = ("tls-failed", "tls-client-certificate-wanted", "tls-client-certificate-refused")
_AGAINST_THE_SERVER = ("tls-failed", "tls-chain-untrusted", "tls-name-mismatch", "tls-certificate-expired")


def is_web(found: CapturedAssociation) -> bool:
    """Whether HTTP is to be spoken within TLS."""
    offered = found.tls.offered if found.tls is not None else None
    return offered is not None and not _WEB.isdisjoint(offered.protocols)


def of_tls(found: CapturedAssociation) -> Clue | None:
    """The opener speaks TLS."""
    tls = found.tls
    if tls is None or is_web(found):
        return None
    if found.foreign is not None or found.is_dicom:
        answer = f"{found.foreign}" if found.foreign is not None else "plain DICOM"
        return Clue(("plain-where-tls-expected",), (f"the peer answers a TLS ClientHello with {answer}",))
    if tls.alert is not None and (tls.chosen is not None or not tls.alert_by_opener):
        return _alert(tls, tls.alert)
    if found.is_incomplete:
        return Clue((INCOMPLETE,), ("packets of the TLS connection are missing",))
    if tls.chosen is None:
        return _unanswered(found)
    if not tls.is_established or (found.ended_by_opener and tls.sealed[0] == 1):
        return _broken_off(found, tls)
    if _is_turned_away(found, tls):
        text = "the peer ended the TLS connection with an encrypted alert at the end of the handshake"
        return Clue(_AGAINST_THE_CLIENT, (text, *_offer(tls)))
    return Clue(("capture-encrypted",), (f"encrypted with {tls.version}, {tls.cipher_suite}: {_ended(found)}",))


def _alert(tls: TlsSeen, alert: int) -> Clue:
    by_peer = not tls.alert_by_opener
    name, fault = _ALERTS.get(alert, (f"number {alert}", TlsFault.OTHER))
    if alert == _HANDSHAKE_FAILURE:
        # TLS 1.2 has no other alert for a client certificate that is missing.
        wants = by_peer and tls.is_certificate_requested
        name, fault = "handshake failure", TlsFault.CLIENT_CERTIFICATE if wants else TlsFault.CIPHER_SUITE
    who = "peer" if by_peer else "requestor"
    text = f"the {who} ended the TLS handshake with the alert {name} ({alert})"
    codes = codes_of_tls(TlsFailure(fault, by_peer))
    if fault is TlsFault.CERTIFICATE and not by_peer:
        codes += ("tls-name-mismatch",)
    return Clue(codes, (text, *_offer(tls)))


def _is_turned_away(found: CapturedAssociation, tls: TlsSeen) -> bool:
    """With TLS 1.3 a client is judged when it believes that all is well; all that comes back is an encrypted alert.

    Whoever is welcome gets more than that: session tickets, and answers that are longer than an alert. Either end may
    be the first to close then; but an alert that answers a farewell is one itself.
    """
    only_an_alert = len(tls.answers) == 1 and tls.answers[0] <= SEALED_ALERT
    return found.ended is not None and only_an_alert and not tls.opener_left_first


def _offer(tls: TlsSeen) -> tuple[str, ...]:
    if tls.offered is None:
        return ()
    versions = ", ".join(version_name(version) for version in tls.offered.versions)
    chosen = f"; chosen were {tls.version} and {tls.cipher_suite}" if tls.version else ""
    name = f"; the name asked for was {tls.offered.server_name}" if tls.offered.server_name else ""
    return (f"offered were {versions}{chosen}{name}",)


def _unanswered(found: CapturedAssociation) -> Clue:
    """No ServerHello."""
    if found.ended is not None and not found.ended_by_opener:
        # So do servers of plain DICOM.
        codes = codes_of_tls(TlsFailure(TlsFault.PLAIN, by_peer=True))
        return Clue(codes, (f"{found.trace.ending} at the TLS ClientHello",))
    since = found.heard or found.trace.stages.get("connect", 0.0)
    long_enough, text = waited_in_vain(found, since, "answer to the TLS ClientHello")
    codes = codes_of_tls(TlsFailure(TlsFault.TIMEOUT))
    return Clue(codes if long_enough else (INCOMPLETE, *codes), (text,))


def _broken_off(found: CapturedAssociation, tls: TlsSeen) -> Clue:
    """The handshake began, and what ended it is encrypted."""
    if found.ended is None:
        _, text = waited_in_vain(found, found.heard or 0.0, "end of the TLS handshake")
        return Clue((INCOMPLETE, "tls-handshake-timeout"), (text,))
    chosen = f"{tls.version}, {tls.cipher_suite}"
    if found.ended_by_opener:
        text = f"the requestor broke off once the peer had shown its certificate ({chosen})"
        return Clue(_AGAINST_THE_SERVER, (text,))
    text = f"the peer broke off in the middle of the TLS handshake ({chosen})"
    others = ("tls-client-certificate-wanted",) if tls.is_certificate_requested else ()
    return Clue(("tls-failed", *others), (text,))


def _ended(found: CapturedAssociation) -> str:
    return str(found.trace.ending) if found.trace.ending is not None else "still open when the capture ends"
