"""A message that is ready to leave: encoded, cut under the maximum length of the peer, its file open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.dimse.fragment import fragments
from harness.net.windows import FileRange, windows

Piece = tuple[bytes, memoryview]
"""A P-DATA-TF with one fragment, as (headers, fragment)."""


@dataclass(slots=True)
class Outgoing:
    """The P-DATA-TFs of a message. Those of `rest` come window by window, each good until the next one is asked for.

    `summary` is how the trace names its command.
    """

    summary: str
    command: Sequence[Piece]
    data: Sequence[Piece] = ()
    rest: Iterable[Sequence[Piece]] = ()


def outgoing(context_id: int, command: tuple[bytes, str], data: bytes | FileRange | None, fragment: int) -> Outgoing:
    """A message of an encoded command with its summary, and of a data set, in fragments of so many bytes at most.

    A file is open from now on and read as far as its first window goes. Raises OSError.
    """
    encoded, summary = command
    pieces = list(fragments(context_id, True, memoryview(encoded), fragment))
    if data is None:
        return Outgoing(summary, pieces)
    rest = _of_data_set(context_id, data, fragment)
    return Outgoing(summary, pieces, next(rest), rest)


def _of_data_set(context_id: int, data: bytes | FileRange, fragment: int) -> Iterator[Sequence[Piece]]:
    for window, last in windows(data, fragment):
        yield list(fragments(context_id, False, window, fragment, final=last))
