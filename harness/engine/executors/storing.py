"""Store: files, and instances made for the purpose."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from harness.engine.at_once import at_once
from harness.engine.executors.base import PRIORITIES, Executor, Executors, over
from harness.engine.needs import Context, Needs
from harness.engine.proposals import proposals_for
from harness.engine.session import Session
from harness.engine.stored import stored_on
from harness.errors import ScenarioError
from harness.net.negotiation import Proposal
from harness.observe.outcomes import Observation, StoreObservation, UnsentFile
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.storing import Generate, StoreParams
from harness.services.part10 import FileMeta, NotSendable, find_files, read_file_meta
from harness.services.sendable import Identity, Selection, select_files
from harness.services.store import needed_contexts, not_sent, store
from harness.testdata.modalities import TEMPLATES


def needs_of_store(params: StoreParams, session: Session) -> Needs:
    """A context for each SOP class and transfer syntax of what is to be stored."""
    pairs: dict[Context, None] = {}
    for path in find_files(session.base / name for name in params.files):
        try:
            meta = read_file_meta(path)
        except NotSendable:
            continue  # The step itself tells about files that cannot be sent.
        pairs[(meta.sop_class_uid, (meta.transfer_syntax_uid,))] = None
    if params.generate is not None and params.generate.modality in TEMPLATES:
        pairs[(TEMPLATES[params.generate.modality].sop_class_uid, (params.generate.transfer_syntax,))] = None
    return Needs(tuple(pairs))


def perform_store(session: Session, step: Step, params: StoreParams) -> Observation:
    """C-STORE of every file and every generated instance. Raises `ScenarioError`.

    What of the files cannot be sent is in the observation; the others are sent all the same.
    """
    selection = select_files(
        (session.base / name for name in params.files), params.skip, truncated_too=params.send_truncated
    )
    if params.generate is not None:
        _generate(session, step, params.generate, selection)
    observation = _send(session, step, params, selection)
    for instance in observation.instances:
        identity = selection.identities[instance.source]
        instance.study_instance_uid = identity.study_instance_uid
        instance.series_instance_uid = identity.series_instance_uid
        instance.patient_id = identity.patient_id
        if instance.status is not None:
            session.originals[instance.sop_instance_uid] = instance.source
    session.note_stored(stored_on(step.peer, observation))
    observation.refused = [_unsent(problem) for problem in selection.refused]
    observation.passed_over = [_unsent(problem) for problem in selection.passed_over]
    return observation


def _send(session: Session, step: Step, params: StoreParams, selection: Selection) -> StoreObservation:
    if not selection.files and selection.refused:
        return StoreObservation()
    if not selection.files:
        number = len(selection.passed_over)
        why = f"all of {number} file{'s' * (number != 1)} passed over" if number else "the folders are empty"
        raise ScenarioError(f"{step.source}: there is nothing to store; {why}")
    files = selection.files
    proposals = proposals_for(session, step, params, Needs(needed_contexts(files)))
    if len(proposals) == 1:
        return _over(session, step, params, proposals[0], files)
    merged = StoreObservation()
    for proposal in proposals:
        _merge(merged, *_share(session, step, params, proposal, files))
    return _in_order(merged, files)


def _in_order(merged: StoreObservation, files: Sequence[FileMeta]) -> StoreObservation:
    order = {file.path: index for index, file in enumerate(files)}
    merged.instances.sort(key=lambda instance: order[instance.source])
    return merged


def _over(
    session: Session, step: Step, params: StoreParams, proposal: Proposal, files: Sequence[FileMeta]
) -> StoreObservation:
    """Send over as many associations at once as are wanted, every so-manieth file over the same."""
    number = min(params.associations, len(files))
    if number <= 1:
        return _over_one(session, step, params, proposal, files)
    session.peer(step.peer)  # started by one thread, not by all of them
    begun = time.monotonic()
    shares = [files[first::number] for first in range(number)]
    merged = StoreObservation()
    for share, observed in zip(
        shares, at_once([partial(_over_one, session, step, params, proposal, share) for share in shares]), strict=True
    ):
        _merge(merged, observed, share)
    merged.seconds = time.monotonic() - begun
    return _in_order(merged, files)


def _over_one(
    session: Session, step: Step, params: StoreParams, proposal: Proposal, files: Sequence[FileMeta]
) -> StoreObservation:
    priority = PRIORITIES[params.priority]
    observation = over(
        session, step, proposal, lambda association: store(association, files, priority), StoreObservation()
    )
    assert isinstance(observation, StoreObservation)
    return observation


def _share(
    session: Session, step: Step, params: StoreParams, proposal: Proposal, files: Sequence[FileMeta]
) -> tuple[StoreObservation, list[FileMeta]]:
    """What becomes of the files that one of several associations is for."""
    pairs = set(proposal.contexts)
    share = [file for file in files if (file.sop_class_uid, (file.transfer_syntax_uid,)) in pairs]
    return _over(session, step, params, proposal, share), share


def _merge(merged: StoreObservation, observed: StoreObservation, share: Sequence[FileMeta]) -> None:
    reason = str(observed.ending or observed.unsent)
    merged.instances += observed.instances or not_sent(share, reason)
    merged.ending = merged.ending or observed.ending
    merged.traces += observed.traces
    merged.seconds += observed.seconds


def _unsent(problem: NotSendable) -> UnsentFile:
    return UnsentFile(problem.path, problem.kind.value, problem.reason)


def _generate(session: Session, step: Step, wanted: Generate, selection: Selection) -> None:
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
        uid_root=session.file.local.uid_root,
        scheduled=frozenset(session.scheduled),
    )
    try:
        made = generate(spec, folder, wanted.seed)
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None
    for instance in made:
        selection.files.append(read_file_meta(instance.path))
        selection.identities[instance.path] = Identity(
            instance.study_instance_uid, instance.series_instance_uid, instance.patient_id
        )


EXECUTORS: Executors = {
    ServiceName.STORE: Executor(perform_store, needs_of_store),
}
