"""The bundled reference SCP as a peer of the run."""

from __future__ import annotations

from dataclasses import replace

from harness import __version__
from harness.errors import PeerStartError
from harness.net.listening import listening_failure
from harness.peers.base import LOOPBACK, START_SECONDS, Peer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress


class ReferencePeer(Peer):
    """Runs the reference SCP in this process, in threads of its own."""

    kind = "reference"

    def __init__(self, settings: ReferenceSettings) -> None:
        super().__init__(AEAddress(settings.ae_title, LOOPBACK, settings.port))
        self._scp = ReferenceSCP(settings)
        self.version = f"dicom-harness {__version__}"

    def start(self, seconds: float = START_SECONDS) -> None:
        """Listen, at once. Raises `PeerStartError` when the port cannot be bound."""
        try:
            self._scp.start()
        except OSError as error:
            self._scp.stop()
            reason = listening_failure(error, self.address.port)
            raise PeerStartError(f"the reference SCP cannot listen: {reason}") from None
        self.address = replace(self.address, port=self._scp.address.port)

    def stop(self) -> None:
        """End every association and the listener."""
        self._scp.stop()

    def log_tail(self) -> list[str]:
        """The last lines of its log."""
        return self._scp.log_tail()
