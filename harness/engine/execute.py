"""One resolved step, carried out: parameters in, observation out. The services do the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.dimse.messages import Priority
from harness.engine.contexts import needs_of
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.net.association import Association
from harness.net.negotiation import MAXIMUM_CONTEXTS, OUR_MAXIMUM_LENGTH, Proposal
from harness.observe.outcomes import (
    AssociateObservation,
    EchoObservation,
    FindObservation,
    Observation,
    RetrieveObservation,
    StoreObservation,
)
from harness.scenario.model import Step
from harness.scenario.steps import (
    LOCAL,
    AssociateParams,
    EchoParams,
    FindParams,
    Generate,
    GetParams,
    MoveParams,
    NegotiateParams,
    Params,
    PeerDestination,
    PriorityName,
    StoreParams,
)
from harness.services.compare import differences
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.part10 import FileMeta, NotSendable, find_files, read_file_meta
from harness.services.retrieve import get, move
from harness.services.store import store
from harness.standard.uids import (
    transfer_syntaxes,
)
from harness.ul.items import UserIdentityRQ
from harness.ul.pdu import DICOM_APPLICATION_CONTEXT

ARRIVAL_SECONDS = 5.0
"""How long instances may still be on their way when the final response of a C-MOVE is here."""
QUIET_SECONDS = 1.0
"""How long the association of the sub-operations may stay open after that."""

_PRIORITIES = {
    PriorityName.LOW: Priority.LOW,
    PriorityName.MEDIUM: Priority.MEDIUM,
    PriorityName.HIGH: Priority.HIGH,
}


def execute(session: Session, step: Step, params: Params) -> Observation:
    """Carry out a step; what the peer does is in the observation.

    A shared association is proposed with what `session.shared_needs` says. Raises `PeerStartError` and `ScenarioError`.
    """
    begun = time.monotonic()
    observation = _EXECUTORS[type(params)](session, step, params)
    if observation.seconds == 0.0:
        observation.seconds = time.monotonic() - begun
    return observation


def _proposal(session: Session, step: Step, params: Params, **more: Any) -> Proposal:
    called = params.called_ae_title or session.peer(step.peer).address.ae_title
    calling = params.calling_ae_title or session.calling_title(step.peer)
    needs = session.shared_needs.get(step.association or "")
    if needs is None:
        needs = needs_of(params, session.file.path.parent, session.originals)
    contexts = needs.contexts
    stored = (uid for uid, _ in contexts) if step.association is not None else ()
    if len(contexts) > MAXIMUM_CONTEXTS:
        raise ScenarioError(
            f"{step.source}: {len(contexts)} presentation contexts are needed, and an association has room for 128; "
            "split the step"
        )
    return Proposal(calling, called, contexts, roles=needs.roles(stored), **more)


def _over(
    session: Session, step: Step, proposal: Proposal, work: Callable[[Association], Observation], empty: Observation
) -> Observation:
    """Do work over an association; when there is none, the empty observation tells why."""
    begun = time.monotonic()
    with session.association(step.peer, step.association, proposal) as association:
        if association.established:
            observation = work(association)
        else:
            observation = empty
            observation.ending = association.ending
        # The release belongs to the association, not to the answer of the service.
        observation.seconds = time.monotonic() - begun
    observation.traces.insert(0, association.trace)
    return observation


def _echo(session: Session, step: Step, params: EchoParams) -> Observation:
    proposal = _proposal(session, step, params)
    return _over(session, step, proposal, lambda association: echo(association, params.repeat), EchoObservation())


def _associate(session: Session, step: Step, params: AssociateParams) -> Observation:
    identity = None
    if params.user_identity is not None:
        user = params.user_identity
        kind = 1 if user.passcode is None else 2
        identity = UserIdentityRQ(kind, 0, user.username.encode(), (user.passcode or "").encode())
    proposal = _proposal(
        session,
        step,
        params,
        maximum_length=OUR_MAXIMUM_LENGTH if params.max_pdu_length is None else params.max_pdu_length,
        application_context=params.application_context or DICOM_APPLICATION_CONTEXT,
        user_identity=identity,
    )
    accepted = AssociateObservation(accepted=True)
    return _over(session, step, proposal, lambda association: accepted, AssociateObservation())


def _negotiate(session: Session, step: Step, params: NegotiateParams) -> Observation:
    asked = needs_of(params, session.file.path.parent, {}).contexts
    proposal = _proposal(session, step, params)
    accepted = AssociateObservation(accepted=True)
    observation = _over(session, step, proposal, lambda association: accepted, AssociateObservation())
    assert isinstance(observation, AssociateObservation)
    observation.contexts = [
        context
        for context in observation.traces[0].contexts
        if (context.abstract_syntax, context.transfer_syntaxes) in asked
    ]
    return observation


# Storing


def _store(session: Session, step: Step, params: StoreParams) -> Observation:
    files, identities = _files_to_store(session, step, params)
    proposal = _proposal(session, step, params)
    priority = _PRIORITIES[params.priority]
    observation = _over(
        session, step, proposal, lambda association: store(association, files, priority), StoreObservation()
    )
    assert isinstance(observation, StoreObservation)
    for instance in observation.instances:
        known = identities.get(instance.sop_instance_uid)
        if known is None:
            known = _identity_in_file(instance.source)
        instance.study_instance_uid, instance.series_instance_uid, instance.patient_id = known
        if instance.status is not None:
            session.originals[instance.sop_instance_uid] = instance.source
    return observation


_Identity = tuple[str, str, str]


def _files_to_store(session: Session, step: Step, params: StoreParams) -> tuple[list[FileMeta], dict[str, _Identity]]:
    files: list[FileMeta] = []
    unsendable = []
    for path in find_files(session.file.path.parent / name for name in params.files):
        try:
            files.append(read_file_meta(path))
        except NotSendable as error:
            unsendable.append(str(error))
    if unsendable:
        raise ScenarioError(f"{step.source}: not every file can be sent:\n" + "\n".join(unsendable))
    identities: dict[str, _Identity] = {}
    if params.generate is not None:
        files += _generated(session, step, params.generate, identities)
    if not files:
        raise ScenarioError(f"{step.source}: there is nothing to store; the folders are empty")
    return files, identities


def _generated(session: Session, step: Step, wanted: Generate, identities: dict[str, _Identity]) -> list[FileMeta]:
    from harness.testdata.generator import generate
    from harness.testdata.spec import GenerateSpec

    folder = session.folder / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    spec = GenerateSpec(
        modality=wanted.modality,
        patients=wanted.patients,
        studies=wanted.studies,
        series=wanted.series,
        instances=wanted.instances,
        transfer_syntax_uid=wanted.transfer_syntax,
        rows=wanted.rows,
        columns=wanted.columns,
        attributes=wanted.attributes,
    )
    try:
        made = generate(spec, folder, wanted.seed or f"{session.seed}/{step.source}")
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None
    for instance in made:
        identities[instance.sop_instance_uid] = (
            instance.study_instance_uid,
            instance.series_instance_uid,
            instance.patient_id,
        )
    return [read_file_meta(instance.path) for instance in made]


def _identity_in_file(path: Path) -> _Identity:
    from pydicom import dcmread

    tags = ["StudyInstanceUID", "SeriesInstanceUID", "PatientID"]
    try:
        data_set = dcmread(path, stop_before_pixels=True, specific_tags=tags)
    except Exception:  # noqa: BLE001 - pydicom raises many kinds; a file it cannot read was still sent as it is
        return "", "", ""
    return tuple(str(data_set.get(tag, "") or "") for tag in tags)  # type: ignore[return-value]


# Query and retrieve


def _find(session: Session, step: Step, params: FindParams) -> Observation:
    identifier = _identifier(step, params, params.return_keys)
    uid = params.model.find_uid
    proposal = _proposal(session, step, params)
    return _over(session, step, proposal, lambda association: find(association, uid, identifier), FindObservation())


def _identifier(step: Step, params: Any, return_keys: list[str]) -> Any:
    try:
        return build_identifier(params.level, params.keys, return_keys)
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None


def _move(session: Session, step: Step, params: MoveParams) -> Observation:
    identifier = _identifier(step, params, [])
    to_us = params.destination == LOCAL
    scp = session.storage_scp if to_us else None
    destination = _destination(session, params)
    proposal = _proposal(session, step, params)
    if scp is not None:
        scp.accepted_syntaxes = params.accept or transfer_syntaxes()
        scp.take_received()
        scp.take_traces()
    priority = _PRIORITIES[params.priority]
    observation = _over(
        session,
        step,
        proposal,
        lambda association: move(association, params.model.move_uid, identifier, destination, priority),
        RetrieveObservation(),
    )
    assert isinstance(observation, RetrieveObservation)
    observation.to_us = to_us
    if scp is not None:
        completed = observation.counters.completed or 0
        scp.wait_until(lambda received: len(received) >= completed, ARRIVAL_SECONDS)
        # The peer may release its association to us a moment after it has told us the end of the move.
        scp.wait_until_quiet(QUIET_SECONDS)
        observation.received = scp.take_received()
        observation.traces += scp.take_traces()
        _compare(session, observation)
    return observation


def _destination(session: Session, params: MoveParams) -> str:
    if params.destination == LOCAL:
        return session.file.local.ae_title
    if isinstance(params.destination, PeerDestination):
        return session.peer(params.destination.peer).address.ae_title
    return str(getattr(params.destination, "ae_title", params.destination))


def _get(session: Session, step: Step, params: GetParams) -> Observation:
    identifier = _identifier(step, params, [])
    proposal = _proposal(session, step, params)
    received = session.folder / "received"
    received.mkdir(parents=True, exist_ok=True)
    priority = _PRIORITIES[params.priority]
    observation = _over(
        session,
        step,
        proposal,
        lambda association: get(association, params.model.get_uid, identifier, received, priority),
        RetrieveObservation(),
    )
    assert isinstance(observation, RetrieveObservation)
    _compare(session, observation)
    return observation


def _compare(session: Session, observation: RetrieveObservation) -> None:
    for instance in observation.received:
        original = session.originals.get(instance.sop_instance_uid)
        if original is not None:
            observation.differences[instance.sop_instance_uid] = differences(original, instance.path)


_EXECUTORS: dict[type[Params], Callable[[Session, Step, Any], Observation]] = {
    EchoParams: _echo,
    AssociateParams: _associate,
    NegotiateParams: _negotiate,
    StoreParams: _store,
    FindParams: _find,
    MoveParams: _move,
    GetParams: _get,
}
