"""The plain echo: a C-ECHO whose answer is judged as a step of a scenario judges it, without loading what steps need.

Service, verdict and exit status are those of every run. What is left out is what a single C-ECHO has no use for: the
reader of scenario files, variables, expectations that are stated, whatever handles data sets, and the wire lint, which
takes longer to load than the echo takes; with `--report-dir` an echo is a scenario, and linted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from harness.checks.statuses import judge_status
from harness.engine.records import association_record
from harness.engine.weighing import verdict_of
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.observation import EchoObservation
from harness.results.model import Check, Level, PeerRecord, RunResult, ScenarioRecord, StepResult
from harness.scenario.service_names import ServiceName
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.status import resolve_status
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

_PEER = "peer"
_SCENARIO = "adhoc/echo"
_STEP = f"{_SCENARIO}/1"
_SOURCE = "command line:1"


@dataclass(frozen=True, slots=True)
class EchoRequest:
    """A plain echo: to whom, as whom, with which deadlines, how many requests; and what the peer is used for."""

    address: AEAddress
    calling_ae_title: str
    timeouts: Timeouts
    repeat: int
    environment: str


def run_plain_echo(run: RunResult, request: EchoRequest) -> None:
    """Send C-ECHO requests, and note in the run what a scenario of one such step would note.

    A KeyboardInterrupt ends the run, it does not pass.
    """
    run.scenarios.append(ScenarioRecord(_SCENARIO, "echo", _PEER, source=_SOURCE))
    run.peers[_PEER] = PeerRecord(_PEER, "address", str(request.address), request.environment)
    try:
        observation = _observed(request)
    except KeyboardInterrupt:
        run.interrupted = True
        return
    _note_implementation(run, observation)
    outcome = judge_status((resolve_status("success"),), ServiceName.ECHO, observation)
    check = Check(
        id=f"{_STEP}/{outcome.name}",
        scenario=_SCENARIO,
        step=_STEP,
        peer=_PEER,
        level=Level.REQUIRED,
        verdict=verdict_of(outcome, Level.REQUIRED),
        expected=outcome.expected,
        observed=outcome.observed,
        reason=outcome.reason,
        seconds=observation.seconds,
        source=_SOURCE,
    )
    if not outcome.met:
        # Here, so that an echo that is answered does not wait for its import.
        from harness.engine.explaining import with_diagnoses

        (check,) = with_diagnoses([check], [outcome], observation, ServiceName.ECHO, request.address)
    run.steps.append(
        StepResult(
            id=_STEP,
            scenario=_SCENARIO,
            title="echo",
            service=ServiceName.ECHO.value,
            peer=_PEER,
            checks=(check,),
            associations=tuple(association_record(trace) for trace in observation.traces),
            seconds=observation.seconds,
            source=_SOURCE,
        )
    )


def _observed(request: EchoRequest) -> EchoObservation:
    contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)),)
    proposal = Proposal(request.calling_ae_title, request.address.ae_title, contexts)
    begun = time.monotonic()
    with request_association(request.address, proposal, request.timeouts) as association:
        if association.established:
            observation = echo(association, request.repeat)
        else:
            observation = EchoObservation(ending=association.ending)
        # The release belongs to the association, not to the answer of the service.
        observation.seconds = time.monotonic() - begun
    observation.traces.append(association.trace)
    return observation


def _note_implementation(run: RunResult, observation: EchoObservation) -> None:
    (trace,) = observation.traces
    if trace.peer_implementation_class_uid is None:
        return
    run.peers[_PEER] = replace(
        run.peers[_PEER],
        implementation_class_uid=trace.peer_implementation_class_uid,
        implementation_version_name=trace.peer_implementation_version_name,
    )
