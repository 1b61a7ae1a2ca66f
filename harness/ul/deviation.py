"""What a decoder found to be not as the standard says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure from a clause. `text` is a sentence without values from data sets.

    `offset` is where it lies, in bytes from the beginning of the PDU or of the command set; None for the whole.
    """

    clause: str
    text: str
    offset: int | None = None

    def __str__(self) -> str:
        return f"{self.text} ({self.clause})"
