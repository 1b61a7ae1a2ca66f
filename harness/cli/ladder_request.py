"""From the command line of `diagnose` to what the ladder is climbed for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.cli.security import identity_of, listener_tls_of, tls_settings_of
from harness.engine.ladder.request import LadderRequest, LadderService, MoveCheck
from harness.errors import UsageError
from harness.scenario.amounts import parse_duration
from harness.standard.ae import AEAddress, check_ae_title
from harness.standard.uids import is_valid_uid

LAST_PORT = 65535


def request_of(given: dict[str, Any], security: dict[str, Any]) -> LadderRequest:
    """The request that the options make. Raises `UsageError` for what cannot be meant."""
    try:
        return LadderRequest(
            _address(given["address"]),
            given["calling"].strip(" "),
            parse_duration(given["timeout"]),
            tls_settings_of(security),
            identity_of(security),
            tuple(LadderService(name) for name in dict.fromkeys(given["services"])),
            given["probe_titles"],
            _move(given, security),
        )
    except ValueError as error:
        raise UsageError(str(error)) from None


def _address(text: str) -> AEAddress:
    """The address with its AE title as it stands: whether that is a legal one is for the ladder to say."""
    title, at, where = text.strip().rpartition("@")
    legal = AEAddress.parse(f"ANY@{where}" if at else text)
    return replace(legal, ae_title=title.strip(" "))


def _move(given: dict[str, Any], security: dict[str, Any]) -> MoveCheck | None:
    """Never without a whole Study Instance UID: an empty or wildcard key once moved a whole archive."""
    uid = given["move"]
    if uid is None:
        for option in ("listen", "listen_host", "listen_tls", "calls_as"):
            if given[option]:
                raise UsageError(f"--{option.replace('_', '-')} is about a C-MOVE to us, and there is no --move")
        return None
    if not is_valid_uid(uid):
        raise UsageError(f"--move: `{uid}` is no Study Instance UID")
    calls_as = tuple(check_ae_title(title) for title in given["calls_as"])
    tls = listener_tls_of(security) if given["listen_tls"] else None
    return MoveCheck(uid, listening_port(given["listen"] or "0"), given["listen_host"] or "", calls_as, tls)


def listening_port(text: str) -> int:
    """The port to listen on. Raises `UsageError`."""
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise UsageError(f"--listen: `{text}` is no port; one is a number from 1 to {LAST_PORT}, or 0 for any free one")
    return int(text)
