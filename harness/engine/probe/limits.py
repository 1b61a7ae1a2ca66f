"""What a peer refuses and when it loses patience; each only where it was asked for and is allowed."""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack
from dataclasses import replace

from harness.diagnosis.endings import is_crowded
from harness.engine.ladder.titles import answer_of, probe_titles
from harness.engine.probe.asking import PAUSES, Asking
from harness.engine.probe.peer_facts import verification
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association, AssociationEnded
from harness.net.raw import Gone, connect_raw
from harness.net.tls_probe import tls_facts
from harness.observe.ending import Ending, EndingKind
from harness.observe.limits import AtOnce, IdentityFacts, Limits, Timer
from harness.observe.rungs import TitleFacts
from harness.observe.trace import Role, Trace
from harness.ul.items import UserIdentityRQ

_USER = 1
"""A user identity that is a user name (PS3.7 D.3.3.7.1)."""


def limits(request: ProbeRequest, asking: Asking) -> Limits:
    """Everything that the request wants. Raises TimeoutError when the time of the whole probe is up."""
    wanted = request.further
    found = Limits(why_no_titles=wanted.why_no_titles)
    if wanted.titles:
        found = replace(found, titles=_titles(request, asking), identity=_identity(request, asking))
    if wanted.at_once:
        found = replace(found, at_once=_at_once(wanted.at_once, request, asking))
    if wanted.timers:
        found = replace(found, artim=_artim(request, asking), idle=_idle(request, asking))
    if wanted.tls is not None:
        seconds = asking.at_most(request.timeout)
        found = replace(found, tls=tls_facts(request.address, wanted.tls, seconds))
    return found


def _titles(request: ProbeRequest, asking: Asking) -> TitleFacts:
    def knock(called: str, calling: str) -> Association:
        return asking.ask(replace(verification(request), called_ae_title=called, calling_ae_title=calling))

    return probe_titles(request.address.ae_title, request.calling_ae_title, knock)


def _identity(request: ProbeRequest, asking: Asking) -> IdentityFacts:
    """Offer a user name that nobody has, and none at all where we have one."""
    nobody = UserIdentityRQ(_USER, 1, f"NOBODY_{secrets.token_hex(4).upper()}".encode())
    made_up = asking.ask(replace(verification(request), user_identity=nobody))
    without = None
    if request.user_identity is not None:
        without = answer_of(asking.ask(replace(verification(request), user_identity=None)))
    return IdentityFacts(answer_of(made_up), made_up.trace.answers.user_identity, without)


def _at_once(most: int, request: ProbeRequest, asking: Asking) -> AtOnce:
    """Open one association after the other, and let them stand until one is refused or there are enough.

    A peer that is full is asked again a few times: it may not have seen yet that those before are over.
    """
    refused: Ending | None = None
    standing: list[Association] = []
    pauses = iter(PAUSES)
    with ExitStack() as stack:
        while len(standing) < most:
            association = stack.enter_context(asking.open(verification(request)))
            refused = association.ending
            if association.established:
                standing.append(association)
            elif refused is not None and is_crowded(refused) and (pause := next(pauses, None)) is not None:
                time.sleep(asking.at_most(pause))
            else:
                break
        endings = [association.release() for association in standing]
    dropped = sum(ending.kind is not EndingKind.RELEASED for ending in endings)
    return AtOnce(most, len(standing), refused, dropped, asking.ask(verification(request)).established)


def _artim(request: ProbeRequest, asking: Asking) -> Timer:
    """Connect, and say nothing."""
    patience = asking.at_most(request.further.artim_patience)
    address = request.address
    trace = Trace(str(address), request.calling_ae_title, address.ae_title, Role.REQUESTOR)
    connection = connect_raw(address, trace, request.timeout, request.timeout, request.tls)
    if isinstance(connection, Ending):
        return Timer(0.0, connection)
    begun = time.monotonic()
    with connection:
        gone = connection.receive(patience).gone
        seconds = time.monotonic() - begun
        return Timer(seconds) if gone is Gone.SILENT else Timer(seconds, trace.ending)


def _idle(request: ProbeRequest, asking: Asking) -> Timer:
    """Have an association, and do nothing with it."""
    patience = asking.at_most(request.further.idle_patience)
    begun = time.monotonic()
    with asking.open(verification(request)) as association:
        if not association.established:
            return Timer(0.0, association.ending)
        try:
            association.receive(patience, "end of its patience")
        except AssociationEnded as ended:
            seconds = time.monotonic() - begun
            return Timer(seconds) if ended.ending.kind is EndingKind.TIMEOUT else Timer(seconds, ended.ending)
    return Timer(time.monotonic() - begun)
