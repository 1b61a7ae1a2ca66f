"""Which presentation contexts and roles the steps of a scenario need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ScenarioError
from harness.scenario.model import Scenario, Step
from harness.scenario.steps import (
    AssociateParams,
    EchoParams,
    FindParams,
    GetParams,
    MoveParams,
    NegotiateParams,
    Params,
    StoreParams,
)
from harness.services.part10 import NotSendable, find_files, read_file_meta
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.modalities import TEMPLATES
from harness.ul.items import RoleSelection

Context = tuple[str, tuple[str, ...]]

IDENTIFIER_SYNTAXES = (EXPLICIT_VR_LE, IMPLICIT_VR_LE)
_ANY_VALUE = "1.2.3"
"""Stands for a value that is saved later: contexts never depend on one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Presentation contexts to propose, and storage classes for which the requestor takes the SCP role."""

    contexts: tuple[Context, ...] = ()
    received_classes: frozenset[str] = frozenset()

    def roles(self, stored: Iterable[str] = ()) -> tuple[RoleSelection, ...]:
        """Role selections (PS3.7 D.3.3.4); classes that are also stored keep the SCU role."""
        both = frozenset(stored)
        return tuple(RoleSelection(uid, int(uid in both), 1) for uid in sorted(self.received_classes))


def needs_of(params: Params, folder: Path, stored: Mapping[str, Path]) -> Needs:
    """What a step needs; `folder` is where its files are, `stored` maps instances stored so far to their files."""
    if isinstance(params, EchoParams):
        return Needs(((VERIFICATION, (IMPLICIT_VR_LE,)),))
    if isinstance(params, AssociateParams):
        return Needs(tuple((uid, (IMPLICIT_VR_LE,)) for uid in params.abstract_syntaxes))
    if isinstance(params, NegotiateParams):
        return Needs(tuple((params.abstract_syntax, (syntax,)) for syntax in params.transfer_syntaxes))
    if isinstance(params, StoreParams):
        return Needs(_stored_contexts(params, folder))
    if isinstance(params, FindParams):
        return Needs(((params.model.find_uid, IDENTIFIER_SYNTAXES),))
    if isinstance(params, MoveParams):
        return Needs(((params.model.move_uid, IDENTIFIER_SYNTAXES),))
    assert isinstance(params, GetParams)
    return _needs_of_get(params, stored)


def _stored_contexts(params: StoreParams, folder: Path) -> tuple[Context, ...]:
    pairs: dict[Context, None] = {}
    for path in find_files(folder / name for name in params.files):
        try:
            meta = read_file_meta(path)
        except NotSendable:
            continue  # The step itself tells about files that cannot be sent.
        pairs[(meta.sop_class_uid, (meta.transfer_syntax_uid,))] = None
    if params.generate is not None and params.generate.modality in TEMPLATES:
        pairs[(TEMPLATES[params.generate.modality].sop_class_uid, (params.generate.transfer_syntax,))] = None
    return tuple(pairs)


def _needs_of_get(params: GetParams, stored: Mapping[str, Path]) -> Needs:
    metas = [read_file_meta(path) for path in stored.values()]
    classes = params.sop_classes or [meta.sop_class_uid for meta in metas]
    classes = list(dict.fromkeys(classes or [template.sop_class_uid for template in TEMPLATES.values()]))
    syntaxes = params.accept or [*(meta.transfer_syntax_uid for meta in metas), *IDENTIFIER_SYNTAXES]
    # One context per transfer syntax: an SCP that does not transcode needs to find the one an instance is stored in.
    storage = [(uid, (syntax,)) for uid in classes for syntax in dict.fromkeys(syntaxes)]
    return Needs(((params.model.get_uid, IDENTIFIER_SYNTAXES), *storage), frozenset(classes))


def needs_of_shared(
    scenario: Scenario, name: str, variables: Mapping[str, str], folder: Path, stored: Mapping[str, Path]
) -> Needs:
    """What all steps that share an association need together: contexts cannot be added to it later."""
    saved = {variable: _ANY_VALUE for step in scenario.steps for variable in step.save}
    found: dict[Context, None] = {}
    stored_here: set[str] = set()
    received: frozenset[str] = frozenset()
    for step in scenario.steps:
        params = _resolved(step, {**saved, **variables}) if step.association == name else None
        if params is None:
            continue
        needs = needs_of(params, folder, stored)
        found.update(dict.fromkeys(needs.contexts))
        received |= needs.received_classes
        if isinstance(params, StoreParams):
            stored_here.update(uid for uid, _ in needs.contexts)
    return Needs(tuple(found), received | stored_here if received else received)


def _resolved(step: Step, variables: Mapping[str, str]) -> Params | None:
    """The parameters of a step; None for one that cannot be understood yet, which tells so when its turn comes."""
    try:
        return step.resolve(variables).params
    except ScenarioError:
        return None
