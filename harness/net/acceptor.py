"""The association acceptor: a listener with one thread per association."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.net.association import Association
from harness.net.listener import Listener
from harness.net.negotiation import negotiated_contexts
from harness.net.timeouts import Deadline, Timeouts
from harness.net.transport import Transport
from harness.net.wire import AssociationEnded, Wire
from harness.observe.answers import answers_of
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.observe.pdu_facts import ending_of
from harness.observe.trace import Role, Trace
from harness.standard.negotiation import Rejection
from harness.ul import pdu as p
from harness.ul.machine import Machine
from harness.ul.states import Event

if TYPE_CHECKING:
    from harness.tls.contexts import TlsServer

Negotiate = Callable[[p.AssociateRQ, str], p.AssociateAC | p.AssociateRJ]
Serve = Callable[[Association], None]


class Acceptor:
    """Listens on `host`:`port` (0: any free port, see `port` after `start`).

    `negotiate` answers each A-ASSOCIATE-RQ, given the remote host; `serve` then has the association for itself in
    a thread of its own and returns when it has ended. `finished` is told every trace, of refused ones too. With `tls`
    each connection begins with a TLS handshake, in the thread of its association, so that none can hold up another.
    With `strict` it aborts where a requestor breaks the rules of P-DATA-TF; else that is noted.
    """

    def __init__(
        self,
        negotiate: Negotiate,
        serve: Serve,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        timeouts: Timeouts | None = None,
        finished: Callable[[Trace], None] = lambda trace: None,
        full_capture: bool = False,
        tls: TlsServer | None = None,
        strict: bool = False,
    ) -> None:
        self._negotiate = negotiate
        self._serve = serve
        self._listener = Listener(self._run, host=host, port=port, transport=self._transport)
        self._timeouts = timeouts or Timeouts()
        self._finished = finished
        self._full_capture = full_capture
        self._tls = tls
        self._strict = strict

    def start(self) -> None:
        """Bind, listen and accept in the background. Raises OSError when the address cannot be bound."""
        self._listener.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Close the listener and every association, and wait at most `seconds` for their threads."""
        self._listener.stop(seconds)

    @property
    def host(self) -> str:
        """The address that it is bound to."""
        return self._listener.host

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.port

    @property
    def open_associations(self) -> int:
        """How many connections are being served now."""
        return self._listener.open_connections

    def _run(self, transport: Transport) -> None:
        host, port = transport.remote
        trace = Trace(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "", "", Role.ACCEPTOR)
        trace.wire.full = self._full_capture
        trace.local_endpoint, trace.remote_endpoint = transport.local, transport.remote
        association = Association(trace, self._timeouts)
        try:
            if self._begin_transport(transport, trace) and self._establish(association, transport):
                with association:
                    self._serve(association)
        except AssociationEnded:
            pass  # The trace tells how; `finished` passes it on.
        finally:
            transport.close()
            self._finished(trace)

    def _transport(self, sock: socket.socket) -> Transport:
        if self._tls is None:
            return Transport(sock)
        from harness.net.secure import SecureTransport

        return SecureTransport(sock, self._tls)

    def _begin_transport(self, transport: Transport, trace: Trace) -> bool:
        begun = time.monotonic()
        trace.ending = transport.begin(Deadline(self._timeouts.artim))
        trace.tls = transport.tls
        if self._tls is not None:
            trace.stages["tls"] = time.monotonic() - begun
        return trace.ending is None

    def _establish(self, association: Association, transport: Transport) -> bool:
        trace = association.trace
        machine = Machine(requestor=False)
        wire = Wire(transport, machine, trace, self._timeouts.response)
        wire.strict = self._strict
        machine.local(Event.EVT5)
        request = wire.read_pdu(Deadline(self._timeouts.artim), "A-ASSOCIATE-RQ")
        if not isinstance(request, p.AssociateRQ):
            ending = ending_of(request) or Ending(EndingKind.PROTOCOL_ERROR, "the peer began with another PDU")
            raise wire.end(ending)
        trace.calling_ae_title, trace.called_ae_title = request.calling_ae_title, request.called_ae_title
        trace.peer_max_pdu_length = request.maximum_length
        trace.peer_implementation_class_uid = request.implementation_class_uid
        trace.peer_implementation_version_name = request.implementation_version_name
        answer = self._negotiate(request, transport.remote[0])
        if isinstance(answer, p.AssociateRJ):
            wire.local(Event.EVT8, answer)
            trace.ending = _rejected_by_us(answer)
            transport.drain(self._timeouts.artim)
            wire.end(trace.ending)
            return False
        wire.local(Event.EVT7, answer)
        trace.answers = answers_of(answer)
        trace.contexts, _ = join_contexts(request, answer)
        contexts = negotiated_contexts(trace.contexts)
        association.establish(wire, contexts, answer.maximum_length or 0)
        return True


def _rejected_by_us(answer: p.AssociateRJ) -> Ending:
    rejection = Rejection(answer.result, answer.source, answer.reason)
    return Ending(EndingKind.REJECTED, f"we rejected the association: {rejection}", rejection=rejection)
