"""What goes through the proxy: PDUs as bytes, whole messages, and things that are done instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.fragment import fragments


class Side(StrEnum):
    """Whose words they are: the requestor's (the SCU's, as a rule) or the acceptor's."""

    REQUESTOR = "requestor"
    ACCEPTOR = "acceptor"


def other_side(side: Side) -> Side:
    """The one that it talks to."""
    return Side.ACCEPTOR if side is Side.REQUESTOR else Side.REQUESTOR


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole DIMSE message on its way; `data` is None without data set."""

    context_id: int
    command: CommandSet
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Pass nothing on for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Chop:
    """From now on write at most `size` bytes at a time, so that TCP delivers small segments."""

    size: int


@dataclass(frozen=True, slots=True)
class Hang:
    """Pass nothing more on in this direction, not even its end, and leave the connections open."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep both connections open for some seconds, even when both sides have ended."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close both connections."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset both connections."""


@dataclass(frozen=True, slots=True)
class Back:
    """Say this to the side that just spoke, as if the other had answered."""

    data: bytes


Action = Pause | Chop | Hang | Hold | Close | Reset | Back
Piece = bytes | Whole | Action


def cut(message: Whole, fragment: int) -> Iterator[bytes]:
    """The P-DATA-TF PDUs of a message, with fragments of at most so many bytes."""
    for is_command, data in ((True, encode_command(message.command)), (False, message.data)):
        if data is None:
            continue
        padded = data + b"\0" if len(data) % 2 else data
        for header, piece in fragments(message.context_id, is_command, memoryview(padded), fragment):
            yield header + piece
