"""Move and get."""

from __future__ import annotations

from collections.abc import Collection

from harness.engine.executors.base import PRIORITIES, Executor, Executors, over
from harness.engine.executors.querying import cancel_after, identifier_of
from harness.engine.needs import IDENTIFIER_SYNTAXES, Context, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.net.negotiation import MAXIMUM_CONTEXTS
from harness.observe.outcomes import Observation, RetrieveObservation
from harness.scenario.model import Step
from harness.scenario.params.base import LOCAL, ServiceName
from harness.scenario.params.querying import GetParams, MoveParams, PeerDestination
from harness.services.compare import differences
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.retrieve import get, move
from harness.services.storage_scp import StorageSCP
from harness.standard.uids import storage_sop_classes, transfer_syntaxes, uid_table
from harness.testdata.modalities import TEMPLATES

ROOM_FOR_STORAGE = MAXIMUM_CONTEXTS - 1
"""Presentation contexts beside that of the C-GET."""
_RADIOTHERAPY = "1.2.840.10008.5.1.4.1.1.481."
"""Its SOP classes come late in the registry, and often in archives."""
ARRIVAL_SECONDS = 5.0
"""How long instances may still be on their way when the final response of a C-MOVE is here."""
QUIET_SECONDS = 1.0
"""How long the association of the sub-operations may stay open after that."""


def needs_of_move(params: MoveParams, session: Session) -> Needs:
    """The MOVE SOP class of the model."""
    return Needs(((params.model.move_uid, IDENTIFIER_SYNTAXES),))


def needs_of_get(params: GetParams, session: Session) -> Needs:
    """The GET SOP class of the model, and the SCP role of what is to be received."""
    metas = _metas(session)
    stated = params.sop_classes or [meta.sop_class_uid for meta in metas]
    classes = list(dict.fromkeys(stated or [template.sop_class_uid for template in TEMPLATES.values()]))
    syntaxes = params.accept or IDENTIFIER_SYNTAXES
    stored = () if params.accept else ((meta.sop_class_uid, meta.transfer_syntax_uid) for meta in metas)
    pairs = [
        *(pair for pair in stored if pair[0] in classes),
        *((uid, syntax) for uid in classes for syntax in syntaxes),
    ]
    # One context per transfer syntax: an SCP that does not transcode needs to find the one an instance is stored in.
    storage: list[Context] = [(uid, (syntax,)) for uid, syntax in dict.fromkeys(pairs)]
    if len(storage) > ROOM_FOR_STORAGE:
        # The next best: the SCP chooses one transfer syntax for all instances of a class.
        storage = [(uid, tuple(dict.fromkeys(syntax for of, syntax in pairs if of == uid))) for uid in classes]
    if not stated:
        storage += [(uid, tuple(syntaxes)) for uid in _other_classes(classes)]
    storage = storage[:ROOM_FOR_STORAGE]
    return Needs(((params.model.get_uid, IDENTIFIER_SYNTAXES), *storage), frozenset(uid for uid, _ in storage))


def _other_classes(classes: Collection[str]) -> list[str]:
    """What else an archive may hold when nothing is known of it, the likeliest first: there is not room for all."""
    current = [uid for uid in storage_sop_classes() if uid not in classes and not uid_table()[uid].retired]
    return sorted(current, key=lambda uid: not uid.startswith(_RADIOTHERAPY))


def _left_out(params: GetParams, session: Session, needs: Needs) -> list[str]:
    """Storage SOP classes for which one association has no room; sub-operations come over the C-GET's own (C.5.3)."""
    stored = {meta.sop_class_uid for meta in _metas(session)}
    return sorted(set(params.sop_classes or stored) - needs.received_classes)


def _metas(session: Session) -> list[FileMeta]:
    """The instances that may come: those that this scenario stored, or if it stored none, all of this run."""
    uids = [stored.reference.sop_instance_uid for stored in session.stored] or session.originals
    return [read_file_meta(session.originals[uid]) for uid in uids if uid in session.originals]


def perform_move(session: Session, step: Step, params: MoveParams) -> Observation:
    """A C-MOVE, and what arrives at our Storage SCP if it is the destination. Raises `ScenarioError`."""
    identifier = identifier_of(step, params)
    to_us = params.destination == LOCAL
    scp = receiver(session, params.accept) if to_us else None
    destination = _destination(session, params)
    proposal = proposal_for(session, step, params, needs_of_move(params, session))
    priority = PRIORITIES[params.priority]
    observation = over(
        session,
        step,
        proposal,
        lambda association: move(
            association, params.model.move_uid, identifier, destination, priority, cancel_after=cancel_after(params)
        ),
        RetrieveObservation(),
    )
    assert isinstance(observation, RetrieveObservation)
    observation.to_us = to_us
    if scp is not None:
        await_arrivals(scp, observation)
        _compare(session, observation)
    return observation


def receiver(session: Session, accept: Collection[str] = ()) -> StorageSCP:
    """Our Storage SCP, with what came before forgotten; it accepts these transfer syntaxes, or all."""
    scp = session.storage_scp
    scp.accepted_syntaxes = accept or transfer_syntaxes()
    scp.take_received()
    scp.take_refused()
    scp.take_traces()
    return scp


def await_arrivals(scp: StorageSCP, observation: RetrieveObservation) -> None:
    """Note what a C-MOVE brings to us, as much as its counters say or time allows."""
    completed = observation.counters.completed or 0
    scp.wait_until(lambda received: len(received) >= completed, ARRIVAL_SECONDS)
    # The peer may release its association to us a moment after it has told us the end of the move.
    scp.wait_until_quiet(QUIET_SECONDS)
    observation.listener = scp.endpoint
    observation.received, observation.refused = scp.take_received(), scp.take_refused()
    observation.traces += scp.take_traces()


def _destination(session: Session, params: MoveParams) -> str:
    if params.destination == LOCAL:
        return session.file.local.ae_title
    if isinstance(params.destination, PeerDestination):
        return session.peer(params.destination.peer).address.ae_title
    return str(getattr(params.destination, "ae_title", params.destination))


def perform_get(session: Session, step: Step, params: GetParams) -> Observation:
    """A C-GET, and what arrives over its association. Raises `ScenarioError`."""
    identifier = identifier_of(step, params)
    needs = needs_of_get(params, session)
    proposal = proposal_for(session, step, params, needs)
    received = session.folder / "received"
    received.mkdir(parents=True, exist_ok=True)
    priority = PRIORITIES[params.priority]
    observation = over(
        session,
        step,
        proposal,
        lambda association: get(
            association, params.model.get_uid, identifier, received, priority, cancel_after=cancel_after(params)
        ),
        RetrieveObservation(),
    )
    assert isinstance(observation, RetrieveObservation)
    observation.left_out = _left_out(params, session, needs)
    _compare(session, observation)
    return observation


def _compare(session: Session, observation: RetrieveObservation) -> None:
    for instance in observation.received:
        original = session.originals.get(instance.sop_instance_uid)
        if original is not None:
            observation.differences[instance.sop_instance_uid] = differences(original, instance.path)


EXECUTORS: Executors = {
    ServiceName.MOVE: Executor(perform_move, needs_of_move),
    ServiceName.GET: Executor(perform_get, needs_of_get),
}
