"""Climbing: one association as far as it goes, and looks at what else speaks there where it goes nowhere."""

from __future__ import annotations

from dataclasses import replace

from harness.engine.ladder.budget import Budget
from harness.engine.ladder.door import Door
from harness.engine.ladder.move_check import check_move
from harness.engine.ladder.pace import measure_pace
from harness.engine.ladder.places import rung_of
from harness.engine.ladder.request import LadderRequest, LadderService
from harness.engine.ladder.services import contexts_text, find_nothing, is_refused, load_data_sets, proposed
from harness.engine.ladder.titles import probe_titles
from harness.engine.looking import look_after
from harness.net.association import Association
from harness.net.tls_probe import tls_facts
from harness.observe.ending import Ending
from harness.observe.outcomes import EchoObservation, Observation
from harness.observe.rungs import Climb, ConfigurationFault, RungName
from harness.observe.timing import stage_seconds
from harness.observe.trace import Trace
from harness.services.echo import echo
from harness.standard.ae import check_ae_title
from harness.standard.uids import VERIFICATION
from harness.tls.validity import validity_in


def climb(request: LadderRequest) -> Climb:
    """Climb as far as the peer lets us. Raises nothing for what a peer does."""
    climber = _Climber(request)
    climber.run()
    climber.climb.turned_away = climber.door.turned_away
    climber.climb.seconds = climber.budget.spent
    return climber.climb


class _Climber:
    def __init__(self, request: LadderRequest) -> None:
        self.request = request
        self.budget = Budget(request.seconds)
        address = request.address
        self.door = Door(self.budget)
        self.climb = Climb(str(address), request.calling_ae_title, address.ae_title, request.tls is not None)
        if request.tls is not None and request.tls.certificate is not None:
            self.climb.own_certificate = validity_in(request.tls.certificate)

    def run(self) -> None:
        if not self._has_titles():
            return
        if LadderService.FIND in self.request.services:
            load_data_sets()
        with self._associate() as association:
            if association.established:
                self._use(association)
        if not association.established:
            ending = association.ending
            assert ending is not None, "an association that is not established has ended"
            self.climb.observation = EchoObservation(traces=[association.trace], ending=ending)
            self._broken_before(ending, association.trace)
        else:
            self._note_tls_facts()
            if self.climb.broken is None:
                self._beyond()

    def _note_tls_facts(self) -> None:
        """The four facts, once the association is gone: many a peer shakes hands with one at a time."""
        if self.request.tls is None:
            return
        facts = tls_facts(self.request.address, self.request.tls, self.budget.part(1 / 10))
        if facts.version:
            self.climb.tls = facts
            self.climb.restate(RungName.TLS, str(facts))

    def _has_titles(self) -> bool:
        us, them = self.request.calling_ae_title, self.request.address.ae_title
        try:
            check_ae_title(us)
            check_ae_title(them)
        except ValueError as error:
            self.climb.misconfigured(ConfigurationFault.ILLEGAL_AE_TITLE, str(error))
            return False
        titles = f"we are `{us}` and call `{them}`: both are legal AE titles"
        self.climb.hold(RungName.CONFIGURATION, f"{titles}; our clock says {self.climb.started:%Y-%m-%d %H:%M} UTC")
        return True

    def _associate(self) -> Association:
        association = self.door.knock(self.request, *proposed(self.request))
        self.climb.trace = association.trace
        return association

    def _knock_as(self, called: str, calling: str) -> Association:
        address = replace(self.request.address, ae_title=called)
        return self.door.knock(replace(self.request, address=address, calling_ae_title=calling))

    def _use(self, association: Association) -> None:
        """The association stands: what may be done on it?"""
        trace = association.trace
        self._up_to(RungName.CONTEXTS, trace)
        if is_refused(self.request, association):
            self.climb.observation = EchoObservation(traces=[trace])
            self.climb.broke(RungName.CONTEXTS, contexts_text(trace.contexts))
            return
        self.climb.hold(RungName.CONTEXTS, contexts_text(trace.contexts))
        echoed: float | None = None
        if association.find_context(VERIFICATION) is not None:
            observation = echo(association)
            status = observation.statuses[0] if observation.statuses else None
            self._served("C-ECHO", observation, association, status)
            echoed = next(iter(observation.response_seconds), None)
        if self.climb.broken is None and LadderService.FIND in self.request.services:
            found = find_nothing(association)
            self._served("C-FIND for a study that nobody has", found, association, found.status)
        if self.climb.broken is None and echoed is not None:
            self._note_pace(association, echoed)

    def _note_pace(self, association: Association, echoed: float) -> None:
        self.climb.served = stage_seconds([association.trace])["service"]
        self.climb.pace = measure_pace(association, echoed)
        if association.ending is not None:
            self.climb.not_tried.append(f"a second C-ECHO on one association: {association.ending}")

    def _served(self, what: str, observation: Observation, association: Association, status: int | None) -> None:
        """Note what a service was answered."""
        observation.traces.append(association.trace)
        self.climb.observation, self.climb.status = observation, status
        if status == 0:
            took = observation.response_seconds[0] if isinstance(observation, EchoObservation) else None
            self.climb.hold(RungName.SERVICE, f"{what} was answered with success", took)
        elif status is not None:
            self.climb.broke(RungName.SERVICE, f"{what} was answered with status {status:04X}H")
        else:
            self.climb.broke(RungName.SERVICE, f"{what} was not answered: {observation.ending}")

    def _beyond(self) -> None:
        """What takes associations of its own, and what was left out."""
        if self.request.probe_titles:
            us, them = self.request.calling_ae_title, self.request.address.ae_title
            self.climb.titles = probe_titles(them, us, self._knock_as)
        if self.request.move is not None:
            check_move(self.climb, self.request, self.request.move, self.door)
        tried = {
            "queries (--service find)": LadderService.FIND in self.request.services,
            "which images may be sent (--service store-negotiation)": LadderService.STORE_NEGOTIATION
            in self.request.services,
            "C-ECHO, for Verification is refused": self._is_verified(),
            "whether a C-MOVE reaches us (--move STUDY_UID)": self.request.move is not None,
            "whether the peer checks AE titles (--probe-titles)": self.request.probe_titles,
        }
        self.climb.not_tried += [what for what, was_tried in tried.items() if not was_tried]

    def _is_verified(self) -> bool:
        contexts = self.climb.trace.contexts if self.climb.trace is not None else ()
        return any(context.abstract_syntax == VERIFICATION and context.accepted for context in contexts)

    def _broken_before(self, ending: Ending, trace: Trace) -> None:
        """No association: the rungs below the one that broke hold."""
        request, part = self.request, self.budget.part(1 / 10)
        self.climb.look = look_after(request.address, trace, ending, part, self.budget.timeouts())
        broken = rung_of(ending, trace)
        if self.climb.look is not None and self.climb.look.speaks_plain:
            broken = RungName.PROTOCOL
        elif self.climb.look is not None and self.climb.look.takes_verification:
            broken = RungName.ASSOCIATION
        if self.climb.look is None and request.tls is not None and ending.tls is not None:
            self.climb.tls = tls_facts(request.address, request.tls, self.budget.part(1 / 10))
        self._up_to(broken, trace)
        self.climb.broke(broken, ending.text)

    def _up_to(self, broken: RungName, trace: Trace) -> None:
        """Note the rungs below as those that hold."""
        for name, text, stage in _held(trace, with_tls=self.climb.with_tls):
            if name is broken:
                return
            self.climb.hold(name, text, trace.stages.get(stage))


def _held(trace: Trace, *, with_tls: bool) -> list[tuple[RungName, str, str]]:
    """What the trace of an association says of each rung, from below, with the stage that tells its time."""
    host, port = trace.remote_endpoint
    connected = f"TCP connection to {host} port {port}"
    if trace.unreached:
        connected += f", after {'; '.join(trace.unreached)}"
    rows = [
        (RungName.NAME, f"{trace.address.rpartition(':')[0]} is {', '.join(trace.addresses)}", "name"),
        (RungName.ROUTE, connected, "connect"),
        (RungName.PROTOCOL, "the peer speaks TLS" if with_tls else "the peer speaks DICOM", ""),
    ]
    if trace.tls is not None:
        rows.append((RungName.TLS, f"encrypted with {trace.tls.version}, {trace.tls.cipher_suite}", "tls"))
    rows.append((RungName.ASSOCIATION, f"accepted{_implementation(trace)}", "association"))
    return rows


def _implementation(trace: Trace) -> str:
    name = trace.peer_implementation_version_name or trace.peer_implementation_class_uid
    return f" by {name}" if name else ""
