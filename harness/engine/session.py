"""What lives as long as one scenario file runs: peers, our Storage SCP, associations, files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.engine.needs import Needs
from harness.engine.scheduled import Scheduled
from harness.errors import PeerStartError
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.base import Peer
from harness.peers.roster import Roster
from harness.scenario.model import ScenarioFile
from harness.scenario.peers import PeerSpec
from harness.scenario.step_checks import awaits_notification
from harness.tls.contexts import tls_server

if TYPE_CHECKING:
    from harness.engine.stored import Stored
    from harness.services.storage_scp import StorageSCP


class Session:
    """Runs the peers of a scenario file and talks to them. `folder` is for files that nobody keeps."""

    def __init__(self, file: ScenarioFile, folder: Path, *, full_capture: bool = False) -> None:
        self.file = file
        self.folder = folder
        self.full_capture = full_capture
        self.originals: dict[str, Path] = {}
        """Files that were stored in this run, by SOP Instance UID."""
        self.stored: list[Stored] = []
        """What peers took in the scenario that runs now."""
        self.scheduled: Scheduled = set()
        """Identifiers of worklist items that were found in this run."""
        self.shared_needs: dict[str, Needs] = {}
        """What the steps that share an association need together, by the association's name."""
        self.roster = Roster(file.peers, file.local.ae_title, folder / "peers", local_tls=file.local.tls is not None)
        self.progress: Callable[[str], None] | None = None
        """Told how far a step has come that takes long."""
        self._is_notified = any(awaits_notification(step) for scenario in file.scenarios for step in scenario.steps)
        self._open: dict[str, Association] = {}
        self._storage_scp: StorageSCP | None = None

    @property
    def base(self) -> Path:
        """The folder that the files named by the scenario file are relative to."""
        return self.file.path.parent

    @property
    def storage_scp(self) -> StorageSCP:
        """Our Storage SCP, started when first needed. Raises `PeerStartError` when it cannot listen."""
        if self._storage_scp is None:
            self._storage_scp = self._started_scp()
            self.roster.set_local_port(self._storage_scp.port)
        return self._storage_scp

    def _started_scp(self) -> StorageSCP:
        # Here, because peers that run already are mostly asked for what needs no association of theirs.
        from harness.net.listening import listening_failure
        from harness.services.storage_scp import StorageSCP

        local = self.file.local
        received = self.folder / "received"
        received.mkdir(parents=True, exist_ok=True)
        callers = {
            title for name, spec in self.file.peers.items() for title in (*self.roster.titles(name), *spec.calls_as)
        }
        host = local.host or self.roster.bind_host()
        tls = tls_server(local.tls.settings()) if local.tls is not None else None
        scp = StorageSCP(local.ae_title, received, host=host, port=local.listen, callers=callers, tls=tls)
        if local.max_pdu_length is not None:
            scp.maximum_length = local.max_pdu_length
        try:
            scp.start()
        except OSError as error:
            reason = f"our Storage SCP cannot listen on {host}:{local.listen}: {listening_failure(error, local.listen)}"
            raise PeerStartError(reason) from None
        return scp

    def spec(self, name: str) -> PeerSpec:
        """What the file says of a peer."""
        return self.file.peers[name]

    def peer(self, name: str) -> Peer:
        """A running peer. Raises `PeerStartError`."""
        if self.spec(name).address is None or self._is_notified:
            # A peer that we start is told where our Storage SCP listens; any other may have something to tell at once.
            self.storage_scp  # noqa: B018 - starting it is the point
        return self.roster.get(name)

    def calling_title(self, name: str) -> str:
        """Our AE title towards a peer."""
        return self.spec(name).calling_ae_title or self.file.local.ae_title

    def timeouts(self, name: str) -> Timeouts:
        """The deadlines towards a peer."""
        given = self.spec(name).timeouts.model_dump(exclude_none=True)
        return replace(Timeouts(), **given)

    def note_stored(self, stored: Iterable[Stored]) -> None:
        """Remember what a peer took; what is stored again there is the same instance."""
        self.stored = list(dict.fromkeys((*self.stored, *stored)))

    @contextlib.contextmanager
    def association(self, peer_name: str, shared: str | None, proposal: Proposal) -> Iterator[Association]:
        """An association for one step, or the shared one that steps name. Raises `PeerStartError`.

        A shared association stays open until the end of its scenario.
        """
        if shared is not None and shared in self._open and self._open[shared].ending is None:
            yield self._open[shared]
            return
        address = self.peer(peer_name).address
        association = request_association(
            address,
            proposal,
            self.timeouts(peer_name),
            tls=self.roster.tls(peer_name),
            full_capture=self.full_capture,
        )
        if shared is not None and association.established:
            self._open[shared] = association
            yield association
            return
        if not association.established:
            yield association
            return
        with association:
            yield association

    def close_shared(self) -> None:
        """End what belongs to one scenario: the associations that its steps shared, what it knows it stored."""
        self.stored.clear()
        for association in self._open.values():
            association.release()
        self._open.clear()
        self.shared_needs.clear()

    def take_shared(self, shared: str) -> Association | None:
        """The shared association of a name, ended or not, to be ended by the caller; None if there was none."""
        return self._open.pop(shared, None)

    def is_shared_open(self, shared: str | None) -> bool:
        """Whether a shared association already stands."""
        return shared is not None and shared in self._open and self._open[shared].ending is None

    def stop(self) -> None:
        """End everything this session began."""
        for association in self._open.values():
            association.abort()
        self._open.clear()
        self.roster.stop()
        if self._storage_scp is not None:
            self._storage_scp.stop()
