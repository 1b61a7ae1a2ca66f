"""Does the peer check AE titles? Two associations with titles that it cannot know; only where that is allowed."""

from __future__ import annotations

import secrets
from dataclasses import replace

from harness.diagnosis.endings import is_crowded
from harness.engine.ladder.door import Door
from harness.engine.ladder.request import LadderRequest
from harness.observe.rungs import TitleAnswer, TitleFacts


def probe_titles(request: LadderRequest, door: Door) -> TitleFacts:
    """Call a title that nobody has, then call as one; each association is released at once."""
    nobody = f"NOBODY_{secrets.token_hex(4).upper()}"
    called = replace(request, address=replace(request.address, ae_title=nobody))
    calling = replace(request, calling_ae_title=nobody)
    return TitleFacts(_answer(called, door), _answer(calling, door))


def _answer(request: LadderRequest, door: Door) -> TitleAnswer:
    with door.knock(request) as association:
        if association.established:
            return TitleAnswer.ACCEPTED
    ending = association.ending
    rejected = ending is not None and ending.rejection is not None and not is_crowded(ending)
    return TitleAnswer.REFUSED if rejected else TitleAnswer.UNCLEAR
