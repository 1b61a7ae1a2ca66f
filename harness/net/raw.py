"""A connection on which any bytes can be sent, and on which whatever the peer does is an observation.

No state machine stands between: what is sent may break every rule, and what comes is taken as it is. Every wait has its
deadline, and everything is noted in a trace as on any other association.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from harness.net.dial import dial
from harness.net.timeouts import Deadline
from harness.net.transport import Transport
from harness.net.wire import LONGEST_ASSOCIATION_PDU
from harness.observe.ending import Ending, EndingKind
from harness.observe.masking import Masker
from harness.observe.pdu_facts import ending_of, summary_of
from harness.observe.trace import Direction, Trace
from harness.standard.ae import AEAddress
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.deviation import Deviation
from harness.ul.encode import encode_pdu
from harness.ul.stream import PduStream

if TYPE_CHECKING:
    from harness.tls.contexts import TlsClient

_ABORTIVE_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends a TCP reset."""


class Gone(StrEnum):
    """What came in the place of a PDU."""

    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    """Bytes that announce more than any PDU has outside of an association: the stream cannot be read on."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came next: a PDU with what is wrong about it, or the way in which none came (then `pdu` is None).

    `partial` counts the bytes that came and are no whole PDU.
    """

    pdu: p.PDU | None
    gone: Gone | None = None
    deviations: tuple[Deviation, ...] = ()
    partial: int = 0


class RawConnection:
    """One connection as a requestor; as a context manager it is always closed.

    `stall` is how many seconds a write may make no progress. Writing never fails: when the peer has cut the connection,
    the next `receive` says so, and whatever the peer said before it did is not lost.
    """

    def __init__(self, transport: Transport, trace: Trace, stall: float) -> None:
        self.trace = trace
        self._transport = transport
        self._stall = stall
        self._stream = PduStream(LONGEST_ASSOCIATION_PDU)
        self._sent = Masker(trace.wire, sent=True)
        self._received = Masker(trace.wire, sent=False)
        self._open = True

    # Sending

    def send(self, *pdus: p.PDU) -> None:
        """Send PDUs, right or wrong, in one write."""
        encoded = [encode_pdu(pdu) for pdu in pdus]
        for pdu, data in zip(pdus, encoded, strict=True):
            self._note_sent(data, p.pdu_name(data[0]), summary_of(pdu))
        self._write(b"".join(encoded))

    def send_bytes(self, data: bytes, what: str = "bytes") -> None:
        """Send bytes that need be no PDU; `what` names them in the trace."""
        self._note_sent(data, what, "")
        self._write(data)

    def send_pieces(self, pieces: Sequence[bytes], pause: float) -> None:
        """Send a PDU in pieces, `pause` seconds apart, so that each is a segment of its own."""
        whole = b"".join(pieces)
        self._note_sent(whole, p.pdu_name(whole[0]), f"in {len(pieces)} pieces")
        for piece in pieces:
            self._write(piece)
            threading.Event().wait(pause)

    def _note_sent(self, data: bytes, name: str, summary: str) -> None:
        self.trace.add_pdu(Direction.SENT, name, max(0, len(data) - p.HEADER_LENGTH), summary)
        if data[:1] == bytes((p.P_DATA_TF,)):
            self._sent.p_data(self.trace.elapsed, data)
        else:
            self._sent.associate(self.trace.elapsed, data)

    def _write(self, data: bytes) -> None:
        # A peer that has gone, or takes nothing, is seen by the next `receive`.
        with contextlib.suppress(OSError):
            self._transport.write([data], self._stall)

    # Receiving

    def receive(self, seconds: float) -> Arrival:
        """What comes next within `seconds`."""
        deadline = Deadline(seconds)
        while True:
            whole = self._stream.next_pdu()
            if whole is not None:
                return self._take(whole[0], bytes(whole[1]))
            if self._stream.oversized is not None:
                return self._ended(Gone.UNREADABLE)
            if self._stream.has_partial_pdu:
                self._transport.acknowledge_now()
            try:
                data = self._transport.read(deadline)
            except TimeoutError:
                self.trace.waited += seconds
                return self._ended(Gone.SILENT)
            except OSError:
                return self._ended(Gone.RESET)
            if not data:
                return self._ended(Gone.CLOSED)
            self._stream.feed(data)

    def _take(self, pdu_type: int, body: bytes) -> Arrival:
        pdu, deviations = decode_pdu(pdu_type, body)
        data = pdu_type.to_bytes(1, "big") + b"\0" + len(body).to_bytes(4, "big") + body
        if pdu_type == p.P_DATA_TF:
            self._received.p_data(self.trace.elapsed, data)
        else:
            self._received.associate(self.trace.elapsed, data)
        self.trace.add_pdu(Direction.RECEIVED, p.pdu_name(pdu_type), len(body), summary_of(pdu))
        self.trace.deviations += deviations
        self.trace.ending = self.trace.ending or ending_of(pdu)
        return Arrival(pdu, deviations=tuple(deviations))

    def _ended(self, gone: Gone) -> Arrival:
        partial = len(self._stream.pending)
        if gone is not Gone.SILENT and self.trace.ending is None:
            self.trace.ending = Ending(_ENDINGS[gone], f"the peer {_WORDS[gone]}", partial=partial)
        return Arrival(None, gone, partial=partial)

    # The end

    def finish_writing(self) -> None:
        """Half-close: the peer sees the end of our stream and can still send."""
        self._transport.finish_writing()

    def reset(self) -> None:
        """Cut the connection with a TCP reset, as a system does that was switched off and comes back."""
        if self._open:
            self._transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTIVE_CLOSE)
            self._open = False
            self._transport.socket.close()
            self.trace.ending = self.trace.ending or Ending(EndingKind.ABORTED_BY_US, "we reset the connection")

    def close(self) -> None:
        """Close; safe to call twice."""
        if not self._open:
            return
        self._open = False
        if self._stream.has_partial_pdu:
            self._received.loose(self.trace.elapsed, self._stream.pending)
        self._transport.say_goodbye()
        self._transport.close()
        self.trace.ending = self.trace.ending or Ending(EndingKind.ABORTED_BY_US, "we closed the connection")

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_ENDINGS = {
    Gone.CLOSED: EndingKind.CLOSED,
    Gone.RESET: EndingKind.RESET,
    Gone.UNREADABLE: EndingKind.PROTOCOL_ERROR,
}
_WORDS = {
    Gone.CLOSED: "closed the connection",
    Gone.RESET: "reset the connection",
    Gone.UNREADABLE: "sent bytes that are no PDUs",
}


def connect_raw(
    address: AEAddress, trace: Trace, connect: float, stall: float, tls: TlsClient | None = None
) -> RawConnection | Ending:
    """Connect within `connect` seconds, over TLS if `tls` is given; an ending when there is no connection."""
    transport = dial(address.host, address.port, connect, trace, tls)
    if isinstance(transport, Ending):
        trace.ending = transport
        return transport
    return RawConnection(transport, trace, stall)


__all__ = ["Arrival", "Gone", "RawConnection", "connect_raw"]
