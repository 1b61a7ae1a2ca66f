"""What the fixtures of the plugin give to tests that are written in Python."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.api import Peer, Result, run
from harness.api.loading import PathLike, PeerLike, load_parsed
from harness.errors import PeerStartError
from harness.pytest_plugin.alone import alone_with
from harness.pytest_plugin.session import given_peers, peers_file
from harness.scenario.load import known_names, scenario_paths
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import parse, parse_text
from harness.standard.ae import AEAddress


def given_peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """The peer of `--dicom-peer` that a test is to talk to; no other worker does so meanwhile."""
    address = _given_address(request)
    with alone_with([address]):
        yield Peer(address)


def _given_address(request: pytest.FixtureRequest) -> AEAddress:
    given = given_peers(request.config)
    marker = request.node.get_closest_marker("dicom_peer")
    if marker is not None:
        name = str(marker.args[0])
        if name not in given:
            pytest.skip(f"needs --dicom-peer {name}=AE@HOST:PORT")
        return given[name]
    if not given:
        pytest.skip("needs --dicom-peer NAME=AE@HOST:PORT")
    if len(given) > 1:
        raise pytest.UsageError(f"several peers were given; say which: @pytest.mark.dicom_peer({next(iter(given))!r})")
    return next(iter(given.values()))


def started(**keys: Any) -> Iterator[Peer]:
    """A peer that runs while tests use it. Raises `PeerStartError`: what is missing must not look like a skip."""
    with Peer(**keys) as peer:
        yield peer


def started_orthanc() -> Iterator[Peer]:
    """Orthanc as a process where it is installed, else in a container."""
    try:
        peer = Peer(process="orthanc").start()
    except PeerStartError as error:
        try:
            peer = Peer(container="orthanc").start()
        except PeerStartError as other:
            raise PeerStartError(f"{error.reason}; and in a container: {other.reason}") from None
    with peer:
        yield peer


class HarnessRun:
    """Runs scenario files for a test in Python, with the permissions and peers of pytest's command line."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._config = request.config
        self._folder = request.path.parent
        self._reports: Path = request.getfixturevalue("tmp_path") / "dicom-reports"

    def __call__(
        self,
        *paths: PathLike,
        text: str | None = None,
        peers: Mapping[str, PeerLike] | None = None,
        check: bool = True,
        **options: Any,
    ) -> Result:
        """Run scenario files and folders, which are relative to the folder of the test, or the text of a file.

        The test fails, with what the console would say, unless everything required passed; with `check=False` the
        result is only returned. `peers` take the place of those of the files; `options` are those of `harness.run`.
        Reports go to `tmp_path / "dicom-reports"`.
        """
        __tracebackhide__ = True
        pytest_options = self._config.option
        options = {
            "report_dir": self._reports,
            "allow_writes": pytest_options.dicom_allow_writes,
            "allow_commands": pytest_options.dicom_allow_commands,
            "strict": pytest_options.dicom_strict,
            "trace": pytest_options.dicom_trace,
            "show_values": pytest_options.dicom_show_values,
            **options,
        }
        result = run(self._load(paths, text, peers), **options)
        if check and not result.passed:
            pytest.fail(result.text, pytrace=False)
        return result

    def _load(
        self, paths: tuple[PathLike, ...], text: str | None, peers: Mapping[str, PeerLike] | None
    ) -> list[ScenarioFile]:
        shared = peers_file(self._config)
        documents = [parse(path, str(path)) for path in scenario_paths(map(self._folder.joinpath, paths), shared)]
        if text is not None:
            documents.append(parse_text(textwrap.dedent(text), "scenario.yaml", self._folder / "scenario.yaml"))
        known = {name for document in documents for name in known_names(document)}
        given = {name: address for name, address in given_peers(self._config).items() if name in known}
        return load_parsed(documents, shared, {**given, **(peers or {})})
