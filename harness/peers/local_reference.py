"""The bundled reference SCP as a peer of the run."""

from __future__ import annotations

from harness import __version__
from harness.errors import PeerStartError
from harness.peers.base import Peer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress


class ReferencePeer(Peer):
    """Runs the reference SCP in this process, in threads of its own."""

    kind = "reference"

    def __init__(self, settings: ReferenceSettings) -> None:
        super().__init__(AEAddress(settings.ae_title, settings.host, settings.port))
        self._scp = ReferenceSCP(settings)
        self.version = f"dicom-harness {__version__}"

    def start(self) -> None:
        """Listen. Raises `PeerStartError` when the port cannot be bound."""
        try:
            self._scp.start()
        except OSError as error:
            self._scp.stop()
            raise PeerStartError(f"the reference SCP cannot listen: {error.strerror}") from None
        self.address = self._scp.address

    def stop(self) -> None:
        """End every association and the listener."""
        self._scp.stop()

    def kill(self) -> None:
        """For tests: end at once."""
        self._scp.stop()

    def log_tail(self) -> list[str]:
        """The last lines of its log."""
        return self._scp.log_tail()
