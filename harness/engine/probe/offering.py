"""Further presentation contexts that are asked for, several transfer syntaxes in one of them, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.engine.probe.asking import UNANSWERED, Asking
from harness.engine.probe.packing import CONTROL
from harness.engine.probe.request import ProbeRequest
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.observe.probe import TooMuch
from harness.observe.trace import ContextOutcome
from harness.standard.uids import IMPLICIT_VR_LE

Offer = tuple[str, tuple[str, ...]]
"""A presentation context: an abstract syntax and transfer syntaxes."""

_CONTROL: Offer = (CONTROL[0], (CONTROL[1],))
_MOST_SYNTAXES = 1024
"""In one association: its A-ASSOCIATE-RQ stays below 64 KiB, beyond which some peers don't read on."""


class Offering:
    """Asks for contexts as they are, each association legal by itself and of at most `most` contexts.

    `failed` are those that did not stand. When one of them was not even answered the peer is `gone`, and nothing more
    is asked.
    """

    def __init__(self, request: ProbeRequest, asking: Asking, most: int = MAXIMUM_CONTEXTS) -> None:
        self.failed: list[TooMuch] = []
        self.gone = False
        self._request = request
        self._asking = asking
        self._most = most

    def answers(self, offers: Sequence[Offer]) -> dict[Offer, ContextOutcome]:
        """What is answered to each offer; one whose association does not stand is missing.

        Raises TimeoutError when the time of the whole probe is up.
        """
        found: dict[Offer, ContextOutcome] = {}
        groups = [] if self.gone else packed_offers(offers, self._most)
        for association in self._asking.ask_each(map(self._proposal, groups)):
            if association.established:
                found |= {(one.abstract_syntax, one.transfer_syntaxes): one for one in association.trace.contexts}
                continue
            assert association.ending is not None
            self.failed.append(TooMuch(len(association.trace.contexts), association.ending))
            self.gone = association.ending.kind in UNANSWERED
            if self.gone:
                break
        return found

    def _proposal(self, group: tuple[Offer, ...]) -> Proposal:
        request = self._request
        return Proposal(request.calling_ae_title, request.address.ae_title, group, user_identity=request.user_identity)


def packed_offers(offers: Sequence[Offer], most: int) -> Iterator[tuple[Offer, ...]]:
    """Groups of offers that fit an association of at most so many contexts.

    With each SOP class there is the default transfer syntax (PS3.5 10.1).
    """
    group: dict[Offer, None] = {_CONTROL: None}
    for offer in offers:
        wanted = dict.fromkeys(_with_default(offer))
        larger = group.keys() | wanted.keys()
        if len(larger) > most or sum(len(syntaxes) for _, syntaxes in larger) > _MOST_SYNTAXES:
            yield tuple(group)
            group = {_CONTROL: None}
        group |= wanted
    if offers:
        yield tuple(group)


def _with_default(offer: Offer) -> tuple[Offer, ...]:
    """The default comes last: there are peers that accept no more than the first context of a SOP class."""
    sop_class, syntaxes = offer
    return (offer,) if IMPLICIT_VR_LE in syntaxes else (offer, (sop_class, (IMPLICIT_VR_LE,)))
