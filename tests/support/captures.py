"""Real conversations of DCMTK's tools, recorded byte by byte through a relay."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.peers.base import LOOPBACK, RecipeInput
from harness.peers.dcmtk import BANNER, dcmqrscp, storescp
from harness.peers.ports import free_port
from harness.peers.process import Command, ProcessPeer
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

TOOL_SECONDS = 60
PROGRAMS = ("echoscu", "storescu", "findscu", "movescu", "getscu", "storescp", "dcmqrscp")


@dataclass(frozen=True, slots=True)
class Capture:
    """All bytes of one association, by direction."""

    name: str
    requestor: bytes
    acceptor: bytes


@dataclass(slots=True)
class _Tape:
    """One connection while it lasts."""

    requestor: bytearray = field(default_factory=bytearray)
    acceptor: bytearray = field(default_factory=bytearray)
    is_over: threading.Event = field(default_factory=threading.Event)


class Recorder:
    """Relays connections to a port of this machine and keeps what passes."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._tapes: list[_Tape] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(TOOL_SECONDS)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                outer, _ = self._listener.accept()
                self._tapes.append(_Tape())
                threading.Thread(target=self._run, args=(outer, self._tapes[-1]), daemon=True).start()

    def _run(self, outer: socket.socket, tape: _Tape) -> None:
        with outer, contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self._target)) as inner:
            back = threading.Thread(target=_pump, args=(inner, outer, tape.acceptor), daemon=True)
            back.start()
            _pump(outer, inner, tape.requestor)
            back.join(TOOL_SECONDS)
        tape.is_over.set()

    def capture(self, name: str) -> Capture:
        """What passed on the only connection; call it when both ends have closed."""
        (capture,) = self.captures(name)
        return capture

    def captures(self, name: str) -> list[Capture]:
        """What passed on every connection; call it when they are closed."""
        for tape in self._tapes:
            assert tape.is_over.wait(TOOL_SECONDS), "a connection is still open"
        return [Capture(name, bytes(tape.requestor), bytes(tape.acceptor)) for tape in self._tapes]


def _pump(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            kept.extend(data)
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def run_tool(name: str, *arguments: object) -> None:
    """Run one of DCMTK's tools to its end, whatever it thinks of it."""
    program, _ = find_program(name, BANNER)
    subprocess.run([str(program), *map(str, arguments)], timeout=TOOL_SECONDS, capture_output=True, check=False)


@contextlib.contextmanager
def running(
    folder: Path, name: str, command: Command, options: Sequence[str] = (), knows: Sequence[AEAddress] = ()
) -> Iterator[int]:
    """The port of a DCMTK server that runs meanwhile."""
    place = folder / name
    place.mkdir()
    port = free_port()
    peer = ProcessPeer(name, command, RecipeInput(("ARCHIVE",), port, place, "RECORDER", tuple(knows), tuple(options)))
    peer.start()
    try:
        yield port
    finally:
        peer.stop()


def record_all(folder: Path) -> Iterator[Capture]:
    """One capture for each kind of conversation, with synthetic instances."""
    files = generate(GenerateSpec(instances=2, rows=32, columns=80), folder / "instances", seed="captures")
    paths = [str(file.path) for file in files]
    with running(folder, "storescp", storescp, ["--max-pdu", "4096"]) as port:
        yield record("echo", port, "echoscu", "-aec", "ARCHIVE", "-aet", "ECHOSCU")
        yield record("echo-many-contexts", port, "echoscu", "--propose-ts", "5", "--propose-pc", "3")
        yield record("echo-aborted", port, "echoscu", "--abort")
        yield record("store", port, "storescu", after=paths)
        yield record("store-refused-context", port, "storescu", "--propose-lossless", after=paths[:1])
        yield record("store-user-identity", port, "storescu", "-usr", "user", "-pwd", "password", after=paths[:1])
    with running(folder, "refusing", storescp, ["--refuse"]) as port:
        yield record("rejected", port, "echoscu")
    yield from _record_archive(folder, paths)


def _record_archive(folder: Path, paths: Sequence[str]) -> Iterator[Capture]:
    patient = ("-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=*")
    studies = ("-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "-k", "PatientName")
    receiving = free_port()
    with Recorder(receiving) as sub_operations:
        knows = [AEAddress("MOVESCU", LOOPBACK, sub_operations.port)]
        with running(folder, "dcmqrscp", dcmqrscp, knows=knows) as port:
            run_tool("storescu", "-aec", "ARCHIVE", LOOPBACK, port, *paths)
            output = folder / "retrieved"
            output.mkdir()
            yield record("find", port, "findscu", "-aec", "ARCHIVE", *studies)
            retrieve = ("-aec", "ARCHIVE", "-od", str(output), *patient)
            yield record("get", port, "getscu", *retrieve)
            yield record("move", port, "movescu", "-aem", "MOVESCU", "+P", str(receiving), *retrieve)
            yield sub_operations.capture("move-sub-operations")


def record(name: str, server: int, tool: str, *options: str, after: Sequence[str] = ()) -> Capture:
    """The conversation of a tool with a server; options stand before host and port, `after` behind them."""
    with Recorder(server) as recorder:
        run_tool(tool, *options, LOOPBACK, recorder.port, *after)
        return recorder.capture(name)
