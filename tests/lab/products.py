"""Servers of DCMTK and Orthanc, configured by the lab in the ways in which people misconfigure them."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.peers.dcmtk import BANNER as DCMTK
from harness.peers.orthanc import BANNER as ORTHANC
from harness.peers.ports import free_port
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from tests.lab.starting import LOOPBACK
from tests.support.archives import wait_until

_PATIENCE = 60.0
"""Seconds until a product has to listen; Orthanc takes one or two where nothing else runs."""


@contextmanager
def _running(
    program: str, banner: str, arguments: Sequence[object], folder: Path, *ports: int, within: Sequence[str] = ()
) -> Iterator[int]:
    """The program, from when its ports are open; yields its process id. `within` are surroundings of its own."""
    path, _ = find_program(program, banner)
    log = folder / f"{program}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*within, str(path), *map(str, arguments)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: all(_is_open(port, process, log) for port in ports), _PATIENCE)
        yield process.pid
    finally:
        process.kill()
        process.wait(30)


def _is_open(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text("latin-1")
    try:
        socket.create_connection((LOOPBACK, port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def storescp(folder: Path, *options: object, within: Sequence[str] = ()) -> Iterator[tuple[AEAddress, int]]:
    """DCMTK's storescp, one association after the other unless told otherwise; its address and process id."""
    port = free_port()
    (folder / "received").mkdir()
    arguments = ["--verbose", *options, "--output-directory", folder / "received", port]
    with _running("storescp", DCMTK, arguments, folder, port, within=within) as process:
        yield AEAddress("STORESCP", LOOPBACK, port), process


@contextmanager
def dcmqrscp(
    folder: Path,
    *,
    hosts: Sequence[str] = (),
    access: str = "RW",
    quota: str = "(200, 1024mb)",
    callers: str = "ANY",
    associations: int = 16,
) -> Iterator[AEAddress]:
    """DCMTK's dcmqrscp with one storage area, `ARCHIVE`, and these lines of its configuration."""
    port = free_port()
    area = folder / "area"
    area.mkdir()
    lines = [
        f"NetworkTCPPort = {port}",
        "MaxPDUSize = 16384",
        f"MaxAssociations = {associations}",
        "HostTable BEGIN",
        *hosts,
        "HostTable END",
        "VendorTable BEGIN",
        "VendorTable END",
        "AETable BEGIN",
        f"ARCHIVE {area} {access} {quota} {callers}",
        "AETable END",
        "",
    ]
    configuration = folder / "dcmqrscp.cfg"
    configuration.write_text("\n".join(lines))
    arguments = ["--verbose", "--disable-host-lookup", "--config", configuration]
    with _running("dcmqrscp", DCMTK, arguments, folder, port):
        yield AEAddress("ARCHIVE", LOOPBACK, port)


@contextmanager
def wlmscpfs(folder: Path, *areas: str, options: Sequence[object] = ()) -> Iterator[int]:
    """DCMTK's wlmscpfs with empty worklists for these AE titles; yields its port."""
    port = free_port()
    for area in areas:
        (folder / "worklists" / area).mkdir(parents=True)
        (folder / "worklists" / area / "lockfile").touch()
    (folder / "worklists").mkdir(exist_ok=True)
    arguments = ["--verbose", *options, "--data-files-path", folder / "worklists", port]
    with _running("wlmscpfs", DCMTK, arguments, folder, port):
        yield port


@contextmanager
def orthanc(folder: Path, **settings: Any) -> Iterator[tuple[AEAddress, int]]:
    """Orthanc with these settings over its defaults; its DICOM address and the port of its web server."""
    port, web = free_port(), free_port()
    configuration = {
        "Name": "lab",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "DicomAet": "ORTHANC",
        "DicomPort": port,
        "HttpPort": web,
        "Plugins": [],
        **settings,
    }
    path = folder / "orthanc.json"
    path.write_text(json.dumps(configuration))
    with _running("Orthanc", ORTHANC, [path], folder, port, web):
        yield AEAddress("ORTHANC", LOOPBACK, port), web
