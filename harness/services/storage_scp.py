"""Our Storage SCP: the destination of C-MOVE, which sees what really arrives, and what peers notify us of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from harness.dimse.elements import Command
from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    OUR_MAXIMUM_LENGTH,
    TRANSFER_SYNTAXES_NOT_SUPPORTED,
    accept,
)
from harness.net.timeouts import Timeouts
from harness.observe.outcomes import ReceivedInstance
from harness.observe.trace import Trace
from harness.services.notifications import NOTIFIED_CLASSES, Notifications, granted_role
from harness.services.receive import InstanceReceiver
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION, storage_sop_classes, transfer_syntaxes
from harness.ul import pdu as p
from harness.ul.items import ProposedContext

if TYPE_CHECKING:
    from harness.tls.contexts import TlsServer

UNRECOGNIZED_OPERATION = 0x0211
_LOOK_SECONDS = 0.01


class StorageSCP:
    """Listens as `ae_title` and writes every instance to a file in `directory`.

    `callers` limits the calling AE titles (None: anyone), `accepted_syntaxes` the transfer syntaxes. Both may be
    changed between associations, and so may `maximum_length` of PDUs, in bytes. With `tls` it takes nothing but TLS.
    """

    def __init__(
        self,
        ae_title: str,
        directory: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        callers: Collection[str] | None = None,
        timeouts: Timeouts | None = None,
        tls: TlsServer | None = None,
    ) -> None:
        self.maximum_length = OUR_MAXIMUM_LENGTH
        self.ae_title = ae_title
        self.directory = directory
        self.callers = callers
        self.accepted_syntaxes: Collection[str] = transfer_syntaxes()
        self.notifications = Notifications()
        self._storage = frozenset(storage_sop_classes())
        self._lock = threading.Condition()
        self._received: list[ReceivedInstance] = []
        self._refused: list[int] = []
        self._traces: list[Trace] = []
        self._acceptor = Acceptor(
            self._negotiate, self._serve, host=host, port=port, timeouts=timeouts, finished=self._finished, tls=tls
        )

    def start(self) -> None:
        """Listen. Raises OSError when the port cannot be bound."""
        self._acceptor.start()

    def stop(self) -> None:
        """End every association and the listener."""
        self._acceptor.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._acceptor.port

    @property
    def host(self) -> str:
        """The address it is bound to."""
        return self._acceptor.host

    @property
    def endpoint(self) -> str:
        """Both, as `host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def take_received(self) -> list[ReceivedInstance]:
        """What has arrived since the last call."""
        with self._lock:
            taken, self._received = self._received, []
            return taken

    def take_refused(self) -> list[int]:
        """The statuses with which instances were refused since the last call."""
        with self._lock:
            taken, self._refused = self._refused, []
            return taken

    def take_traces(self) -> list[Trace]:
        """The associations that ended since the last call, refused ones too."""
        with self._lock:
            taken, self._traces = self._traces, []
            return taken

    def wait_until(self, enough: Callable[[list[ReceivedInstance]], bool], seconds: float) -> bool:
        """Wait until what has arrived is enough, at most `seconds`; True if it was."""
        deadline = time.monotonic() + seconds
        with self._lock:
            while not enough(self._received):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._lock.wait(left)
            return True

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until no association is open, for about `seconds` at most; True if there is none.

        Looks are counted, not time: while this machine stalls, the peer may have left long ago.
        """
        for _ in range(round(seconds / _LOOK_SECONDS)):
            if not self._acceptor.open_associations:
                return True
            time.sleep(_LOOK_SECONDS)
        return not self._acceptor.open_associations

    def _negotiate(self, request: p.AssociateRQ, remote_host: str) -> p.AssociateAC | p.AssociateRJ:
        if not request.protocol_version & 1:
            return p.AssociateRJ(1, 2, 2)
        if request.called_ae_title != self.ae_title:
            return p.AssociateRJ(1, 1, 7)
        if self.callers is not None and request.calling_ae_title not in self.callers:
            return p.AssociateRJ(1, 1, 3)
        return accept(request, self._choose, maximum_length=self.maximum_length, roles=granted_role)

    def _choose(self, context: ProposedContext) -> str | int:
        accepted = self.accepted_syntaxes
        if context.abstract_syntax in NOTIFIED_CLASSES:
            accepted = (IMPLICIT_VR_LE, EXPLICIT_VR_LE)
        elif context.abstract_syntax != VERIFICATION and context.abstract_syntax not in self._storage:
            return ABSTRACT_SYNTAX_NOT_SUPPORTED
        for syntax in context.transfer_syntaxes:
            if syntax in accepted:
                return syntax
        return TRANSFER_SYNTAXES_NOT_SUPPORTED

    def _serve(self, association: Association) -> None:
        receiver = InstanceReceiver(self.directory, association)
        try:
            while True:
                message = association.receive(association.timeouts.idle)
                self._handle(association, receiver, message)
        except AssociationEnded:
            return
        finally:
            receiver.close()

    def _handle(self, association: Association, receiver: InstanceReceiver, message: Message) -> None:
        command = message.command
        if command.command_field == Command.C_STORE_RQ:
            instance, response = receiver.finish(message)
            # Before the response: once the peer has it, whoever asked for the instance may look here.
            with self._lock:
                if instance is not None:
                    self._received.append(instance)
                else:
                    self._refused.append(receiver.refused[-1])
                self._lock.notify_all()
            association.send_prepared(response)
        elif command.command_field == Command.C_ECHO_RQ:
            association.send(message.context_id, response_to(command, 0))
        elif not (command.is_cancel or command.is_response):
            answer = self.notifications.answer(association, message)
            association.send(message.context_id, answer or response_to(command, UNRECOGNIZED_OPERATION))

    def _finished(self, trace: Trace) -> None:
        with self._lock:
            self._traces.append(trace)
            self._lock.notify_all()
