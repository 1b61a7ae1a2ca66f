"""From the command line of `conform` to the run that is asked for."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

from harness.cli.ladder_request import listening_port
from harness.cli.security import identity_of, listener_tls_of, tls_settings_of
from harness.engine.conform.model import Profile
from harness.engine.conform.request import ConformRequest, Target
from harness.engine.conform.selection import Selection
from harness.errors import UsageError
from harness.peers.base import LOOPBACK
from harness.peers.ports import ANY_HOST, is_loopback
from harness.results.model import Level
from harness.scenario.amounts import parse_duration
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress, check_ae_title
from harness.tls.contexts import TlsServer, tls_client, tls_server

LEVELS = [level.value for level in Level]
PROFILES = [profile.word for profile in Profile]

_SECURITY = {
    "tls": "--tls",
    "tls_ca": "--tls-ca",
    "tls_certificate": "--tls-certificate",
    "tls_key": "--tls-key",
    "tls_server_name": "--tls-server-name",
    "tls_no_verify": "--tls-no-verify",
    "user": "--user",
    "passcode_env": "--passcode-env",
}


def selection_of(given: dict[str, Any]) -> Selection:
    """Which cases are wanted."""
    profile = given["profile"]
    return Selection(
        given["only"],
        given["exclude"],
        Level(given["level"]),
        None if profile is None else Profile[profile.upper()],
        given["timers"],
    )


def environment_of(given: dict[str, Any]) -> Environment:
    """What the peer is used for."""
    return Environment(given["environment"]) if given["environment"] else Environment.UNSPECIFIED


def request_of(given: dict[str, Any], security: dict[str, Any]) -> ConformRequest:
    """The request that the options make. Raises `UsageError` for what cannot be meant."""
    settings = tls_settings_of(security)
    try:
        target = Target(
            AEAddress.parse(given["address"]),
            check_ae_title(given["calling"]),
            parse_duration(given["timeout"]),
            tls=tls_client(settings) if settings is not None else None,
            identity=identity_of(security),
        )
    except ValueError as error:
        raise UsageError(str(error)) from None
    request = ConformRequest(target, environment_of(given), selection_of(given))
    request = replace(request, jobs=given["jobs"], redact_addresses=given["redact_addresses"])
    return replace(request, again=_again(given, security))


def listening_of(given: dict[str, Any], security: dict[str, Any]) -> tuple[str, int, TlsServer | None] | None:
    """Where and how we listen for what the peer sends; None where we do not. Raises `UsageError`."""
    if given["listen"] is None:
        for option in ("listen_host", "listen_tls"):
            if given[option]:
                raise UsageError(f"--{option.replace('_', '-')} is about where we listen, and there is no --listen")
        return None
    peer = AEAddress.parse(given["address"]).host
    host = given["listen_host"] or (LOOPBACK if is_loopback(peer) else ANY_HOST)
    tls = tls_server(listener_tls_of(security)) if given["listen_tls"] else None
    return host, listening_port(given["listen"]), tls


def _again(given: dict[str, Any], security: dict[str, Any]) -> str:
    """The command that does the same, but for the choice of cases."""
    words = ["dicom-harness", "conform", given["address"]]
    for name in ("calling", "timeout", "environment", "listen", "listen_host"):
        if given[name] and given[name] != _DEFAULTS.get(name):
            words += [f"--{name.replace('_', '-')}", given[name]]
    if given["listen_tls"]:
        words.append("--listen-tls")
    for name, value in security.items():
        option = _SECURITY[name]
        values = value if isinstance(value, tuple) else (value,)
        words += [word for one in values for word in ((option,) if one is True else (option, one))]
    return shlex.join(words)


_DEFAULTS = {"calling": "HARNESS", "timeout": "10 s"}
