"""An Orthanc that asks others: its REST interface makes it an SCU."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.peers.base import RecipeInput
from harness.peers.orthanc import orthanc, orthanc_configuration
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from tests.support.archives import wait_until
from tests.support.peers import recipe_input

SECONDS = 60


def wait_for_http(port: int) -> None:
    """Wait for its web server, which begins after the one for DICOM."""
    wait_until(lambda: _listens(port), SECONDS)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), SECONDS).close()
    except OSError:
        return False
    return True


class OrthancSCU:
    """Sends requests to the peer that it was given."""

    def __init__(self, port: int, address: AEAddress) -> None:
        self._http = f"http://127.0.0.1:{port}"
        self._base = f"{self._http}/modalities/known0"
        self.address = address

    def post(self, path: str, body: Any) -> Any:
        """What it answers to a request for an operation. Raises `urllib.error.HTTPError` when that fails."""
        request = urllib.request.Request(f"{self._base}/{path}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.loads(answer.read())

    def get(self, path: str) -> Any:
        """What it says of itself at a path."""
        with urllib.request.urlopen(f"{self._http}/{path}", timeout=SECONDS) as answer:
            return json.loads(answer.read())


@contextmanager
def orthanc_scu(folder: Path, peer: AEAddress) -> Iterator[OrthancSCU]:
    """A running Orthanc that knows one peer."""
    port = free_port()

    def with_http(given: RecipeInput) -> tuple[list[str], str]:
        command, version = orthanc(given)
        settings = json.loads(orthanc_configuration(given, str(given.folder / "storage")))
        settings |= {"HttpServerEnabled": True, "HttpPort": port, "AuthenticationEnabled": False}
        (given.folder / "orthanc.json").write_text(json.dumps(settings))
        return list(command), version

    with ProcessPeer("orthanc", with_http, recipe_input(folder, "ORTHANC", knows=(peer,))) as orthanc_:
        wait_for_http(port)
        yield OrthancSCU(port, orthanc_.address)
