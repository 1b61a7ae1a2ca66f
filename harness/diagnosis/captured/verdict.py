"""What is made of each connection of a capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.diagnosis.captured.explain import explain_captured
from harness.diagnosis.captured.tls import is_web
from harness.diagnosis.model import Diagnosis, Stage
from harness.observe.capture.association import CapturedAssociation


class State(StrEnum):
    """What a capture shows of a connection; of some it cannot tell."""

    FINE = "fine"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    OTHER = "no DICOM"


@dataclass(frozen=True, slots=True)
class Explained:
    """A connection with what is made of it."""

    association: CapturedAssociation
    state: State
    diagnosis: Diagnosis | None = None

    @property
    def protocol(self) -> str:
        """What is spoken in place of DICOM; empty where DICOM is, or TLS that may hold it."""
        found = self.association
        if self.state is not State.OTHER:
            return ""
        if is_web(found):
            return "HTTPS"
        foreign = found.foreign or found.foreign_opener
        if foreign is not None:
            return str(foreign.protocol)
        return "unknown, as the capture is not whole" if found.is_incomplete else "nothing was said"


def explain_all(associations: Iterable[CapturedAssociation]) -> list[Explained]:
    """All connections of a capture, explained."""
    known = list(associations)
    return [_explained(found, known) for found in known]


def _explained(found: CapturedAssociation, known: list[CapturedAssociation]) -> Explained:
    diagnosis = explain_captured(found, known)
    if diagnosis is not None:
        unclear = diagnosis.cause.stage is Stage.CAPTURE
        return Explained(found, State.UNCLEAR if unclear else State.WRONG, diagnosis)
    return Explained(found, State.FINE if found.is_dicom else State.OTHER)
