"""TLS and user identity of the ad-hoc commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from harness.cli.adhoc.words import Words
    from harness.scenario.one_step import OneStep

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = ("tls", "tls_ca", "tls_certificate", "tls_key", "tls_server_name", "tls_no_verify", "user", "passcode_env")


def security_options(function: F) -> F:
    """TLS towards the peer, and who we are to it."""
    for decorate in reversed(
        (
            click.option("--tls", is_flag=True, help="Over TLS; the system says whom to trust, unless --tls-ca does."),
            click.option("--tls-ca", multiple=True, metavar="FILE", help="Trust this certificate (repeatable)."),
            click.option("--tls-certificate", metavar="FILE", help="Our certificate."),
            click.option("--tls-key", metavar="FILE", help="Its key, if it is not in the same file."),
            click.option("--tls-server-name", metavar="NAME", help="The name that the peer's certificate must have."),
            click.option("--tls-no-verify", is_flag=True, help="Take any certificate."),
            click.option("--user", metavar="NAME", help="User name to offer as user identity."),
            click.option("--passcode-env", metavar="VARIABLE", help="Its passcode, from an environment variable."),
        )
    ):
        function = decorate(function)
    return function


def take_security(given: dict[str, Any]) -> dict[str, Any]:
    """Take these options out of all that were given, and keep those that say something."""
    taken = {name: given.pop(name) for name in _OPTIONS}
    return {name: value for name, value in taken.items() if value}


def put_security(step: OneStep, words: Words, security: dict[str, Any]) -> None:
    """Say of the peer what was given."""
    for option, key in (("tls_certificate", "certificate"), ("tls_key", "key"), ("tls_server_name", "server_name")):
        if option in security:
            mark = words.mark(security[option], f"--{option.replace('_', '-')}")
            step.peer_part(("tls", key), security[option], mark)
    for index, file in enumerate(security.get("tls_ca", ())):
        step.peer_part(("tls", "ca", index), file, words.mark(file, "--tls-ca"))
    if "tls_no_verify" in security:
        step.peer_part(("tls", "verify"), "false", words.mark("--tls-no-verify"))
    if "tls" in security and not any(name.startswith("tls_") for name in security):
        step.peer("tls", "true", words.mark("--tls"))
    if "user" in security:
        step.peer_part(("user_identity", "username"), security["user"], words.mark(security["user"], "--user"))
    if "passcode_env" in security:
        variable = security["passcode_env"]
        value = f"${{env.{variable}}}"
        step.peer_part(("user_identity", "passcode"), value, words.mark(variable, "--passcode-env"))
