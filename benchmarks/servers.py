"""The servers that benchmarks talk to, each a process of its own on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp_configuration
from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

AE_TITLE = "PEER"
COMMAND = str(Path(sys.executable).parent / "dicom-harness")
START_SECONDS = 20
WITHOUT_NAGLE = {"TCP_NODELAY": "1"}
"""DCMTK's programs leave Nagle's algorithm on unless this is in their environment."""

_NOWHERE = subprocess.DEVNULL
_PROCESSES: dict[int, int] = {}


@contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[AEAddress]:
    """A server, from the moment when it accepts an association until the end of the block."""
    address = AEAddress(AE_TITLE, "127.0.0.1", port)
    environ = {**os.environ, **(environment or {})}
    with subprocess.Popen(command, env=environ, stdout=_NOWHERE, stderr=_NOWHERE) as process:
        try:
            _await(address, process)
            _PROCESSES[port] = process.pid
            yield address
        finally:
            process.terminate()


def process_at(port: int) -> int:
    """The process id of the server on a port."""
    return _PROCESSES[port]


def _await(address: AEAddress, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    proposal = Proposal("BENCHMARK", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    while time.monotonic() < until and process.poll() is None:
        with request_association(address, proposal, Timeouts()) as association:
            if association.established:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not accept associations")


@contextmanager
def storescp(folder: Path, *options: str, nodelay: bool = True) -> Iterator[AEAddress]:
    """DCMTK's storescp, writing into a folder unless it is told to ignore what comes."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    command = ["/usr/bin/storescp", "-od", str(folder), "+xa", *options, str(port)]
    with running(command, port, WITHOUT_NAGLE if nodelay else {}) as address:
        yield address


@contextmanager
def dcmqrscp(folder: Path, *, nodelay: bool = True) -> Iterator[AEAddress]:
    """DCMTK's dcmqrscp with one storage area."""
    storage = folder / "storage" / "0"
    storage.mkdir(parents=True)
    port = free_port()
    configuration = folder / "dcmqrscp.cfg"
    given = RecipeInput((AE_TITLE,), port, folder, "BENCHMARK")
    configuration.write_text(dcmqrscp_configuration(given, str(folder / "storage")))
    with running(["/usr/bin/dcmqrscp", "-c", str(configuration)], port, WITHOUT_NAGLE if nodelay else {}) as address:
        yield address


@contextmanager
def orthanc(folder: Path, **settings: object) -> Iterator[AEAddress]:
    """Orthanc with its own defaults, but for where it listens and stores."""
    folder.mkdir()
    port = free_port()
    configuration = folder / "orthanc.json"
    own = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpServerEnabled": False,
        "DicomAet": AE_TITLE,
        "DicomPort": port,
    }
    configuration.write_text(json.dumps(own | settings))
    with running(["/usr/sbin/Orthanc", str(configuration)], port) as address:
        yield address


@contextmanager
def reference(temporary: Path | None = None) -> Iterator[AEAddress]:
    """The bundled reference SCP; `temporary` is where it keeps instances instead of the system's folder for that."""
    port = free_port()
    environment = {} if temporary is None else {"TMPDIR": str(temporary)}
    with running([COMMAND, "serve", "--port", str(port), "--ae-title", AE_TITLE], port, environment) as address:
        yield address


@contextmanager
def sink(kind: str, more: Path | int | None = None) -> Iterator[AEAddress]:
    """A server of `benchmarks.sinks`; `more` is its folder, or its number of answers."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.sinks", kind, str(port)]
    with running([*command, *(() if more is None else (str(more),))], port) as address:
        yield address
