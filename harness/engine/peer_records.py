"""What a run reports of its peers: that they were started, what they say of themselves, and the end of their logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.engine.events import Event, PeerStarting, PeerUpdated
from harness.engine.session import Session
from harness.errors import PeerStartError
from harness.observe.outcomes import Observation
from harness.results.model import PeerRecord, RunResult
from harness.results.redaction import Redactor
from harness.scenario.peers import PeerSpec


class PeerRecords:
    """Reports the peers of one run. A peer whose name another file has for another is shown with its file's name."""

    def __init__(self, run: RunResult, emit: Callable[[Event], None]) -> None:
        self._run = run
        self._emit = emit
        self._shown: dict[tuple[str, str], str] = {}

    def ensure(self, session: Session, name: str, redactor: Redactor) -> None:
        """Start a peer if it does not run yet, and report it. Raises `PeerStartError`."""
        spec = session.spec(name)
        if (session.file.file, name) in self._shown:
            session.peer(name)
            return
        shown = self._name_for(session, name, spec)
        if spec.kind != "address":
            self._emit(PeerStarting(shown, spec.kind))
        try:
            peer = session.peer(name)
        except PeerStartError as error:
            lines = tuple(redactor.log_line(line) for line in error.log_tail.splitlines())
            self._report(shown, spec, "", error=redactor.without_secrets(error.reason), log_tail=lines)
            raise
        self._report(shown, spec, str(peer.address), version=peer.version or None)

    def _name_for(self, session: Session, name: str, spec: PeerSpec) -> str:
        other = self._run.peers.get(name)
        is_free = other is None or (spec.address is not None and other.address == str(spec.address))
        shown = name if is_free else f"{name} ({session.file.path.stem})"
        self._shown[session.file.file, name] = shown
        return shown

    def _report(self, shown: str, spec: PeerSpec, address: str, **more: object) -> None:
        record = PeerRecord(shown, spec.kind, address, spec.effective_environment.value)
        self._emit(PeerUpdated(replace(record, **more)))  # type: ignore[arg-type]

    def _record(self, session: Session, name: str) -> PeerRecord | None:
        return self._run.peers.get(self._shown.get((session.file.file, name), name))

    def learn(self, session: Session, name: str, observation: Observation) -> None:
        """Note what a peer said of its implementation."""
        record = self._record(session, name)
        for trace in observation.traces:
            if record is None or record.implementation_class_uid is not None:
                return
            if trace.role == "requestor" and trace.peer_implementation_class_uid is not None:
                record = replace(
                    record,
                    implementation_class_uid=trace.peer_implementation_class_uid,
                    implementation_version_name=trace.peer_implementation_version_name,
                )
                self._emit(PeerUpdated(record))

    def keep_log(self, session: Session, name: str, redactor: Redactor) -> None:
        """Keep the end of a peer's log, because something failed."""
        record = self._record(session, name)
        if record is None or record.kind == "address":
            return
        lines = tuple(redactor.log_line(line) for line in session.peer(name).log_tail())
        self._emit(PeerUpdated(replace(record, log_tail=lines)))
