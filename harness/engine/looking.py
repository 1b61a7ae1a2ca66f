"""A further look at a peer that has answered our first word with none: who speaks there, and what?

It takes one connection where the peer closes by itself. Only where it stays silent, a TLS handshake and an HTTP request
for the headers of `/` follow; after a TLS handshake that was not answered, one association without TLS.
A rejection that says nothing is followed by one association for C-ECHO alone.
"""

from __future__ import annotations

from harness.net.negotiation import Proposal
from harness.net.probe import ask_http, listen_first
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.net.tls_probe import speaks_tls
from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.look import Greeting, Look
from harness.observe.trace import Trace
from harness.standard.ae import AEAddress
from harness.standard.negotiation import Rejection
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

SECONDS = 1.5
"""What each connection may take, where nobody says otherwise."""

_MUTE = (EndingKind.CLOSED, EndingKind.RESET, EndingKind.TIMEOUT)
"""Endings of a peer that has not said a word, which any protocol may be behind."""

_PERHAPS_PLAIN = (TlsFault.PLAIN, TlsFault.TIMEOUT, TlsFault.OTHER)
"""Faults of TLS behind which a peer may be that speaks no TLS at all."""


def look_after(
    address: AEAddress, trace: Trace, ending: Ending, seconds: float = SECONDS, timeouts: Timeouts | None = None
) -> Look | None:
    """Look what is behind the ending of an association that never stood; None where it says enough by itself.

    `seconds` are for each connection, `timeouts` for an association without TLS.
    """
    patience = timeouts or Timeouts(seconds, seconds, seconds, seconds)
    if ending.rejection is not None:
        silent = _says_nothing(ending.rejection, trace)
        return Look(verification=_associate(address, trace, patience)) if silent else None
    if trace.heard:
        return None
    if ending.tls is not None:
        if ending.tls.fault not in _PERHAPS_PLAIN:
            return None
        return Look(plain=_associate(address, trace, patience))
    if ending.kind in _MUTE and trace.tls is None:
        return _who_speaks(address, seconds)
    return None


def _says_nothing(rejection: Rejection, trace: Trace) -> bool:
    """Whether it may mean what was proposed: wlmscpfs rejects so what is no worklist."""
    proposed = {context.abstract_syntax for context in trace.contexts}
    no_reason = rejection.source in (1, 2) and rejection.reason == 1
    return no_reason and trace.tls is None and not trace.user_identity_type and VERIFICATION not in proposed


def _associate(address: AEAddress, trace: Trace, timeouts: Timeouts) -> Trace:
    """An association for C-ECHO without TLS. Whoever we are is told, but no secret: an identity is for TLS only."""
    contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)),)
    proposal = Proposal(trace.calling_ae_title, trace.called_ae_title, contexts)
    with request_association(address, proposal, timeouts) as association:
        return association.trace


def _who_speaks(address: AEAddress, seconds: float) -> Look:
    first_words = listen_first(address, seconds)
    if first_words.greeting is not Greeting.SILENT:
        return Look(first_words)
    tls = speaks_tls(address, seconds)
    return Look(first_words, tls, None if tls.encrypted else ask_http(address, seconds))
