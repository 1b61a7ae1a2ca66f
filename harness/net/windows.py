"""Data sets to be sent, a window at a time: memory does not depend on their size."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WINDOW = 1 << 19
"""Bytes of a window, unless a single fragment is longer.

As much as is still in the cache of the processor when it is sent: a file goes faster through a small buffer than mapped
into memory, where each page has to be looked up, or through a large one.
"""

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
    size = max(1, min(_MOST_FRAGMENTS, _WINDOW // fragment)) * fragment
    if isinstance(data, bytes):
        yield even(data), True
    elif data.length <= size:
        yield _whole(data), True
    else:
        with data.path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < data.offset + data.length:
                raise _shorter(data.path)
            yield from _in_turn(file.fileno(), data, size)


def _whole(data: FileRange) -> memoryview:
    """A small data set at once; without a file object, which would take as long as the reading."""
    descriptor = os.open(data.path, os.O_RDONLY)
    try:
        found = os.pread(descriptor, data.length, data.offset)
    finally:
        os.close(descriptor)
    if len(found) < data.length:
        raise _shorter(data.path)
    return even(found)


def even(data: bytes) -> memoryview:
    """Data with the byte behind it that an odd length asks for (PS3.8 E.1)."""
    return memoryview(data + b"\0" if len(data) % 2 else data)


def _in_turn(descriptor: int, data: FileRange, size: int) -> Iterator[tuple[memoryview, bool]]:
    buffer = memoryview(bytearray(size + 1))
    done = 0
    while done < data.length:
        count = min(size, data.length - done)
        if os.preadv(descriptor, [buffer[:count]], data.offset + done) < count:
            raise _shorter(data.path)
        done += count
        padded = count + count % 2
        buffer[count:padded] = bytes(padded - count)
        yield buffer[:padded], done == data.length


def _shorter(path: Path) -> OSError:
    return OSError(errno.EIO, "it has become shorter", str(path))
