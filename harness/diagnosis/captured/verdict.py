"""What is made of each connection of a capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.diagnosis.captured.explain import find_clue
from harness.diagnosis.captured.tls import is_web
from harness.diagnosis.catalogue import diagnosis_of
from harness.diagnosis.model import Diagnosis, Parties, Stage
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.frames import written


class State(StrEnum):
    """What a capture shows of a connection; of some it cannot tell."""

    FINE = "fine"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    OTHER = "no DICOM"


@dataclass(frozen=True, slots=True)
class Explained:
    """A connection with what is made of it.

    In its diagnosis the requestor is who is spoken of as we; the acceptor, where `is_swapped`.
    """

    association: CapturedAssociation
    state: State
    diagnosis: Diagnosis | None = None
    is_swapped: bool = False

    @property
    def parties(self) -> Parties:
        """Who is spoken of as we, and who as the peer."""
        found, trace = self.association, self.association.trace
        if self.is_swapped:
            return Parties(trace.called_ae_title, trace.calling_ae_title, written(found.opener))
        return Parties(trace.calling_ae_title, trace.called_ae_title, written(found.listener))

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
    clue = find_clue(found, known)
    if clue is None:
        return Explained(found, State.FINE if found.is_dicom else State.OTHER)
    one = Explained(found, State.WRONG, is_swapped=clue.is_swapped)
    diagnosis = diagnosis_of(clue.codes, clue.evidence, one.parties)
    unclear = diagnosis.cause.stage is Stage.CAPTURE
    return replace(one, state=State.UNCLEAR if unclear else State.WRONG, diagnosis=diagnosis)
