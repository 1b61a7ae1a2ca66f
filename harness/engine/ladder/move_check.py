"""The bilateral move check: we ask for a C-MOVE to ourselves, and see both what is answered and what arrives."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from harness.engine.ladder.door import Door
from harness.engine.ladder.request import LadderRequest, MoveCheck
from harness.engine.ladder.services import FIND_UID
from harness.net.association import Association
from harness.net.listening import listening_failure
from harness.observe.callers import callers_of
from harness.observe.outcomes import FindObservation, RetrieveObservation
from harness.observe.past import RELATED, Past, past_of
from harness.observe.rungs import Climb, ConfigurationFault, RungName
from harness.observe.trace import Trace
from harness.peers.base import LOOPBACK
from harness.peers.ports import ANY_HOST, is_elsewhere, is_loopback
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.retrieve import move
from harness.services.storage_scp import StorageSCP
from harness.standard.models import QueryModel
from harness.tls.contexts import tls_server


def check_move(climb: Climb, request: LadderRequest, wanted: MoveCheck, door: Door) -> None:
    """Listen, have the study moved to us, and note what was answered and what came.

    We listen on loopback for a peer that is there itself, else on every address: the peer knows one of them.
    """
    assert climb.trace is not None
    peer, port = climb.trace.remote_endpoint
    elsewhere = is_elsewhere(peer, port)
    host = wanted.host or (ANY_HOST if elsewhere else LOOPBACK)
    if is_loopback(host) and elsewhere:
        who = f"the container behind port {port}" if is_loopback(peer) else peer
        text = f"our Storage SCP would listen on {host}, which {who} cannot reach"
        climb.misconfigured(ConfigurationFault.LISTENER_ON_LOOPBACK, text)
        return
    with tempfile.TemporaryDirectory(prefix="dicom-harness-") as folder:
        callers = {request.address.ae_title, *wanted.calls_as}
        tls = tls_server(wanted.tls) if wanted.tls is not None else None
        title, where = request.calling_ae_title, Path(folder)
        scp = StorageSCP(title, where, host=host, port=wanted.port, callers=callers, tls=tls)
        try:
            scp.start()
        except OSError as error:
            text = f"our Storage SCP cannot listen on {host}:{wanted.port}: {listening_failure(error, wanted.port)}"
            climb.misconfigured(ConfigurationFault.CANNOT_LISTEN, text)
            return
        try:
            _move(climb, request, wanted, door, scp)
        finally:
            scp.stop()


def _move(climb: Climb, request: LadderRequest, wanted: MoveCheck, door: Door, scp: StorageSCP) -> None:
    observation = _ask(climb, request, wanted, door)
    observation.listener = scp.endpoint
    # What is still on its way when the peer says that it is done.
    expected = observation.counters.completed or 0
    scp.wait_until(lambda received: len(received) >= expected, door.budget.part(1 / 10))
    scp.wait_until_quiet(door.budget.part(1 / 30))
    observation.received, observation.refused = scp.take_received(), scp.take_refused()
    observation.traces += scp.take_traces()
    climb.observation, climb.status = observation, observation.status
    text = _answer_text(observation)
    if observation.status is None:
        climb.broke(RungName.SERVICE, text)
        return
    if arrived(observation, climb.past):
        climb.hold(RungName.SERVICE, text, observation.seconds)
        text = f"{len(observation.received)} instances arrived at our Storage SCP, {observation.listener}"
        climb.hold(RungName.EFFECT, text)
        return
    if observation.status == 0 or callers_of(observation):
        climb.hold(RungName.SERVICE, text, observation.seconds)
        climb.broke(RungName.EFFECT, _effect_text(observation))
        return
    climb.broke(RungName.SERVICE, f"{text}, and nobody connected to our Storage SCP, {observation.listener}")


def _ask(climb: Climb, request: LadderRequest, wanted: MoveCheck, door: Door) -> RetrieveObservation:
    uid = QueryModel.STUDY_ROOT.move_uid
    identifier = build_identifier("STUDY", {"StudyInstanceUID": wanted.study_instance_uid})
    with door.knock(request, uid, FIND_UID) as association:
        if association.established:
            # Many answer a C-MOVE of what they do not have as if nothing were wrong.
            climb.past = past_of([_find(association, wanted.study_instance_uid)])
            begun = time.monotonic()
            observation = move(association, uid, identifier, request.calling_ae_title)
            observation.seconds = time.monotonic() - begun
        else:
            observation = RetrieveObservation(ending=association.ending)
    observation.traces.append(association.trace)
    return observation


def _find(association: Association, study_instance_uid: str) -> FindObservation:
    """Whether the peer has the study, and how much of it."""
    keys = {"StudyInstanceUID": study_instance_uid}
    return find(association, FIND_UID, build_identifier("STUDY", keys, [RELATED["StudyInstanceUID"]]))


def arrived(observation: RetrieveObservation, past: Past) -> bool:
    """Whether something came, nothing failed, and as much came as the peer says there is and it sent."""
    told = sum(past.numbers.get(uid, 0) for uid in observation.asked.wanted)
    expected = max(1, told, observation.counters.completed or 0)
    return len(observation.received) >= expected and not observation.counters.failed


def _answer_text(observation: RetrieveObservation) -> str:
    if observation.status is None:
        return f"C-MOVE was not answered: {observation.ending or observation.unsent}"
    counters = observation.counters
    counted = "no counts"
    if counters.completed is not None:
        counted = f"{counters.completed} completed, {counters.failed or 0} failed"
    return f"C-MOVE was answered with status {observation.status:04X}H, {counted}"


def _effect_text(observation: RetrieveObservation) -> str:
    received, callers = len(observation.received), callers_of(observation)
    if not callers:
        return f"nobody connected to our Storage SCP, {observation.listener}"
    endings = "; ".join(dict.fromkeys(_call_text(trace) for trace in callers))
    return f"{received} instances arrived at our Storage SCP, {observation.listener}: {endings}"


def _call_text(trace: Trace) -> str:
    host = trace.remote_endpoint[0]
    if not trace.calling_ae_title:
        return f"{host} connected, and {trace.ending}"
    return f"`{trace.calling_ae_title}` called `{trace.called_ae_title}` from {host}: {trace.ending}"
