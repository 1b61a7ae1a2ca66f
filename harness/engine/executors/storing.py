"""Store: files, and instances made for the purpose."""

from __future__ import annotations

from pathlib import Path

from harness.engine.executors.base import PRIORITIES, over, proposal_for
from harness.engine.needs import Context, Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.observe.outcomes import Observation, StoreObservation
from harness.scenario.model import Step
from harness.scenario.params.storing import Generate, StoreParams
from harness.services.part10 import FileMeta, NotSendable, find_files, read_file_meta
from harness.services.store import store
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
    """C-STORE of every file and every generated instance, one after the other. Raises `ScenarioError`."""
    files, identities = _files_to_store(session, step, params)
    proposal = proposal_for(session, step, params, needs_of_store(params, session))
    priority = PRIORITIES[params.priority]
    observation = over(
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
    for path in find_files(session.base / name for name in params.files):
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
