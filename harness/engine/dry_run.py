"""What a run would send to whom, found out without contacting anybody."""

from __future__ import annotations

from collections.abc import Iterator

from harness.engine.policy import Permissions, refusal_of_peer, refusal_of_step
from harness.errors import ScenarioError
from harness.scenario.model import Scenario, ScenarioFile, Step

_SOME_UID = "1.2.3"
"""Stands for what an earlier step would have saved, most often a UID."""


def refusals(file: ScenarioFile, scenario: Scenario, granted: Permissions) -> Iterator[tuple[Step, str]]:
    """Each step with the reason why it would not be sent; empty where it would, as far as that is known before."""
    saved = {name: _SOME_UID for step in scenario.steps for name in step.save}
    stopped = ""
    for step in scenario.steps:
        reason = stopped or _refusal(file, step, saved, granted)
        yield step, reason
        stopped = stopped or (f"step {step.id} is not sent" if reason else "")


def _refusal(file: ScenarioFile, step: Step, saved: dict[str, str], granted: Permissions) -> str:
    spec = file.peers[step.peer]
    try:
        params = step.resolve(saved).params
    except ScenarioError:
        return refusal_of_peer(step.peer, spec, granted)
    return refusal_of_peer(step.peer, spec, granted) or refusal_of_step(step.peer, spec, step.service, params, granted)
