"""From the command line of `diagnose` to what the ladder is climbed for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from harness.engine.ladder.request import LadderRequest, LadderService
from harness.errors import UsageError
from harness.scenario.amounts import parse_duration
from harness.standard.ae import AEAddress, check_ae_title
from harness.tls.contexts import TlsMistake, TlsSettings, tls_client
from harness.ul.items import UserIdentityRQ

_USER = 1
_USER_AND_PASSCODE = 2


def request_of(given: dict[str, Any], security: dict[str, Any]) -> LadderRequest:
    """The request that the options make. Raises `UsageError` for what cannot be meant."""
    try:
        return LadderRequest(
            AEAddress.parse(given["address"]),
            check_ae_title(given["calling"]),
            parse_duration(given["timeout"]),
            _tls(security),
            _identity(security),
            tuple(LadderService(name) for name in dict.fromkeys(given["services"])),
        )
    except ValueError as error:
        raise UsageError(str(error)) from None


def _tls(security: dict[str, Any]) -> TlsSettings | None:
    if not any(name.startswith("tls") for name in security):
        return None
    settings = TlsSettings(
        certificate=_path(security.get("tls_certificate")),
        key=_path(security.get("tls_key")),
        authorities=tuple(Path(file) for file in security.get("tls_ca", ())),
        server_name=security.get("tls_server_name", ""),
        verify="tls_no_verify" not in security,
    )
    try:
        tls_client(settings)
    except TlsMistake as mistake:
        raise UsageError(f"--tls-{mistake.part.replace('_', '-')}: {mistake}") from None
    return settings


def _path(text: str | None) -> Path | None:
    return Path(text) if text is not None else None


def _identity(security: dict[str, Any]) -> UserIdentityRQ | None:
    variable = security.get("passcode_env")
    if "user" not in security:
        if variable is not None:
            raise UsageError("--passcode-env names the passcode of a --user, and none is given")
        return None
    if variable is None:
        return UserIdentityRQ(_USER, 0, security["user"].encode(), b"")
    if variable not in os.environ:
        raise UsageError(f"--passcode-env: there is no environment variable `{variable}`")
    return UserIdentityRQ(_USER_AND_PASSCODE, 0, security["user"].encode(), os.environ[variable].encode())
