"""The peers of a file, checked against each other."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from harness.scenario.nodes import Document
from harness.scenario.params.base import LOCAL
from harness.scenario.peers import KINDS, PeerSpec, TimeoutsSpec
from harness.scenario.problems import did_you_mean
from harness.scenario.reference import ReferenceOptions
from harness.scenario.scope import Scope
from harness.scenario.servers import ONLY_FOR, ContainerOptions, ImageOptions, ProcessOptions, placeholder_problems
from harness.scenario.tls import located_tls
from harness.scenario.variables import NodePath
from harness.standard.ae import AEAddress
from harness.standard.attributes import Attributes

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?")


def read_peers(scope: Scope) -> dict[str, PeerSpec]:
    """The peers of a scenario or peers file, by name; those with mistakes are left out."""
    node = scope.document.at(("peers",))
    if node in ("", None):
        return {}
    if not isinstance(node, dict):
        scope.document.note(("peers",), "`peers` is a mapping from names to peers, such as `archive: {address: …}`")
        return {}
    peers = {}
    for name in node:
        _check_name(scope, name)
        spec = scope.model(PeerSpec, ("peers", name))
        if spec is not None:
            _check(scope, name, spec)
            peers[name] = _with_tls(scope, name, _located(scope, name, spec))
    return peers


def declared(document: Document) -> list[str]:
    """The names of all peers of a file, with or without mistakes."""
    node = document.at(("peers",))
    return list(node) if isinstance(node, dict) else []


def with_timeouts(peers: Mapping[str, PeerSpec], timeouts: TimeoutsSpec) -> dict[str, PeerSpec]:
    """The peers with the deadlines of the file where they name none of their own."""
    return {name: spec.model_copy(update={"timeouts": spec.timeouts.over(timeouts)}) for name, spec in peers.items()}


def check_knows(scope: Scope, peers: Mapping[str, PeerSpec], names: Iterable[str]) -> None:
    """Note every `knows` entry that is neither `local`, one of the named peers, nor an address."""
    choices = [LOCAL, *names]
    for name, spec in peers.items():
        for index, known in enumerate(spec.knows):
            if known in choices:
                continue
            try:
                AEAddress.parse(known)
            except ValueError as error:
                path: NodePath = ("peers", name, spec.kind, "knows", index)
                text = f"`{known}` is neither `local`, a peer of this file, nor an address TITLE@host:port"
                message = str(error) if "@" in known else text + did_you_mean(known, choices)
                scope.document.note_value(path, message)


def _check_name(scope: Scope, name: str) -> None:
    if name == LOCAL:
        scope.document.note(("peers", name), "`local` means ourselves; give the peer another name", at_key=True)
    elif not _NAME.fullmatch(name):
        message = f"`{name}` is not a name for a peer; use letters, digits, `-`, `_` and `.`, at most 64"
        scope.document.note(("peers", name), message, at_key=True)


def _check(scope: Scope, name: str, spec: PeerSpec) -> None:
    path = ("peers", name)
    given = [kind for kind in KINDS if getattr(spec, kind) is not None]
    if len(given) != 1:
        what = f"this one has {' and '.join(given)}" if given else "this one has none"
        scope.document.note(path, f"a peer has just one of {', '.join(KINDS)}; {what}", at_key=True)
    if spec.address is None and spec.environment not in (None, "test"):
        text = "a peer that the run starts is always a test peer; `environment` belongs to an address"
        scope.document.note((*path, "environment"), text)
    options = spec.process or spec.container
    if isinstance(options, ImageOptions):
        _check_placeholders(scope, (*path, "container"), options)
    if isinstance(options, ProcessOptions | ContainerOptions):
        _check_recipe(scope, (*path, spec.kind or given[0]), options)


def _check_recipe(scope: Scope, path: NodePath, options: ProcessOptions | ContainerOptions) -> None:
    recipe = options.recipe.value
    asked = {
        "worklist": (bool(options.worklist), "has no worklist", "have one"),
        "prefer": (options.prefer is not None, "prefers no transfer syntax", "do"),
        "check_ae_titles": (options.check_ae_titles, "does not check AE titles", "do"),
        "tls": (options.tls is not None, "speaks no TLS", "do"),
        "ae_titles": (len(options.ae_titles) > 1, "answers to a single AE title", "can have several"),
    }
    for key, (is_asked, cannot, can) in asked.items():
        if is_asked and recipe not in ONLY_FOR[key]:
            able = " and ".join(sorted(ONLY_FOR[key]))
            scope.document.note((*path, key), f"the recipe {recipe} {cannot}; only {able} {can}")
    if options.tls is not None and isinstance(options, ContainerOptions):
        scope.document.note((*path, "tls"), "containers cannot be given certificates; write `process` instead")
    elif options.tls is not None and options.tls.passphrase is not None:
        text = "servers are given keys without a passphrase: on a command line everybody here could read it"
        scope.document.note((*path, "tls", "passphrase"), text)


def _check_placeholders(scope: Scope, path: NodePath, options: ImageOptions) -> None:
    """Note what is wrong with `@NAME.host@` and the like in `env` and `command`."""
    texts: list[tuple[NodePath, str]] = [((*path, "env", name), text) for name, text in options.env.items()]
    texts += [((*path, "command"), word) for word in options.command]
    for where, text in texts:
        for problem in placeholder_problems(text, options.knows):
            scope.document.note(where, problem)


def _located(scope: Scope, name: str, spec: PeerSpec) -> PeerSpec:
    """The peer with its files where they are from anywhere; files that are not there are noted."""
    options = spec.process or spec.container or spec.reference
    path: NodePath = ("peers", name, spec.kind)
    found: dict[str, object] = {}
    if isinstance(options, ImageOptions) and options.files:
        found["files"] = {
            inside: _file_beside(scope, (*path, "files", inside), file) for inside, file in options.files.items()
        }
    if isinstance(options, ProcessOptions | ContainerOptions | ReferenceOptions) and options.worklist:
        found["worklist"] = located_worklist(scope, (*path, "worklist"), options.worklist)
    if options is None or not found:
        return spec
    return spec.model_copy(update={spec.kind: options.model_copy(update=found)})


def located_worklist(scope: Scope, where: NodePath, entries: Sequence[str | Attributes]) -> list[str | Attributes]:
    """Worklist items with their files where they are from anywhere; files that are not there are noted."""
    is_list = isinstance(scope.document.at(where), list)
    return [
        _beside(scope, (*where, index) if is_list else where, entry) if isinstance(entry, str) else entry
        for index, entry in enumerate(entries)
    ]


def _with_tls(scope: Scope, name: str, spec: PeerSpec) -> PeerSpec:
    """The peer with the files of its TLS, each checked."""
    update: dict[str, object] = {}
    if spec.tls is not None:
        update["tls"] = located_tls(scope, ("peers", name, "tls"), spec.tls)
    started = spec.reference or spec.process
    if started is not None and started.tls is not None:
        tls = located_tls(scope, ("peers", name, spec.kind, "tls"), started.tls)
        update[spec.kind] = started.model_copy(update={"tls": tls})
    return spec.model_copy(update=update) if update else spec


def _file_beside(scope: Scope, where: NodePath, file: str) -> str:
    """As `_beside`, for what must not be a folder."""
    path = _beside(scope, where, file)
    if os.path.isdir(path):  # noqa: PTH112 - never raises, whatever the name
        scope.document.note_value(where, f"`{file}` is a folder; each file has a line of its own here")
    return path


def _beside(scope: Scope, where: NodePath, file: str) -> str:
    """The absolute path of a file that is named relative to the scenario file; noted when there is none."""
    path = scope.document.path.parent.absolute() / file
    if not os.path.exists(path):  # noqa: PTH110 - never raises, whatever the name
        beside = "" if os.path.isabs(file) else " beside this file"  # noqa: PTH117
        scope.document.note_value(where, f"there is no file or folder `{file}`{beside}")
    return str(path)
