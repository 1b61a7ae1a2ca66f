"""Scenario files for Python code, with peers from there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.api.peer import Peer, listening_port
from harness.errors import UsageError
from harness.scenario.load import load_documents, load_scenarios
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import Document, parse_text
from harness.scenario.peers import PeerSpec
from harness.standard.ae import AEAddress

PathLike = str | os.PathLike[str]
PeerLike = Peer | AEAddress | str
"""A peer, or the address of one of which nothing else is known: `TITLE@host:port`."""


def load(
    *paths: PathLike, peers_file: PathLike | None = None, peers: Mapping[str, PeerLike] | None = None
) -> list[ScenarioFile]:
    """Read scenario files, and all in folders, without contacting anybody.

    Peers of `peers_file`, and then of `peers`, take the place of those of the same name. Raises `ScenarioError` with
    every mistake of every file, each with its place; `UsageError` for a path that is not there and a peer that no file
    has or uses.
    """
    specs = _specs(peers)
    files = load_scenarios(map(Path, paths), None if peers_file is None else Path(peers_file), specs)
    return [_reachable(file, peers) for file in files]


def loads(
    text: str, *, name: str = "scenario.yaml", folder: PathLike = ".", peers: Mapping[str, PeerLike] | None = None
) -> list[ScenarioFile]:
    """Read the text of a scenario file. Files that it names are relative to `folder`; messages call it `name`."""
    return load_parsed([parse_text(text, name, Path(folder).absolute() / name)], None, peers)


def load_parsed(
    documents: Sequence[Document], peers_file: Path | None, peers: Mapping[str, PeerLike] | None
) -> list[ScenarioFile]:
    """Read scenario files that are there as trees already; errors as of `load`."""
    return [_reachable(file, peers) for file in load_documents(documents, peers_file, _specs(peers))]


def addresses(given: Iterable[str], option: str) -> dict[str, AEAddress]:
    """Peers that a command line gives as NAME=AE@HOST:PORT, with this option. Raises `UsageError`."""
    peers = {}
    for text in given:
        name, equals, address = text.partition("=")
        if not equals or not name:
            raise UsageError(f"`{option} {text}` is not NAME=AE@HOST:PORT")
        try:
            peers[name] = AEAddress.parse(address)
        except ValueError as error:
            raise UsageError(f"`{option} {text}`: {error}") from None
    return peers


def _specs(peers: Mapping[str, PeerLike] | None) -> dict[str, PeerSpec]:
    return {name: _spec(name, peer) for name, peer in (peers or {}).items()}


def _spec(name: str, peer: PeerLike) -> PeerSpec:
    if isinstance(peer, Peer):
        return peer.spec
    try:
        return PeerSpec(address=peer if isinstance(peer, AEAddress) else AEAddress.parse(peer))
    except ValueError as error:
        raise UsageError(f"peer `{name}`: {error}") from None


def _reachable(file: ScenarioFile, peers: Mapping[str, PeerLike] | None) -> ScenarioFile:
    """The file with our Storage SCP where peers that run already look for it."""
    started = any(isinstance(peer, Peer) and peer.is_started for peer in (peers or {}).values())
    if not started or file.local.listen:
        return file
    return replace(file, local=file.local.model_copy(update={"listen": listening_port()}))
