"""Reports for others to read: hosts get made-up names, the same everywhere. Loopback stays, and so do AE titles."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from harness.results.model import RunResult

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WRITTEN = re.compile(r"@(?:\[(?P<six>[0-9A-Fa-f:.%\w]+)\]|(?P<host>[^\s@\[\]:/\"'`,;()<>]+)):\d{1,5}\b")
"""An address as this program writes it, `TITLE@host:port`."""
_FOUR = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"
_SIX = r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:%\w+)?(?![\w:])"
_CLAUSE = r"PS3\.\d+(?:(?:,| and|;)? (?:[A-Z]{1,2}\.)?\d+(?:\.\d+)+)+"
"""Clauses of the standard, whose numbers look like addresses: PS3.8 9.3.2.2 and 9.3.3.2."""
_NUMERIC = re.compile(f"{_CLAUSE}|(?P<host>{_FOUR}|{_SIX})")


class AddressMask:
    """Gives each host a name, `host-1` and so on, and puts that in its place."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def learn(self, host: str) -> None:
        """A host to be named. Loopback has no name that anybody could learn from."""
        host = host.strip("[]").lower()
        if host and host not in _LOOPBACK:
            self._names.setdefault(host, f"host-{len(self._names) + 1}")

    def learn_from(self, text: str) -> None:
        """All hosts of addresses and all numeric addresses in a text."""
        for found in _WRITTEN.finditer(text):
            self.learn(found["six"] or found["host"])
        for found in _NUMERIC.finditer(text):
            if found["host"] and _is_address(found["host"]):
                self.learn(found["host"])

    def text(self, text: str) -> str:
        """A text with the names in place of the hosts that are known, and of those that stand in it."""
        self.learn_from(text)
        if not self._names:
            return text
        known = "|".join(re.escape(host) for host in sorted(self._names, key=len, reverse=True))
        pattern = rf"(?<![\w.:-])\[?(?P<host>{known})\]?(?![\w-]|\.\w|:[0-9A-Fa-f]{{0,4}}:)"
        return re.sub(pattern, lambda found: self._names[found["host"].lower()], text, flags=re.IGNORECASE)


def mask_addresses(run: RunResult, mask: AddressMask) -> None:
    """Mask a run in place."""
    for peer in run.peers.values():
        mask.learn_from(peer.address)
    for step in run.steps:
        for association in step.associations:
            mask.learn(association.address.rpartition(":")[0])
    for field in fields(run):
        setattr(run, field.name, _masked(getattr(run, field.name), mask))


def _masked(value: Any, mask: AddressMask) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return mask.text(value)
    if isinstance(value, list | tuple):
        return type(value)(_masked(part, mask) for part in value)
    if isinstance(value, dict):
        return {key: _masked(part, mask) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _masked(getattr(value, field.name), mask) for field in fields(value)})
    return value


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
