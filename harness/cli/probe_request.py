"""From the command line of `probe` to what a peer is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.cli.probe_policy import with_named
from harness.cli.security import identity_of, tls_settings_of
from harness.errors import UsageError
from harness.scenario.amounts import parse_duration
from harness.standard.ae import AEAddress, check_ae_title
from harness.standard.uids import UnknownName

if TYPE_CHECKING:
    from harness.engine.probe.request import Further, ProbeRequest
    from harness.observe.exercise import SentStudy
    from harness.scenario.acceptance import PolicySpec

F = TypeVar("F", bound=Callable[..., Any])

MOST_AT_ONCE = 256


def further_options(function: F) -> F:
    """What is asked only on request, or only where it is allowed."""
    for decorate in reversed(
        (
            click.option(
                "--environment",
                type=click.Choice(["test", "production"]),
                help="What the peer is used for; without it, as careful as with production.",
            ),
            click.option(
                "--allow",
                multiple=True,
                type=click.Choice(["probe-titles", "probe-limits"]),
                help="What may be done to a peer that is not for tests (repeatable).",
            ),
            click.option(
                "--associations-at-once",
                "at_once",
                type=click.IntRange(1, MOST_AT_ONCE),
                metavar="N",
                help="Let associations stand until one is refused, at most so many (probe-limits).",
            ),
            click.option(
                "--exercise", is_flag=True, help="Send a generated object in each accepted pair; they stay there."
            ),
            click.option(
                "--allow-writes",
                metavar="AE@HOST:PORT",
                help="Objects may be sent to a peer that is not for tests: its address once more.",
            ),
            click.option("--timers", is_flag=True, help="Wait until the peer loses patience (probe-limits)."),
        )
    ):
        function = decorate(function)
    return function


def request_of(given: dict[str, Any], security: dict[str, Any], policy: PolicySpec | None) -> ProbeRequest:
    """The request that the options make; a policy may name what is in no current edition.

    Raises `UsageError` for what cannot be meant or is not allowed.
    """
    from harness.engine.probe.request import ProbeRequest, chosen_sop_classes, chosen_transfer_syntaxes
    from harness.tls.contexts import tls_client

    settings = tls_settings_of(security)
    sop_classes, syntaxes = ((), ()) if policy is None else (policy.sop_classes(), policy.transfer_syntaxes())
    try:
        address = AEAddress.parse(given["address"])
        return ProbeRequest(
            address,
            check_ae_title(given["calling"]),
            with_named(given["sop_classes"], chosen_sop_classes, sop_classes),
            with_named(given["transfer_syntaxes"], chosen_transfer_syntaxes, syntaxes),
            parse_duration(given["timeout"]),
            parse_duration(given["within"]),
            tls_client(settings) if settings is not None else None,
            identity_of(security),
            replace(_further(address, given), tls=settings),
        )
    except UnknownName as error:
        meant = f"; did you mean {', '.join(error.suggestions)}?" if error.suggestions else ""
        raise UsageError(f"{error}{meant}") from None
    except ValueError as error:
        raise UsageError(str(error)) from None


def _further(address: AEAddress, given: dict[str, Any]) -> Further:
    """What is asked beyond negotiation. Raises `UsageError` for what is asked for and not allowed."""
    from harness.engine.probe.permission import ProbePermission
    from harness.engine.probe.request import Further
    from harness.scenario.caution import Allow, Environment

    environment = Environment(given["environment"] or Environment.UNSPECIFIED.value)
    writes = _may_write(address, given["allow_writes"])
    permission = ProbePermission(address, environment, tuple(map(Allow, given["allow"])), writes)
    for option, asked in (("--associations-at-once", given["at_once"]), ("--timers", given["timers"])):
        if asked and (refusal := permission.refusal(Allow.PROBE_LIMITS, option)):
            raise UsageError(refusal)
    if given["exercise"] and (refusal := permission.refusal_of_writes("--exercise")):
        raise UsageError(refusal)
    why_no_titles = permission.refusal(Allow.PROBE_TITLES, "calling it by AE titles that it cannot know")
    return Further(
        not why_no_titles,
        why_no_titles,
        given["at_once"] or 0,
        given["timers"],
        _new_study() if given["exercise"] else None,
        "" if given["exercise"] else "objects are sent only with --exercise",
    )


def _new_study() -> SentStudy:
    from harness.engine.probe.exercising import new_study

    return new_study()


def _may_write(address: AEAddress, again: str | None) -> bool:
    """Whether the address of the peer was repeated, and rightly. Raises `UsageError`."""
    if again is not None and again != str(address):
        raise UsageError(f"--allow-writes: `{again}` is not the peer of this command, which is `{address}`")
    return again is not None
