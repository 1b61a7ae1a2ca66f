"""From paths on the command line to scenario files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.errors import ScenarioError, UsageError
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import Document, parse
from harness.scenario.peers import PeerSpec
from harness.scenario.problems import render
from harness.scenario.reader import FileReader
from harness.standard.ae import AEAddress

SUFFIXES = (".yaml", ".yml")


def load_scenarios(
    paths: Iterable[Path], peers_file: Path | None = None, overrides: Mapping[str, AEAddress] | None = None
) -> list[ScenarioFile]:
    """Read scenario files and folders of them.

    Peers of `peers_file` and then `overrides` take the place of peers of the same name. Raises `UsageError` for a
    path that is not there, `ScenarioError` with every mistake of every file.
    """
    documents = [parse(path, str(path)) for path in _files(paths)]
    shared, peers_document = _shared_peers(peers_file)
    for name, address in (overrides or {}).items():
        shared[name] = PeerSpec.model_validate({"address": str(address)})
    files = []
    for document in documents:
        found = None if document.problems else FileReader(document, shared).read()
        if found is not None:
            files.append(found)
    _raise_problems([*([peers_document] if peers_document else []), *documents])
    return files


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES)
            if not inside:
                raise UsageError(f"the folder {path} holds no scenario files (*.yaml)")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"there is no file or folder {path}")
    return list(dict.fromkeys(found))


def _shared_peers(path: Path | None) -> tuple[dict[str, PeerSpec], Document | None]:
    if path is None:
        return {}, None
    if not path.exists():
        raise UsageError(f"there is no peers file {path}")
    document = parse(path, str(path))
    if document.problems:
        return {}, document
    root = document.root
    if not isinstance(root, dict) or set(root) - {"version", "peers"}:
        document.note((), "a peers file is a mapping with `version` and `peers`")
        return {}, document
    return FileReader(document, {}).read_peers(root.get("peers", "")), document


def _raise_problems(documents: list[Document]) -> None:
    texts = []
    for document in documents:
        # Combinations of parameters repeat the same mistake; it is told once.
        for problem in sorted(set(document.problems)):
            texts.append(render(problem, document.lines))
    if texts:
        count = len(texts)
        summary = "1 mistake" if count == 1 else f"{count} mistakes"
        raise ScenarioError("\n\n".join(texts) + f"\n\n{summary} found; nothing was contacted.")
