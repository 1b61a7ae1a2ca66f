"""The four facts of TLS at a peer, each found out alone: encrypted, chain trusted, name right, client certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.net.dial import dial
from harness.net.secure import SecureTransport, TlsBroken
from harness.net.timeouts import Deadline
from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.look import TlsFacts
from harness.observe.trace import Role, Trace
from harness.standard.ae import AEAddress
from harness.tls.contexts import TlsClient, TlsSettings, tls_client
from harness.tls.profiles import TlsProfile
from harness.tls.validity import validity_of

_ALERT_SECONDS = 3.0
"""How long to wait for a refusal after a handshake of TLS 1.3: a missing certificate is complained of only then."""
_LATE_SECONDS = 0.5
"""The same before TLS 1.3, where all should have been said."""
_LOOK_SECONDS = 0.05
"""How often to look meanwhile whether the peer has let us in."""
_DATES = (TlsFault.EXPIRED, TlsFault.NOT_YET_VALID)
_NOT_TLS = (TlsFault.PLAIN, TlsFault.TIMEOUT, TlsFault.OTHER)
"""Faults after which nothing says that the peer speaks TLS at all."""


def tls_facts(address: AEAddress, settings: TlsSettings, seconds: float) -> TlsFacts:
    """Shake hands up to four times, at most `seconds` each, and ask for no association."""
    name = settings.server_name or address.host
    lenient = replace(settings, verify=False, profile=TlsProfile.BCP195)
    shaken = _shake(address, tls_client(lenient), seconds)
    if shaken.version == "":
        return TlsFacts(_speaks_tls(shaken.ending), problem=shaken.ending, name=name)
    chain = _shake(address, tls_client(replace(lenient, verify=True, verify_name=False)), seconds).ending
    return TlsFacts(
        True,
        shaken.version,
        shaken.cipher_suite,
        shaken.ending,
        chain,
        _verdict(chain, TlsFault.UNTRUSTED, *_DATES, TlsFault.CERTIFICATE),
        name,
        _is_for(address, lenient, shaken.certificate, seconds),
        _wants_certificate(address, lenient, seconds),
        validity_of(shaken.certificate),
    )


def speaks_tls(address: AEAddress, seconds: float) -> TlsFacts:
    """Whether a peer that gave no answer in plain DICOM speaks TLS; one handshake that checks nothing."""
    shaken = _shake(address, tls_client(TlsSettings(verify=False, profile=TlsProfile.BCP195)), seconds)
    encrypted = bool(shaken.version) or _speaks_tls(shaken.ending)
    return TlsFacts(encrypted, shaken.version, shaken.cipher_suite, shaken.ending)


@dataclass(frozen=True, slots=True)
class _Shaken:
    """What came of a handshake: without a version it failed, and `ending` says why."""

    version: str = ""
    cipher_suite: str = ""
    certificate: bytes = b""
    ending: Ending | None = None


def _shake(address: AEAddress, tls: TlsClient, seconds: float) -> _Shaken:
    trace = Trace(str(address), "", "", Role.REQUESTOR)
    found = dial(address.host, address.port, seconds, trace, tls)
    if isinstance(found, Ending):
        return _Shaken(ending=found)
    assert isinstance(found, SecureTransport)
    fact, certificate = found.tls, found.socket.getpeercert(binary_form=True)
    ending = _complaint(found, seconds)
    found.say_goodbye()
    found.close()
    return _Shaken(fact.version if fact else "", fact.cipher_suite if fact else "", certificate or b"", ending)


def _complaint(transport: SecureTransport, seconds: float) -> Ending | None:
    """What the peer says of the handshake after it, if it says anything before it lets us in."""
    try:
        data = _first_words(transport, seconds)
    except TlsBroken as broken:
        return broken.ending
    except TimeoutError:
        return None
    except OSError:
        return Ending(EndingKind.RESET, "the peer reset the connection after the TLS handshake")
    return None if data else Ending(EndingKind.CLOSED, "the peer closed the connection after the TLS handshake")


def _first_words(transport: SecureTransport, seconds: float) -> memoryview:
    """What comes after the handshake. Raises as `read` does, TimeoutError also once the peer has let us in."""
    deadline = Deadline(min(seconds, _ALERT_SECONDS if transport.asks_afterwards else _LATE_SECONDS))
    while True:
        left = deadline.remaining()
        try:
            return transport.read(Deadline(min(_LOOK_SECONDS, left)))
        except TimeoutError:
            if transport.asks_afterwards and transport.has_ticket:
                raise


def _speaks_tls(ending: Ending | None) -> bool:
    return ending is not None and ending.tls is not None and ending.tls.fault not in _NOT_TLS


def _verdict(ending: Ending | None, *against: TlsFault) -> bool | None:
    """True without a fault of our finding, False for one of these, None where something else came between."""
    if ending is None or ending.tls is None or ending.tls.by_peer:
        return True
    return False if ending.tls.fault in against else None


def _is_for(address: AEAddress, lenient: TlsSettings, certificate: bytes, seconds: float) -> bool | None:
    """Whether the certificate is for the name that we ask for, whoever issued it: it is itself taken for trusted."""
    tls = tls_client(replace(lenient, verify=True, authorities=()))
    tls.context.load_verify_locations(cadata=certificate)
    ending = _shake(address, tls, seconds).ending
    found = _verdict(ending, TlsFault.NAME)
    # The name is looked at before the dates are.
    return True if ending is not None and ending.tls is not None and ending.tls.fault in _DATES else found


def _wants_certificate(address: AEAddress, lenient: TlsSettings, seconds: float) -> bool | None:
    """Whether the peer refuses whoever shows no certificate."""
    ending = _shake(address, tls_client(replace(lenient, certificate=None, key=None)), seconds).ending
    if ending is None:
        return False
    return True if ending.tls is not None and ending.tls.fault is TlsFault.CLIENT_CERTIFICATE else None
