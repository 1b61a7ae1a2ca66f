"""The policy of a step, where it is in a file beside the scenario file."""

from __future__ import annotations

from harness.errors import ScenarioError, UsageError
from harness.scenario.params.base import Params
from harness.scenario.params.policy import FILE, PolicyParams
from harness.scenario.scope import Scope
from harness.scenario.variables import NodePath


def with_file(scope: Scope, path: NodePath, params: Params | None) -> Params | None:
    """The parameters with what their file holds; None where it cannot be read or has mistakes, which are noted."""
    if not isinstance(params, PolicyParams) or params.file is None:
        return params
    # Here, because this module is on the way to what reads files.
    from harness.scenario.acceptance_file import read_acceptance

    try:
        policy = read_acceptance(scope.document.path.parent / params.file)
    except (UsageError, ScenarioError) as error:
        first = str(error).partition("\n")[0]
        scope.document.note_value((*path, FILE), f"the policy cannot be used: {first}")
        return None
    parts = ("implementation", "limits", "contexts")
    return params.model_copy(update={name: getattr(policy, name) for name in parts})
