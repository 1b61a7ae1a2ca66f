"""Data sets to be sent, a window at a time: memory does not depend on their size."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WINDOW = 1 << 22
"""Bytes of a window, unless a single fragment is longer."""

_MOST_FRAGMENTS = 500
"""Fragments of a window: two buffers each, just within what one system call takes."""

_SHORTER = "it has become shorter"

_LEAST_MAPPED = 1 << 20
"""Bytes from which on a map is cheaper than a copy."""


@dataclass(frozen=True, slots=True)
class FileRange:
    """A part of a file to be sent as it is, in bytes."""

    path: Path
    offset: int
    length: int


def windows(data: bytes | FileRange, fragment: int, *, mapped: bool = False) -> Iterator[tuple[memoryview, bool]]:
    """Pieces of a data set, of whole fragments but for the last, each with whether it is the last.

    The whole has an even length, as PS3.8 E.1 asks for. A window is good until the next one. Raises OSError for a file
    that cannot be read or has become shorter; what was noticed before the first window has done no harm.

    With `mapped` a large file is not read but mapped: only for a system call to look into. Where the file is cut
    afterwards that call fails with EFAULT, while the program itself would be killed by a look at what is gone.
    """
    if isinstance(data, bytes):
        yield even(data), True
    elif data.length < _LEAST_MAPPED:
        yield _whole(data), True
    else:
        with data.path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < data.offset + data.length:
                raise _shorter(data.path)
            yield from (_mapped if mapped else _copied)(file.fileno(), data, fragment)


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


def _mapped(descriptor: int, data: FileRange, fragment: int) -> Iterator[tuple[memoryview, bool]]:
    mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    whole = memoryview(mapped)[data.offset : data.offset + data.length]
    size = _window(fragment)
    # A last fragment of odd length is read, for it needs a byte behind it.
    end = data.length if data.length % 2 == 0 else (data.length - 1) // fragment * fragment
    for start in range(0, end, size):
        stop = min(start + size, end)
        yield whole[start:stop], stop == data.length
        _forget(mapped, data.offset + start, data.offset + stop)
    if end < data.length:
        yield from _copied(descriptor, FileRange(data.path, data.offset + end, data.length - end), fragment)


def _forget(mapped: mmap.mmap, start: int, stop: int) -> None:
    """What was sent is no longer counted as memory of this process; it stays in the cache of the system."""
    first, last = (place // mmap.PAGESIZE * mmap.PAGESIZE for place in (start, stop))
    if last > first:
        mapped.madvise(mmap.MADV_DONTNEED, first, last - first)


def _copied(descriptor: int, data: FileRange, fragment: int) -> Iterator[tuple[memoryview, bool]]:
    size = min(_window(fragment), data.length)
    buffer = memoryview(bytearray(size + 1))
    done = 0
    while True:
        count = min(size, data.length - done)
        if os.preadv(descriptor, [buffer[:count]], data.offset + done) < count:
            raise _shorter(data.path)
        done += count
        padded = count + count % 2
        buffer[count:padded] = bytes(padded - count)
        yield buffer[:padded], done == data.length
        if done == data.length:
            return


def _window(fragment: int) -> int:
    return max(1, min(_MOST_FRAGMENTS, _WINDOW // fragment)) * fragment


def _shorter(path: Path) -> OSError:
    return OSError(errno.EIO, _SHORTER, str(path))


def reason_of(error: OSError) -> str | None:
    """Why a data set could not be sent to its end; what is mapped and gone is told as what it means."""
    return _SHORTER if error.errno == errno.EFAULT else error.strerror
