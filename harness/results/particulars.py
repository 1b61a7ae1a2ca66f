"""Parts of the results that most runs have none of: why a check failed, what a load did, what was left behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DiagnosisRecord:
    """Why a check failed, as far as what was seen tells.

    `code` is stable; `stage` and `blame` are words of `docs/diagnoses.md`. `request` is a sentence to send to the
    administrator of the other side. `others` are codes of causes that are not ruled out, and `decides` is the test that
    would decide. All texts are already redacted.
    """

    code: str
    stage: str
    blame: str
    title: str
    explanation: str
    evidence: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    request: str = ""
    decides: str = ""
    others: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """Why a failure is accepted for a while, who sees to it, and the last day on which it is accepted (YYYY-MM-DD)."""

    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class LoadWindow:
    """A stretch of a load: since when and how long, at which level, and what it brought; times in seconds."""

    begin: float
    seconds: float
    level: float
    succeeded: int
    failed: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """The course of a load. `model` is closed, with associations as level, or open, with operations per second.

    `knee` is the level from which the latency grew and the throughput did not; None where there was none.
    """

    model: str
    windows: tuple[LoadWindow, ...]
    knee: float | None = None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One SOP instance (or other object) that the run wrote to a peer and that stays there.

    Where a load wrote many of one study, they are one entry: `instances` is their number, and `sop_instance_uid` empty.
    """

    peer: str
    address: str
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    patient_id: str
    status: str
    instances: int = 1
