"""Does the peer check AE titles? Two associations with titles that it cannot know; only where that is allowed."""

from __future__ import annotations

import secrets
from dataclasses import replace

from harness.engine.ladder.budget import Budget
from harness.engine.ladder.request import LadderRequest
from harness.net.requestor import request_association
from harness.observe.rungs import TitleAnswer, TitleFacts
from harness.tls.contexts import tls_client


def probe_titles(request: LadderRequest, budget: Budget) -> TitleFacts:
    """Call a title that nobody has, then call as one; each association is released at once."""
    nobody = f"NOBODY_{secrets.token_hex(4).upper()}"
    called = replace(request, address=replace(request.address, ae_title=nobody))
    calling = replace(request, calling_ae_title=nobody)
    return TitleFacts(_answer(called, budget), _answer(calling, budget))


def _answer(request: LadderRequest, budget: Budget) -> TitleAnswer:
    tls = tls_client(request.tls) if request.tls is not None else None
    with request_association(request.address, request.proposal(), budget.timeouts(), tls=tls) as association:
        if association.established:
            return TitleAnswer.ACCEPTED
        rejected = association.ending is not None and association.ending.rejection is not None
    return TitleAnswer.REFUSED if rejected else TitleAnswer.UNCLEAR
