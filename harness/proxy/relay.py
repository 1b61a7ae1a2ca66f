"""The proxy with its sockets: a connection to the acceptor for each one that a requestor opens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from harness.net.dial import dial
from harness.net.listener import Listener
from harness.net.timeouts import Deadline
from harness.net.transport import Transport
from harness.observe.ending import Ending
from harness.proxy.fault import Armed
from harness.proxy.pieces import Action, Back, Chop, Close, Hang, Hold, Pause, Reset, Side, other_side
from harness.proxy.recording import Recording
from harness.proxy.session import Session
from harness.proxy.way import Way

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 600.0
"""A connection on which nothing passes for so long is closed."""

LINGER_SECONDS = 1.0
"""How long we wait for a side to close after the last bytes for it, so that closing does not destroy them."""


class Proxy:
    """Listens, and passes each connection on to `host`:`to_port`. As a context manager it is started and stopped.

    `arm` gives the faults for the association of this number, counted from 1. `finished` is told of each when it is
    over; `full_capture` records data sets, too.
    """

    def __init__(
        self,
        to_host: str,
        to_port: int,
        *,
        arm: Callable[[int], Iterable[Armed]] = lambda number: (),
        host: str = "127.0.0.1",
        port: int = 0,
        finished: Callable[[int, Recording], None] = lambda number, recording: None,
        full_capture: bool = False,
    ) -> None:
        self._to = (to_host, to_port)
        self._arm = arm
        self._finished = finished
        self._full_capture = full_capture
        self._listener = Listener(self._serve, host=host, port=port)
        self._lock = threading.Lock()
        self._count = 0
        self._open: set[_Connection] = set()

    def __enter__(self) -> Proxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen. Raises OSError when the address cannot be bound."""
        self._listener.start()

    def stop(self) -> None:
        """Close the listener and every connection."""
        with self._lock:
            running = list(self._open)
        for connection in running:
            connection.close()
        self._listener.stop()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.port

    def _serve(self, requestor: Transport) -> None:
        with self._lock:
            self._count += 1
            number = self._count
        recording = Recording(f"{self._to[0]}:{self._to[1]}", full=self._full_capture)
        trace = recording.trace
        acceptor = dial(*self._to, CONNECT_SECONDS, trace)
        if isinstance(acceptor, Ending):
            trace.ending = acceptor
        else:
            trace.local_endpoint, trace.remote_endpoint = requestor.remote, acceptor.remote
            connection = _Connection(requestor, acceptor, list(self._arm(number)), recording)
            with self._lock:
                self._open.add(connection)
            connection.run()
            with self._lock:
                self._open.discard(connection)
        self._finished(number, recording)


class _Connection:
    """Both directions of one connection, each in a thread."""

    def __init__(self, requestor: Transport, acceptor: Transport, armed: list[Armed], recording: Recording) -> None:
        self._ends = {Side.REQUESTOR: requestor, Side.ACCEPTOR: acceptor}
        self._recording = recording
        self._sinks = {side: _Sink(end) for side, end in self._ends.items()}
        self._closed = threading.Event()
        self._latest = time.monotonic()
        session = Session()
        self._ways = {side: Way(side, session, armed) for side in Side}

    def run(self) -> None:
        """Pass on what both sides say, until both have ended or nothing came of either for long."""
        back = threading.Thread(target=self._pump, args=(Side.ACCEPTOR, Side.REQUESTOR), daemon=True, name="proxy")
        back.start()
        try:
            self._pump(Side.REQUESTOR, Side.ACCEPTOR)
            back.join()
        finally:
            self.close()
            self._recording.finish()

    def close(self) -> None:
        """Close both ends."""
        self._closed.set()
        for end in self._ends.values():
            end.close()

    def _pump(self, side: Side, other: Side) -> None:
        way, source, sink = self._ways[side], self._ends[side], self._sinks[other]
        try:
            while data := self._read(source):
                if not self._do(way.feed(data), side):
                    return
            if self._do(way.finish(), side) and not sink.is_mute:
                sink.transport.finish_writing()
        except ConnectionResetError:
            if not sink.is_mute:
                sink.transport.reset()
        except OSError:
            # One end is gone, or nothing came for long: the other end sees it, too.
            self.close()
        except Exception:
            # A defect of a fault must not leave both sides waiting for each other.
            self.close()
            raise

    def _do(self, pieces: Iterable[bytes | Action], side: Side) -> bool:
        """Pass bytes of a side on, and do what is to be done in between; False when that was the end."""
        other = other_side(side)
        for piece in pieces:
            if isinstance(piece, bytes):
                self._pass(side, piece, self._sinks[other])
            elif isinstance(piece, Back):
                self._pass(other, piece.data, self._sinks[side])
            elif not self._act(piece, self._sinks[other]):
                return False
        return True

    def _read(self, source: Transport) -> bytes:
        """The next bytes; none at the end. Raises TimeoutError when neither side said anything for long."""
        while True:
            try:
                data = bytes(source.read(Deadline(IDLE_SECONDS)))
            except TimeoutError:
                if time.monotonic() - self._latest >= IDLE_SECONDS:
                    raise
            else:
                self._latest = time.monotonic()
                return data

    def _pass(self, side: Side, data: bytes, sink: _Sink) -> None:
        if not sink.is_mute:
            with sink.lock:
                self._recording.passed(side, data)
                sink.write(data)

    def _act(self, action: Action, sink: _Sink) -> bool:
        """Do it; False when nothing more is to be passed on in this direction."""
        match action:
            case Pause():
                time.sleep(action.seconds)
            case Chop():
                sink.chop = action.size
            case Hang():
                sink.is_mute = True
            case Hold():
                self._closed.wait(action.seconds)
            case Close():
                for end in self._ends.values():
                    end.finish_writing()
                sink.transport.drain(LINGER_SECONDS)
                self.close()
                return False
            case Reset():
                for end in self._ends.values():
                    end.reset()
                return False
        return True


class _Sink:
    """Writes to one end, in small segments if that was asked for."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.lock = threading.Lock()
        self.chop = 0
        self.is_mute = False

    def write(self, data: bytes) -> None:
        if self.chop:
            self.transport.write_apart(data, self.chop, IDLE_SECONDS)
        else:
            self.transport.write([data], IDLE_SECONDS)
