"""Load: what its mix needs is made, and the load driver does the rest."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from harness.engine.executors.base import Executor, Executors
from harness.engine.needs import IDENTIFIER_SYNTAXES, Context, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.load.driver import run_load
from harness.load.operations import EchoWork, FindWork, MoveWork, StoreWork
from harness.load.plan import LoadPlan, Progress
from harness.load.shape import Shape, Stage
from harness.load.synthetic import SyntheticInstance, one_of_size
from harness.load.work import Mix, Work
from harness.net.requestor import request_association
from harness.observe.load import LoadModel, LoadObservation
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.load import LoadFind, LoadMove, LoadParams, LoadQuery, LoadStore
from harness.services.identifier import build_identifier
from harness.services.store import contexts_for
from harness.standard.uids import VERIFICATION, transfer_syntaxes
from harness.testdata.modalities import TEMPLATES

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from harness.standard.attributes import Attributes

ARRIVAL_SECONDS = 5.0
"""How long instances may still be on their way when the final response of the last C-MOVE is here."""


def needs_of_load(params: LoadParams, session: Session) -> Needs:
    """What each operation of the mix needs, on one association: any of them may come on any."""
    return Needs(tuple(dict.fromkeys(_contexts(params))))


def _contexts(params: LoadParams) -> Iterator[Context]:
    mix = params.mix
    if mix.echo is not None:
        yield VERIFICATION, IDENTIFIER_SYNTAXES
    if mix.store is not None:
        yield from contexts_for([(TEMPLATES[mix.store.modality].sop_class_uid, mix.store.transfer_syntax)])
    if mix.find is not None:
        yield mix.find.model.find_uid, IDENTIFIER_SYNTAXES
    if mix.move is not None:
        yield mix.move.model.move_uid, IDENTIFIER_SYNTAXES


def perform_load(session: Session, step: Step, params: LoadParams) -> Observation:
    """A load. Raises `ScenarioError` and `PeerStartError`."""
    address = session.peer(step.peer).address
    seed = params.seed or secrets.token_hex(8)
    works = list(_works(session, step, params, seed))
    proposal = proposal_for(session, step, params, needs_of_load(params, session))
    timeouts, tls = session.timeouts(step.peer), session.roster.tls(step.peer)
    plan = LoadPlan(
        LoadModel.OPEN if params.is_open else LoadModel.CLOSED,
        _shape(params),
        Mix(works, seed),
        associations=params.most_associations,
        per_association=params.per_association,
        most_operations=params.most_operations,
        patience=params.patience,
    )
    observation = run_load(
        plan,
        lambda: request_association(address, proposal, timeouts, tls=tls),
        progress=lambda now: session.progress(_text(now)) if session.progress is not None else None,
        peer_within=session.spec(step.peer).reference is not None,
    )
    _note_moved(observation, (work for work, _ in works))
    _note_stored(observation, (work for work, _ in works))
    return observation


def _text(now: Progress) -> str:
    failed = f", {now.failed} failed" if now.failed else ""
    return f"load {now.seconds:.0f} s: {now.succeeded} operations{failed}, {now.associations} associations"


def _shape(params: LoadParams) -> Shape:
    return Shape(
        tuple(
            Stage(stage.duration, stage.level if stage.start is None else stage.start, stage.level)
            for stage in params.stages
        )
    )


def _works(session: Session, step: Step, params: LoadParams, seed: str) -> Iterator[tuple[Work, float]]:
    mix = params.mix
    if mix.echo is not None:
        yield EchoWork(), mix.echo.weight
    if mix.store is not None:
        instances = list(_instances(session, step, mix.store, seed))
        yield StoreWork(instances, params.quota, seed), mix.store.weight
    if mix.find is not None:
        yield _find(step, mix.find), mix.find.weight
    if mix.move is not None:
        yield _move(session, step, mix.move), mix.move.weight


def _instances(session: Session, step: Step, wanted: LoadStore, seed: str) -> Iterator[tuple[SyntheticInstance, float]]:
    """An instance of each size, from which the others are made."""
    for size, weight in wanted.sizes.items():
        try:
            instance = one_of_size(
                size,
                wanted.modality,
                wanted.transfer_syntax,
                session.folder / "generated",
                uid_root=session.file.local.uid_root,
                seed=f"{seed}/{size}",
            )
        except ValueError as error:
            raise ScenarioError(f"{step.source}: {error}") from None
        yield instance, weight


def _find(step: Step, params: LoadFind) -> FindWork:
    return FindWork(params.model.find_uid, _identifier(step, params, params.return_keys))


def _move(session: Session, step: Step, params: LoadMove) -> MoveWork:
    scp = session.storage_scp
    scp.accepted_syntaxes = transfer_syntaxes()
    scp.take_received()
    return MoveWork(params.model.move_uid, _identifier(step, params), session.file.local.ae_title, scp)


def _identifier(step: Step, params: LoadQuery, returned: Attributes | None = None) -> Dataset:
    try:
        return build_identifier(params.level, params.keys, returned or {})
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None


def _note_moved(observation: LoadObservation, works: Iterable[Work]) -> None:
    for work in works:
        if isinstance(work, MoveWork):
            work.await_received(0.0 if observation.interrupted else ARRIVAL_SECONDS)
            observation.moved = (work.completed, work.received)


def _note_stored(observation: LoadObservation, works: Iterable[Work]) -> None:
    for work in works:
        if isinstance(work, StoreWork):
            observation.left += work.left_behind()


EXECUTORS: Executors = {
    ServiceName.LOAD: Executor(perform_load, needs_of_load),
}
