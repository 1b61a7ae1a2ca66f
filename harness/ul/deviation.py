"""What a decoder found to be not as the standard says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure from a clause. `text` is a sentence without values from data sets.

    `rule` is the stable name of what was departed from: the rule `lint/<rule>` of `docs/lint.md`. `offset` is where
    it lies, in bytes from the beginning of the PDU or of the command set; None for the whole.
    """

    rule: str
    clause: str
    text: str
    offset: int | None = None

    def __str__(self) -> str:
        return f"{self.text} ({self.clause})"
