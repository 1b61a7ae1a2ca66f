"""An Orthanc whose REST interface makes it a requestor: it echoes, stores, finds, moves and asks for commitment."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.peers.base import START_SECONDS, RecipeInput
from harness.peers.orthanc import orthanc_configuration
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from tests.support.orthanc import SECONDS, wait_for_http


class OrthancAsClient(ProcessPeer):
    """As a context manager it is started and stopped. The AE that it `knows` is its modality `known0`."""

    def __init__(self, folder: Path, known: AEAddress, ae_title: str = "ORTHANC", **configuration: Any) -> None:
        self._http_port = free_port()
        self._more = {
            "HttpServerEnabled": True,
            "HttpPort": self._http_port,
            "AuthenticationEnabled": False,
            **configuration,
        }
        given = RecipeInput((ae_title,), free_port(), folder, "HARNESS", knows=(known,))
        super().__init__("orthanc", self._command_line, given)

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start, and wait until it takes requests over HTTP, too."""
        super().start(seconds)
        wait_for_http(self._http_port)

    def _command_line(self, given: RecipeInput) -> tuple[Sequence[str], str]:
        program, version = find_program("Orthanc", "Orthanc")
        storage = given.folder / "storage"
        storage.mkdir(exist_ok=True)
        configuration = json.loads(orthanc_configuration(given, str(storage))) | self._more
        path = given.folder / "orthanc.json"
        path.write_text(json.dumps(configuration))
        return [str(program), str(path)], version

    def get(self, path: str) -> Any:
        """GET as JSON."""
        return self._answer(urllib.request.Request(self._url(path)))

    def post(self, path: str, body: object) -> Any:
        """POST of JSON, or of bytes as they are. Raises `urllib.error.HTTPError` when Orthanc could not do it."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._answer(urllib.request.Request(self._url(path), data, method="POST"))

    def delete(self, path: str) -> None:
        """DELETE."""
        self._answer(urllib.request.Request(self._url(path), method="DELETE"))

    def refused(self, path: str, body: object) -> int:
        """The HTTP status of a POST that Orthanc could not do."""
        try:
            self.post(path, body)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        raise AssertionError(f"Orthanc could do {path}")

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http_port}{path}"

    def _answer(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            text = response.read()
        return json.loads(text) if text else None
