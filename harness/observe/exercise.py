"""What becomes of objects that are sent in what was accepted: negotiated is one thing, stored another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Exercised:
    """One pair that was accepted: the `status` of the C-STORE-RSP to an object (PS3.4 B.2.3).

    Without an answer that is None, and `why` has the reason; `sent` says whether there was an object to be answered.
    """

    status: int | None = None
    why: str = ""
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """An object that was sent, and stays at the peer unless it answered with a failure."""

    sop_class_uid: str
    sop_instance_uid: str
    status: int | None


@dataclass(frozen=True, slots=True)
class SentStudy:
    """Where all objects of a probe are, so that they are found again: one study of one synthetic patient."""

    study_instance_uid: str
    patient_id: str

    def __str__(self) -> str:
        return f"study {self.study_instance_uid} of patient {self.patient_id}"


@dataclass(frozen=True, slots=True)
class Exercise:
    """Objects that were sent, in one `study`.

    `results` has every pair of SOP class and transfer syntax that was accepted; without any `why_not` says why.
    """

    results: Mapping[tuple[str, str], Exercised] = field(default_factory=dict)
    why_not: str = ""
    study: SentStudy | None = None
    left_behind: tuple[Left, ...] = ()

    def of(self, cell: tuple[str, str]) -> Exercised:
        """What became of a pair."""
        return self.results.get(cell) or Exercised(why=self.why_not)
