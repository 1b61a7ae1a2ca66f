"""What the script of one case has at hand: associations as it wants them, and what is known of the peer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from harness.engine.conform.facts import Facts
from harness.engine.conform.model import Inconclusive, Kind, Seen, Untestable
from harness.engine.conform.request import Target
from harness.engine.conform.stock import Stock
from harness.engine.conform.talk import Talk
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.raw import connect_raw
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending
from harness.observe.trace import Role, Trace
from harness.results.particulars import LeftBehind
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p

MAXIMUM_LENGTH = 16384
"""What cases announce where the length is not their question, in bytes."""

Contexts = Sequence[tuple[str, tuple[str, ...]]]
VERIFICATION_ALONE: Contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)),)


class Bench:
    """One for each case; `traces` are the associations that it had, `stock` is what the run makes and stores.

    `paused` is how many seconds it has waited for something else than an answer.
    """

    def __init__(self, target: Target, facts: Facts, stock: Stock | None = None) -> None:
        self.target = target
        self.facts = facts
        self.stock = stock or Stock()
        self.traces: list[Trace] = []
        self.paused = 0.0

    @property
    def waited(self) -> float:
        """How many seconds it has waited for what did not come before a deadline."""
        return self.paused + sum(trace.waited for trace in self.traces)

    def talk(self) -> Talk:
        """A connection without an association. Raises `Untestable` when there is none."""
        target = self.target
        address = target.address
        where = f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"
        trace = Trace(where, target.calling_ae_title, address.ae_title, Role.REQUESTOR)
        self.traces.append(trace)
        connection = connect_raw(address, trace, target.timeout, target.timeout, target.tls)
        if isinstance(connection, Ending):
            raise Untestable(f"there is no connection: {connection.text}")
        return Talk(connection, target.timeout)

    def request(self, contexts: Contexts = VERIFICATION_ALONE, user: Iterable[i.UserItem] = ()) -> p.AssociateRQ:
        """A well-formed A-ASSOCIATE-RQ, with more user information if wanted."""
        target = self.target
        proposal = Proposal(
            target.calling_ae_title,
            target.address.ae_title,
            tuple(contexts),
            user_identity=target.identity,
            maximum_length=MAXIMUM_LENGTH,
        )
        return with_user(proposal.to_pdu(), user)

    def established(self, contexts: Contexts = VERIFICATION_ALONE, user: Iterable[i.UserItem] = ()) -> Talk:
        """An association as any client would have it. Raises `Untestable` when the peer does not accept it."""
        return self.established_by(self.request(contexts, user))

    def established_by(self, request: p.AssociateRQ) -> Talk:
        """Likewise, by a request of one's own."""
        self._check_verification(request)
        talk = self.talk()
        try:
            seen = talk.request(request)
        except BaseException:
            talk.connection.close()
            raise
        if seen.kind is not Kind.ACCEPTED:
            talk.connection.close()
            raise Untestable(f"the association that this case needs was not accepted: {seen.text}")
        return talk

    def associated(self, contexts: Contexts) -> Association:
        """An association as services take it, with a state machine. Raises `Untestable` when there is none."""
        target, seconds = self.target, self.target.timeout
        proposal = Proposal(
            target.calling_ae_title, target.address.ae_title, tuple(contexts), user_identity=target.identity
        )
        timeouts = Timeouts(connect=seconds, association=seconds, response=seconds, release=seconds)
        association = request_association(target.address, proposal, timeouts, tls=target.tls)
        self.traces.append(association.trace)
        if association.ending is not None:
            raise Untestable(f"the association that this case needs was not accepted: {association.ending.text}")
        return association

    def answer_to(self, request: p.AssociateRQ) -> Seen:
        """What the peer answers to a request."""
        with self.talk() as talk:
            return talk.request(request)

    def works(self, request: p.AssociateRQ) -> Seen:
        """Whether a request is accepted and the association of use: fulfilled when a C-ECHO is answered."""
        self._check_verification(request)
        with self.talk() as talk:
            seen = talk.request(request)
            if seen.kind is Kind.ACCEPTED:
                seen = talk.echo()
                talk.release()
            return seen

    def leaves(self, sop_class_uid: str, sop_instance_uid: str, study: str, patient_id: str, status: int) -> None:
        """Note an instance that the peer says it has stored or created."""
        where = str(self.target.address)
        kept = LeftBehind("peer", where, sop_class_uid, sop_instance_uid, study, patient_id, f"{status:04X}H")
        self.stock.left_behind.append(kept)

    def _check_verification(self, request: p.AssociateRQ) -> None:
        """Raises `Inconclusive` for a request that asks a peer without Verification for nothing else."""
        if VERIFICATION in self.facts.refused and {one.abstract_syntax for one in request.contexts} == {VERIFICATION}:
            raise Inconclusive(self.facts.missing(VERIFICATION))


def with_user(request: p.AssociateRQ, user: Iterable[i.UserItem]) -> p.AssociateRQ:
    """The request with more sub-items in its User Information item, in increasing order of their types or not."""
    items = [
        i.UserInformation((*item.items, *user)) if isinstance(item, i.UserInformation) else item
        for item in request.items
    ]
    return replace(request, items=tuple(items))
