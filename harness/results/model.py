"""What a run found, as plain data: everything the reports, the console and the exit status are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.results.particulars import DiagnosisRecord, KnownDeviation, LeftBehind, LoadRecord


class Verdict(StrEnum):
    """Outcome of one check, in the words of the reports."""

    PASS = "pass"
    FAIL = "fail"
    WARNING = "warning"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    ERROR = "error"


class Level(StrEnum):
    """How binding a check is: an unmet `recommended` check is a warning, `informational` never fails."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True)
class ContextRecord:
    """One presentation context: what was proposed and what was answered (PS3.8 9.3.2.2, 9.3.3.2)."""

    context_id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    result: str
    accepted_transfer_syntax: str | None


@dataclass(frozen=True, slots=True)
class PduRecord:
    """One PDU on the wire. `seconds` counts from the start of the association, `direction` is `sent` or `received`.

    `head` are its first bytes in hexadecimal, masked as captures are; only PDUs of captured associations have it.
    """

    seconds: float
    direction: str
    name: str
    length: int
    summary: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class AssociationRecord:
    """One association of a step. `stages` maps a stage (name, connect, tls, association, service …) to its seconds.

    Of very long ones `pdus` are the first thousand and the last two hundred; between them `pdus_left_out` are missing.
    """

    address: str
    calling_ae_title: str
    called_ae_title: str
    role: str
    contexts: tuple[ContextRecord, ...]
    pdus: tuple[PduRecord, ...]
    stages: dict[str, float]
    ending: str
    peer_implementation_class_uid: str | None = None
    peer_implementation_version_name: str | None = None
    peer_max_pdu_length: int | None = None
    deviations: tuple[str, ...] = ()
    wire: str | None = None
    tls: dict[str, str] | None = None
    """`version`, `cipher_suite` and `peer_certificate_expires` of the TLS beneath; None on a plain connection."""
    pdus_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation held against what was observed: one line of every report, one JUnit test case.

    `id` is stable: FILE/SCENARIO[PARAMS]/STEP/EXPECTATION. All texts are already redacted. `evidence` are the bytes
    that show it, a line for each PDU, where bytes are the question. `known_of` names products that are known to do the
    same. `expected_failure` says that it failed as was accepted before, and `deviation` by whom.
    """

    id: str
    scenario: str
    step: str
    peer: str
    level: Level
    verdict: Verdict
    expected: str
    observed: str
    reason: str = ""
    diagnosis: DiagnosisRecord | None = None
    clauses: tuple[str, ...] = ()
    seconds: float = 0.0
    wire: str | None = None
    source: str = ""
    expected_failure: str = ""
    evidence: tuple[str, ...] = ()
    known_of: str = ""
    deviation: KnownDeviation | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """One executed (or skipped, or blocked) step with its checks. `id` is FILE/SCENARIO[PARAMS]/STEP.

    `linted` counts the associations whose bytes were linted first in this step. `waited` is how many seconds a
    conformance case and the look at the peer after it spent on what did not come before a deadline. `load` is the
    course of a load; None of every other step.
    """

    id: str
    scenario: str
    title: str
    service: str
    peer: str
    checks: tuple[Check, ...]
    associations: tuple[AssociationRecord, ...] = ()
    details: tuple[str, ...] = ()
    seconds: float = 0.0
    source: str = ""
    linted: int = 0
    waited: float = 0.0
    load: LoadRecord | None = None


@dataclass(frozen=True, slots=True)
class ScenarioRecord:
    """One scenario with one set of parameters. `id` is FILE/SCENARIO[PARAMS]."""

    id: str
    name: str
    peer: str
    tags: tuple[str, ...] = ()
    level: Level = Level.REQUIRED
    source: str = ""


@dataclass(frozen=True, slots=True)
class PeerRecord:
    """One peer of the run as far as it is known. `log_tail` (redacted) is set when something failed."""

    name: str
    kind: str
    address: str
    environment: str
    implementation_class_uid: str | None = None
    implementation_version_name: str | None = None
    version: str | None = None
    error: str = ""
    log_tail: tuple[str, ...] = ()


@dataclass(slots=True)
class RunResult:
    """A whole run; grows while events arrive, so that it is complete at every moment of the run.

    `attestations` are what the scenario files leave to a person to check.
    """

    run_id: str
    started: datetime
    tool: str
    python: str
    command: str = ""
    ended: datetime | None = None
    interrupted: bool = False
    internal_error: str = ""
    traceback: str = ""
    strict: bool = False
    peers: dict[str, PeerRecord] = field(default_factory=dict)
    scenarios: list[ScenarioRecord] = field(default_factory=list)
    steps: list[StepResult] = field(default_factory=list)
    left_behind: list[LeftBehind] = field(default_factory=list)
    attestations: list[str] = field(default_factory=list)

    @property
    def checks(self) -> list[Check]:
        """Every check of every step, in the order of execution."""
        return [check for step in self.steps for check in step.checks]

    @property
    def linted(self) -> int:
        """How many associations the wire lint went through."""
        return sum(step.linted for step in self.steps)
