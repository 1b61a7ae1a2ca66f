"""Asks a peer what it accepts of what a policy names: a probe of just that."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from harness.checks.acceptance import drift
from harness.engine.executors.base import Executor, Executors
from harness.engine.needs import Needs
from harness.engine.probe.asking import Asking
from harness.engine.probe.matrix import MatrixProbe
from harness.engine.probe.peer_facts import negotiated_facts, plain_facts, verification
from harness.engine.probe.request import ProbeRequest
from harness.engine.proposals import user_identity_item
from harness.engine.session import Session
from harness.observe.outcomes import Observation
from harness.observe.probe import Cell, Matrix, PeerFacts, PolicyObservation
from harness.observe.trace import ContextOutcome, Trace
from harness.scenario.acceptance import Standing
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.policy import PolicyParams

MOST_TOLD = 8
"""Associations of a step that reports tell of."""


def needs_of_policy(params: PolicyParams, session: Session) -> Needs:
    """None: it asks for associations of its own, as many as it takes."""
    return Needs()


def perform_policy(session: Session, step: Step, params: PolicyParams) -> Observation:
    """Ask for each pair, and for roles if the policy says anything of them. Raises `PeerStartError`."""
    begun = time.monotonic()
    request = _request(session, step.peer, params)
    asking = Asking(request)
    unanswered = Matrix(request.sop_classes, request.transfer_syntaxes, {})
    observation = PolicyObservation(matrix=unanswered, peer=PeerFacts())
    with suppress(TimeoutError):
        first = asking.ask(verification(request))
        observation.accepted, observation.ending = first.established, first.ending if not first.established else None
        if first.established:
            observation.peer = plain_facts(first, request)
            filling = MatrixProbe(request, asking)
            observation.matrix = filling.run()
            if params.roles():
                observation.peer = negotiated_facts(observation.peer, observation.matrix, request, asking, filling.most)
    observation.contexts = _required(asking.traces, params.cells(Standing.REQUIRED))
    _sort(asking.traces, params, observation)
    observation.seconds = time.monotonic() - begun
    return observation


def _request(session: Session, peer: str, params: PolicyParams) -> ProbeRequest:
    return ProbeRequest(
        session.peer(peer).address,
        session.calling_title(peer),
        params.sop_classes(),
        params.transfer_syntaxes(),
        session.timeouts(peer).association,
        tls=session.roster.tls(peer),
        user_identity=user_identity_item(session.spec(peer).user_identity),
    )


def _sort(traces: Sequence[Trace], params: PolicyParams, observation: PolicyObservation) -> None:
    """Tell of the first association and of some in which something is not as the policy says: there may be hundreds."""
    found = drift(observation.matrix, observation.peer, params)
    wrong = {*found.lost, *found.forbidden}
    for trace in traces:
        told = not observation.traces or any(cell in wrong for cell, _ in _cells(trace))
        kept = told and len(observation.traces) < MOST_TOLD
        (observation.traces if kept else observation.quiet).append(trace)


def _required(traces: Sequence[Trace], cells: frozenset[Cell]) -> list[ContextOutcome]:
    """The presentation contexts that the policy requires, each once."""
    found: dict[Cell, ContextOutcome] = {}
    for trace in traces:
        for cell, context in _cells(trace):
            if cell in cells:
                found.setdefault(cell, context)
    return list(found.values())


def _cells(trace: Trace) -> Iterator[tuple[Cell, ContextOutcome]]:
    """The contexts with a single transfer syntax."""
    for context in trace.contexts:
        if len(context.transfer_syntaxes) == 1:
            yield (context.abstract_syntax, context.transfer_syntaxes[0]), context


EXECUTORS: Executors = {
    ServiceName.POLICY: Executor(perform_policy, needs_of_policy),
}
