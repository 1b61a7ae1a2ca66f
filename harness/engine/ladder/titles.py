"""Does the peer check AE titles? Two associations with titles that it cannot know; only where that is allowed."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from harness.diagnosis.endings import is_crowded
from harness.net.association import Association
from harness.observe.rungs import TitleAnswer, TitleFacts

Knock = Callable[[str, str], Association]
"""Asks for an association with a called and a calling AE title."""


def probe_titles(called: str, calling: str, knock: Knock) -> TitleFacts:
    """Call a title that nobody has, then call as one; each association is released at once."""
    nobody = f"NOBODY_{secrets.token_hex(4).upper()}"
    return TitleFacts(_answer(nobody, calling, knock), _answer(called, nobody, knock))


def _answer(called: str, calling: str, knock: Knock) -> TitleAnswer:
    with knock(called, calling) as association:
        return answer_of(association)


def answer_of(association: Association) -> TitleAnswer:
    """What a peer said to an association that was asked for by somebody whom it cannot know."""
    if association.established:
        return TitleAnswer.ACCEPTED
    ending = association.ending
    rejected = ending is not None and ending.rejection is not None and not is_crowded(ending)
    return TitleAnswer.REFUSED if rejected else TitleAnswer.UNCLEAR
