"""From the command line of `diagnose` to what the ladder is climbed for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.engine.ladder.request import LadderRequest, LadderService, MoveCheck
from harness.errors import UsageError
from harness.scenario.amounts import parse_duration
from harness.standard.ae import AEAddress, check_ae_title
from harness.standard.uids import is_valid_uid
from harness.tls.contexts import TlsMistake, TlsSettings, tls_client
from harness.ul.items import UserIdentityRQ

LAST_PORT = 65535
_USER = 1
_USER_AND_PASSCODE = 2


def request_of(given: dict[str, Any], security: dict[str, Any]) -> LadderRequest:
    """The request that the options make. Raises `UsageError` for what cannot be meant."""
    try:
        return LadderRequest(
            _address(given["address"]),
            given["calling"].strip(" "),
            parse_duration(given["timeout"]),
            _tls(security),
            _identity(security),
            tuple(LadderService(name) for name in dict.fromkeys(given["services"])),
            given["probe_titles"],
            _move(given),
        )
    except ValueError as error:
        raise UsageError(str(error)) from None


def _address(text: str) -> AEAddress:
    """The address with its AE title as it stands: whether that is a legal one is for the ladder to say."""
    title, at, where = text.strip().rpartition("@")
    legal = AEAddress.parse(f"ANY@{where}" if at else text)
    return replace(legal, ae_title=title.strip(" "))


def _move(given: dict[str, Any]) -> MoveCheck | None:
    """Never without a whole Study Instance UID: an empty or wildcard key once moved a whole archive."""
    uid = given["move"]
    if uid is None:
        for option in ("listen", "listen_host", "calls_as"):
            if given[option]:
                raise UsageError(f"--{option.replace('_', '-')} is about a C-MOVE to us, and there is no --move")
        return None
    if not is_valid_uid(uid):
        raise UsageError(f"--move: `{uid}` is no Study Instance UID")
    calls_as = tuple(check_ae_title(title) for title in given["calls_as"])
    return MoveCheck(uid, _port(given["listen"] or "0"), given["listen_host"] or "", calls_as)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise UsageError(f"--listen: `{text}` is no port; one is a number from 1 to {LAST_PORT}, or 0 for any free one")
    return int(text)


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
