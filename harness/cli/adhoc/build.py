"""From the options that every command has to the step that it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.cli.adhoc.options import STAGES, Common
from harness.cli.adhoc.security import put_security
from harness.cli.adhoc.words import Words
from harness.scenario.one_step import PEER_NAME, OneStep
from harness.scenario.service_names import ServiceName

if TYPE_CHECKING:
    import click

    from harness.engine.policy import Permissions


@dataclass(slots=True)
class Building:
    """A step under construction, and the words that it comes from."""

    step: OneStep
    words: Words
    common: Common

    def param(self, name: str, value: str | None, option: str = "") -> None:
        """Set a parameter of the step, if the option was given."""
        if value is not None:
            self.step.param((name,), value, self.words.mark(value, option or f"--{name.replace('_', '-')}"))

    def listed(self, name: str, values: tuple[str, ...], option: str = "") -> None:
        """Set a parameter that is a list, if there is anything in it."""
        for index, value in enumerate(values):
            self.step.param((name, index), value, self.words.mark(value, option))

    def permissions(self, allow_writes: str | None, *allow: str) -> Permissions:
        """What may be done to the peer: writing only to the address that is repeated."""
        from harness.engine.policy import Permissions

        address = self.common.address
        remedy = f"`--environment test`, or `--allow-writes {address}`"
        if allow_writes is None:
            return Permissions(remedy=remedy)
        mark = self.words.mark(allow_writes, "--allow-writes")
        if allow_writes != address:
            self.step.mistake(mark, f"`{allow_writes}` is not the peer of this command, which is `{address}`")
        self.step.peer("allow", list(allow), mark)
        return Permissions(frozenset((PEER_NAME,)), remedy=remedy)


def begin(ctx: click.Context, service: ServiceName, given: dict[str, Any]) -> Building:
    """Begin a step with what is said of the peer and of ourselves; the rest stays in `given`. Raises `UsageError`."""
    common = Common.taken_from(given)
    words = Words(ctx)
    step = OneStep(service, words.line)
    if common.calling is not None:
        step.local("ae_title", common.calling, words.mark(common.calling, "--calling"))
    step.peer("address", common.address, words.mark(common.address))
    if common.environment is not None:
        step.peer("environment", common.environment, words.mark(common.environment, "--environment"))
    if common.timeout is not None:
        mark = words.mark(common.timeout, "--timeout")
        for stage in STAGES:
            step.peer_part(("timeouts", stage), common.timeout, mark)
    put_security(step, words, common.security)
    return Building(step, words, common)
