"""What all steps that share an association need together."""

from __future__ import annotations

from collections.abc import Mapping

from harness.engine.execute import executor_of
from harness.engine.needs import Context, Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.scenario.model import Scenario, Step
from harness.scenario.params.base import Params, ServiceName

_ANY_VALUE = "1.2.3"
"""Stands for a value that is saved later: contexts never depend on one."""


def needs_of_shared(session: Session, scenario: Scenario, name: str, variables: Mapping[str, str]) -> Needs:
    """What all steps that share an association need together: contexts cannot be added to it later."""
    saved = {variable: _ANY_VALUE for step in scenario.steps for variable in step.save}
    found: dict[Context, None] = {}
    stored_here: set[str] = set()
    received: frozenset[str] = frozenset()
    for step in scenario.steps:
        params = _resolved(step, {**saved, **variables}) if step.association == name else None
        if params is None:
            continue
        needs = executor_of(step.service).needs(params, session)
        found.update(dict.fromkeys(needs.contexts))
        received |= needs.received_classes
        if step.service is ServiceName.STORE:
            stored_here.update(uid for uid, _ in needs.contexts)
    return Needs(tuple(found), received | stored_here if received else received)


def _resolved(step: Step, variables: Mapping[str, str]) -> Params | None:
    """The parameters of a step; None for one that cannot be understood yet, which tells so when its turn comes."""
    try:
        return step.resolve(variables).params
    except ScenarioError:
        return None
