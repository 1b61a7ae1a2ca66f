"""What `find` and `worklist` share: the query, and its matches on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

import click

from harness.cli.adhoc.build import Building, begin
from harness.cli.adhoc.keys import KeyPath, Keys
from harness.cli.adhoc.output import Output
from harness.cli.adhoc.running import refuse, run_step
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.observe.outcomes import Observation
    from harness.scenario.service_names import ServiceName


class Query:
    """A query under construction. Exits when something is wrong already."""

    def __init__(self, ctx: click.Context, service: ServiceName, given: dict[str, Any]) -> None:
        try:
            self.building: Building = begin(ctx, service, given)
            self._output = Output(given["output"], given["out"])
        except UsageError as error:
            refuse(ctx, str(error))
        self._ctx = ctx
        self._given = given
        self.keys = Keys(self.building.step, self.building.words)

    @property
    def names_what_returns(self) -> bool:
        """Whether it is said what is to be returned, and nothing needs to be added."""
        return bool(self._given["returned"] or self._given["query"])

    def add_keys(self) -> None:
        """The keys, and where else the query comes from."""
        self.keys.match(self._given["keys"])
        self.keys.returned(self._given["returned"])
        self.building.param("query", self._given["query"])
        self.building.param("character_set", self._given["character_set"])
        if self._given["count"] is not None:
            mark = self.building.words.mark(self._given["count"], "--count")
            self.building.step.expect("count", self._given["count"], mark)

    def run(self, shown: Iterable[KeyPath] = ()) -> NoReturn:
        """Run it, show the attributes that were asked for, and also `shown`, and exit."""
        paths = list(dict.fromkeys((*self.keys.shown, *shown)))

        def show(observation: Observation) -> str:
            return self._output.matches(observation, paths)

        building = self.building
        run_step(self._ctx, building.step, building.common, show, building.permissions(None), pure=self._output.pure)
