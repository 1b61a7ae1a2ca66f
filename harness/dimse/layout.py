"""How a command set is laid out: those that a peer sends one after the other are alike but for a few values."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.dimse.command import Reader, Value

_HEADER_LENGTH = 8
_NUMBER = {2: "H", 4: "I"}


class Layout:
    """Which elements a command set has, and how long their values are, learned from one that is as it should be.

    `elements` are those of `data` in their order. What is in `same` counts as layout: another command set must have
    the same value there. In all other elements, numbers apart, `readers` say what is in them, and if it is wrong.
    """

    def __init__(
        self, data: bytes, elements: Mapping[int, Value], same: Collection[int], readers: Mapping[int, Reader]
    ) -> None:
        self._same = {tag: value for tag, value in elements.items() if tag in same}
        self._tags = [tag for tag in elements if tag not in same]
        self._readers = [
            (tag, readers[tag]) for tag in self._tags if not isinstance(elements[tag], int) and tag in readers
        ]
        self._format = struct.Struct(_format(data, elements, same))
        self._fixed = self._format.unpack(data)[::2]

    def read(self, data: bytes) -> dict[int, Value] | None:
        """The elements of another command set, as long as that; None if it differs, or if a value is wrong."""
        parts = self._format.unpack(data)
        if parts[::2] != self._fixed:
            return None
        elements = self._same.copy()
        elements.update(zip(self._tags, parts[1::2], strict=True))
        for tag, reader in self._readers:
            elements[tag], fault = reader(elements[tag])  # type: ignore[arg-type] # numbers have no reader
            if fault:
                return None
        return elements


def _format(data: bytes, elements: Mapping[int, Value], same: Collection[int]) -> str:
    """What must be the same and what may differ, in turn."""
    made, fixed, offset = "<", 0, 0
    for tag, value in elements.items():
        length = int.from_bytes(data[offset + 4 : offset + _HEADER_LENGTH], "little")
        offset += _HEADER_LENGTH + length
        fixed += _HEADER_LENGTH
        if tag in same:
            fixed += length
        else:
            made += f"{fixed}s" + (_NUMBER[length] if isinstance(value, int) else f"{length}s")
            fixed = 0
    return made + f"{fixed}s"
