"""What `move` and `get` share: which instances are wanted, and what is done with those that arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.cli.adhoc.build import Building, begin
from harness.cli.adhoc.keys import Keys
from harness.cli.adhoc.output import Output
from harness.cli.adhoc.running import refuse
from harness.errors import UsageError
from harness.standard.models import UNIQUE_KEYS

if TYPE_CHECKING:
    from harness.scenario.service_names import ServiceName

F = TypeVar("F", bound=Callable[..., Any])


def begin_retrieve(ctx: click.Context, service: ServiceName, given: dict[str, Any]) -> tuple[Building, Output]:
    """A step with model, level, keys and transfer syntaxes; exits when something is wrong already."""
    try:
        building = begin(ctx, service, given)
        output = Output(given["output"], given["out"])
    except UsageError as error:
        refuse(ctx, str(error))
    step, words = building.step, building.words
    model = words.mark(given["model"] or "", "--model")
    mark = words.mark(given["level"] or "", "--level")
    keys = Keys(step, words)
    keys.match(given["keys"])
    level = (given["level"] or _level_of(keys)).upper()
    chosen = given["model"] or ("patient-root" if level == "PATIENT" else None)
    if chosen is not None:
        step.param(("model",), chosen, model)
    step.param(("level",), level, mark)
    for index, syntax in enumerate(given["accept"]):
        step.param(("accept", index), syntax, words.mark(syntax, "--accept"))
    return building, output


def _level_of(keys: Keys) -> str:
    """The level of the lowest unique key that is given: who names a series wants the series."""
    given = [level for level, keyword in UNIQUE_KEYS.items() if keys.value_of(keyword)]
    return given[-1] if given else "STUDY"
