"""From paths on the command line to scenario files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from harness.errors import ScenarioError, UsageError
from harness.scenario.environment import environment_values
from harness.scenario.fields import Spec
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import Document, parse
from harness.scenario.peers import PeerSpec
from harness.scenario.peers_reader import declared
from harness.scenario.problems import did_you_mean, render_all
from harness.scenario.reader import SharedPeers, read_file, read_peers_file, read_reference
from harness.scenario.reference import ReferenceOptions
from harness.scenario.scope import Scope
from harness.scenario.variables import texts

S = TypeVar("S", bound=Spec)

SUFFIXES = (".yaml", ".yml")


def load_scenarios(
    paths: Iterable[Path], peers_file: Path | None = None, overrides: Mapping[str, PeerSpec] | None = None
) -> list[ScenarioFile]:
    """Read scenario files and folders of them.

    Peers of `peers_file` and then `overrides` take the place of peers of the same name. Raises `UsageError` for a
    path that is not there, for files whose checks would share ids, and for an override of a peer that nobody names;
    `ScenarioError` with every mistake of every file.
    """
    documents = [parse(path, str(path)) for path in scenario_paths(paths, peers_file)]
    return load_documents(documents, peers_file, overrides)


def load_documents(
    documents: Sequence[Document], peers_file: Path | None = None, overrides: Mapping[str, PeerSpec] | None = None
) -> list[ScenarioFile]:
    """Read files that are there as trees already; peers and errors as of `load_scenarios`."""
    read = list(documents)
    shared = SharedPeers()
    if peers_file is not None:
        read.insert(0, _peers_document(peers_file))
        shared = read_peers_file(read[0]) if read[0].is_parsed else shared
    overridden = overrides or {}
    _check_overrides(overridden, read)
    shared.peers.update(overridden)
    files = [read_file(document, shared) for document in documents if document.is_parsed]
    raise_problems(read)
    return [file for file in files if file is not None]


def load_document(document: Document) -> ScenarioFile:
    """Read a file that is there as a tree already. Raises `ScenarioError` with every mistake."""
    (file,) = load_documents([document])
    return file


def load_reference(path: Path) -> ReferenceOptions:
    """What a file says of a reference SCP, as `reference:` of a peer does.

    Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    document = parse(path, str(path))
    options = read_reference(document) if document.is_parsed else None
    raise_problems([document])
    assert options is not None
    return options


def load_whole(path: Path, spec: type[S]) -> S:
    """What a file holds that is one model from its root on.

    Raises `UsageError` for a file that is not there, `ScenarioError` with every mistake.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    document = parse(path, str(path))
    read = Scope(document, environment_values(document)).model(spec, ()) if document.is_parsed else None
    raise_problems([document])
    assert read is not None
    return read


def scenario_paths(paths: Iterable[Path], peers_file: Path | None) -> list[Path]:
    """The files that are named, and those in folders that are, each once. Raises `UsageError`, as `load_scenarios`."""
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files_at(path, peers_file):
            found.setdefault(file.resolve(), file)
    by_stem: dict[str, Path] = {}
    for file in found.values():
        other = by_stem.setdefault(file.stem, file)
        if other is not file:
            raise UsageError(
                f"{other} and {file} have the same name, with which the ids of their checks begin; rename one, or run "
                "them apart"
            )
    return list(found.values())


def _files_at(path: Path, peers_file: Path | None) -> list[Path]:
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}")
    if not path.is_dir():
        return [path]
    inside = [
        file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file() and not _hidden(file, path)
    ]
    if peers_file is not None:
        inside = [file for file in inside if file.resolve() != peers_file.resolve()]
    if not inside:
        raise UsageError(f"the folder {path} holds no scenario files (*.yaml)")
    return sorted(inside)


def _hidden(file: Path, folder: Path) -> bool:
    """Whether a file is, or lies in, what is hidden in a folder, such as an environment of Python."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _peers_document(path: Path) -> Document:
    if not path.is_file():
        raise UsageError(f"there is no peers file {path}")
    return parse(path, str(path))


def _check_overrides(overrides: Mapping[str, PeerSpec], documents: Sequence[Document]) -> None:
    """A mistyped name must not leave a run with the peer of the file, which may be another site's."""
    if not all(document.is_parsed for document in documents):
        return
    known = {name for document in documents for name in known_names(document)}
    for name in overrides:
        if name not in known:
            raise UsageError(f"no file has or uses a peer `{name}`{did_you_mean(name, known)}")


def known_names(document: Document) -> set[str]:
    """The peers that a file has, and every text in it, for it may use a peer that it leaves to others to describe."""
    return {*declared(document), *texts(document.root)}


def raise_problems(documents: Iterable[Document]) -> None:
    """Raise `ScenarioError` with every mistake of some documents, if there are any."""
    found = [text for document in documents for text in render_all(document.problems, document.lines)]
    if found:
        summary = "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"
        raise ScenarioError("\n\n".join(found) + f"\n\n{summary} found; nothing was contacted.")
