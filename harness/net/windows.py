"""Data sets to be sent, a window at a time: memory does not depend on their size."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WINDOW = 1 << 22
"""Bytes that are read at once, unless a single fragment is longer."""

_MOST_FRAGMENTS = 500
"""Fragments of a window: two buffers each, just within what one system call takes."""


@dataclass(frozen=True, slots=True)
class FileRange:
    """A part of a file to be sent as it is, in bytes."""

    path: Path
    offset: int
    length: int


def windows(data: bytes | FileRange, fragment: int) -> Iterator[tuple[memoryview, bool]]:
    """Pieces of a data set, of whole fragments but for the last, each with whether it is the last.

    The whole has an even length, as PS3.8 E.1 asks for. A window is good until the next one. Raises OSError for a file
    that cannot be read or has become shorter; what was noticed before the first window has done no harm.
    """
    if isinstance(data, bytes):
        yield memoryview(data + b"\0" if len(data) % 2 else data), True
        return
    with data.path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < data.offset + data.length:
            raise _shorter(data)
        file.seek(data.offset)
        size = min(max(1, min(_MOST_FRAGMENTS, _WINDOW // fragment)) * fragment, data.length)
        buffer = memoryview(bytearray(size + 1))
        left = data.length
        while True:
            count = min(size, left)
            if file.readinto(buffer[:count]) < count:
                raise _shorter(data)
            left -= count
            padded = count + count % 2
            buffer[count:padded] = bytes(padded - count)
            yield buffer[:padded], not left
            if not left:
                return


def _shorter(data: FileRange) -> OSError:
    return OSError(errno.EIO, "it has become shorter", str(data.path))
