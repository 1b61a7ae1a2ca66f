"""AE titles (PS3.5 6.2, VR AE) and AE addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_AE_TITLE = 16
_PORT = re.compile(r"[0-9]{1,5}")
_NOT_IN_HOST = re.compile(r"[\s/\[\]@]")


def check_ae_title(text: str) -> str:
    """The AE title without the non-significant spaces around it.

    Raises ValueError with a sentence when it is empty, longer than 16 characters, or has characters that no AE
    title may have: backslash, control characters, anything outside the default repertoire (PS3.5 6.2).
    """
    title = text.strip(" ")
    if not title:
        raise ValueError("an AE title needs at least one character that is not a space")
    if len(title) > LONGEST_AE_TITLE:
        raise ValueError(f"AE title `{title}` has {len(title)} characters; at most 16 are allowed")
    for character in title:
        if character == "\\" or not " " <= character <= "~":
            raise ValueError(f"AE title `{title!a}` has the character {character!a}, which AE titles may not have")
    return title


@dataclass(frozen=True, slots=True)
class AEAddress:
    """An application entity and where it listens. Written `TITLE@host:port` everywhere."""

    ae_title: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> AEAddress:
        """From `TITLE@host:port`; an IPv6 address stands in brackets. Raises ValueError with a sentence."""
        title, at, where = text.strip().rpartition("@")
        if not at:
            raise ValueError(f"address `{text}` has no `@`; write TITLE@host:port")
        host, colon, port = where.rpartition(":")
        if not colon or "]" in port:
            raise ValueError(f"address `{text}` names no port; write TITLE@host:port")
        if host.startswith("[") and host.endswith("]"):
            host = _check_ipv6(host[1:-1])
        else:
            _check_host(host, text)
        if not _PORT.fullmatch(port) or not 1 <= int(port) <= 65535:
            raise ValueError(f"port `{port}` is not a number from 1 to 65535")
        return cls(check_ae_title(title), host, int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"


def _check_ipv6(host: str) -> str:
    import ipaddress

    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        raise ValueError(f"`[{host}]` is no IPv6 address; only those stand in brackets") from None
    return host


def _check_host(host: str, address: str) -> None:
    if not host:
        raise ValueError(f"address `{address}` names no host; write TITLE@host:port")
    if "/" in host:
        raise ValueError(f"address `{address}` is a URL or a path; write TITLE@host:port")
    if ":" in host:
        raise ValueError(f"address `{address}`: an IPv6 address stands in brackets, TITLE@[{host}]:port")
    if _NOT_IN_HOST.search(host):
        raise ValueError(f"`{host}` is no host name or IP address")
