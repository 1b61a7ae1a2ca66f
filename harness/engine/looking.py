"""A further look at a peer that has answered our first word with none: who speaks there, and what?

It takes one connection where the peer closes by itself. Only where it stays silent, a TLS handshake and an HTTP request
for the headers of `/` follow; after a TLS handshake that was not answered, one association without TLS.
A rejection that says nothing is followed by one association for C-ECHO alone, and so is whatever ends a request with
many presentation contexts: there are peers that bear only so many.
"""

from __future__ import annotations

from harness.net.negotiation import Proposal
from harness.net.probe import ask_http, listen_first
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.net.tls_probe import speaks_tls
from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.look import MANY_CONTEXTS, Greeting, Look
from harness.observe.trace import Trace
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

SECONDS = 1.5
"""What each connection may take, where nobody says otherwise."""

_MUTE = (EndingKind.CLOSED, EndingKind.RESET, EndingKind.TIMEOUT)
"""Endings of a peer that has not said a word, which any protocol may be behind."""

_PERHAPS_PLAIN = (TlsFault.PLAIN, TlsFault.TIMEOUT, TlsFault.OTHER)
"""Faults of TLS behind which a peer may be that speaks no TLS at all."""


_NO_REASON = ((1, 1), (2, 1))
"""Source and reason of a rejection that says nothing more (PS3.8 Table 9-21)."""


def look_after(
    address: AEAddress, trace: Trace, ending: Ending, seconds: float = SECONDS, timeouts: Timeouts | None = None
) -> Look | None:
    """Look what is behind the ending of an association that never stood; None where it says enough by itself.

    `seconds` are for each connection, `timeouts` for an association without TLS.
    """
    patience = timeouts or Timeouts(seconds, seconds, seconds, seconds)
    if _may_mean_contexts(ending, trace):
        look = Look(verification=_associate(address, trace, patience), proposed=len(trace.contexts))
        if trace.heard or look.takes_verification:
            return look
    if trace.heard:
        return None
    if ending.tls is not None:
        if ending.tls.fault not in _PERHAPS_PLAIN:
            return None
        return Look(plain=_associate(address, trace, patience))
    if ending.kind in _MUTE and trace.tls is None:
        return _who_speaks(address, seconds)
    return None


def _may_mean_contexts(ending: Ending, trace: Trace) -> bool:
    """Whether the peer may mean what was proposed, or how much; wlmscpfs rejects so what is no worklist."""
    proposed = [context.abstract_syntax for context in trace.contexts if context.result is None]
    if not proposed or trace.tls is not None or trace.user_identity_type:
        return False
    no_reason = ending.rejection is not None and (ending.rejection.source, ending.rejection.reason) in _NO_REASON
    if len(proposed) > MANY_CONTEXTS:
        return no_reason or ending.kind in (*_MUTE, EndingKind.ABORTED)
    return no_reason and VERIFICATION not in proposed


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
