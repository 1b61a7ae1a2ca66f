"""AE titles (PS3.5 6.2, VR AE) and AE addresses."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_AE_TITLE = 16


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
        title, at, where = text.rpartition("@")
        if not at:
            raise ValueError(f"address `{text}` has no `@`; write TITLE@host:port")
        host, colon, port = where.rpartition(":")
        if not colon or "]" in port:
            raise ValueError(f"address `{text}` names no port; write TITLE@host:port")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ValueError(f"address `{text}`: an IPv6 address stands in brackets, TITLE@[{host}]:{port}")
        if not host:
            raise ValueError(f"address `{text}` names no host; write TITLE@host:port")
        if not (port.isascii() and port.isdigit()) or not 1 <= int(port) <= 65535:
            raise ValueError(f"port `{port}` is not a number from 1 to 65535")
        return cls(check_ae_title(title), host, int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"
