"""One scenario file from its tree to its model; every mistake is noted, none stops the reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.scenario.environment import environment_values
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import Document
from harness.scenario.params.association import SECRET_KEYS
from harness.scenario.peers import LocalSpec, PeerSpec
from harness.scenario.peers_reader import check_knows, declared, located_worklist, read_peers, with_timeouts
from harness.scenario.reference import ReferenceOptions
from harness.scenario.scenario_reader import read_scenarios
from harness.scenario.scope import Scope
from harness.scenario.spec import FileSpec, PeersFileSpec
from harness.scenario.tls import located_tls
from harness.scenario.variables import substitute_text, texts, texts_under
from harness.standard.ae import AEAddress


@dataclass(slots=True)
class SharedPeers:
    """Peers from outside a scenario file: those of a peers file, and those given on the command line.

    `local` is what the peers file says of ourselves; `stated` and `secrets` are what it adds to those of the scenario
    files.
    """

    peers: dict[str, PeerSpec] = field(default_factory=dict)
    local: LocalSpec = field(default_factory=LocalSpec)
    stated: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


def read_peers_file(document: Document) -> SharedPeers:
    """The peers of a peers file; what is wrong with it is noted in the document."""
    if not isinstance(document.root, dict):
        document.note((), "a peers file is a mapping with `version` and `peers`")
        return SharedPeers()
    values = environment_values(document)
    scope = Scope(document, values)
    scope.model(PeersFileSpec, ())
    peers = read_peers(scope)
    check_knows(scope, peers, declared(document))
    return SharedPeers(peers, read_local(scope) or LocalSpec(), _stated(document), _secrets(document, values))


def read_reference(document: Document) -> ReferenceOptions | None:
    """The options of a reference SCP that has a file for itself; what is wrong with it is noted in the document."""
    if not isinstance(document.root, dict):
        document.note((), "the file is a mapping of what can stand below `reference`")
        return None
    scope = Scope(document, environment_values(document))
    options = scope.model(ReferenceOptions, ())
    if options is None:
        return None
    options = options.model_copy(update={"worklist": located_worklist(scope, ("worklist",), options.worklist)})
    if options.tls is not None:
        options = options.model_copy(update={"tls": located_tls(scope, ("tls",), options.tls)})
    if document.at(("knows",)) is None:
        for index, store in enumerate(options.stores):
            if store.knows:
                document.note_value(("stores", index, "knows"), "nobody is known; say `knows` for the server")
        return options.model_copy(update={"knows": []})
    is_list = isinstance(document.at(("knows",)), list)
    for index, known in enumerate(options.knows):
        try:
            AEAddress.parse(known)
        except ValueError as error:
            document.note_value(("knows", index) if is_list else ("knows",), str(error))
    return options


def read_file(document: Document, shared: SharedPeers) -> ScenarioFile | None:
    """The scenario file of a document, or None when something is wrong, which is noted in the document."""
    if not isinstance(document.root, dict):
        document.note((), "a scenario file is a mapping with `version`, `peers` and `scenarios`")
        return None
    values = environment_values(document)
    scope = Scope(document, values)
    spec = scope.model(FileSpec, ())
    local = read_local(scope)
    own = read_peers(scope)
    names = list(dict.fromkeys([*declared(document), *shared.peers]))
    check_knows(scope, own, names)
    scenarios = read_scenarios(scope, names)
    if document.problems or spec is None or local is None:
        return None
    return ScenarioFile(
        document.file,
        document.path,
        spec.name or document.path.stem,
        local.model_copy(update={name: getattr(shared.local, name) for name in shared.local.model_fields_set}),
        with_timeouts({**own, **shared.peers}, spec.timeouts),
        tuple(scenarios),
        _secrets(document, values) | shared.secrets,
        _stated(document) | shared.stated,
        tuple(spec.attestations),
        "\n".join(document.lines),
    )


def read_local(scope: Scope) -> LocalSpec | None:
    """What a file says of ourselves, with the files of our TLS; None when something is wrong with it."""
    local = scope.model(LocalSpec, ("local",))
    if local is None or local.tls is None:
        return local
    return local.model_copy(update={"tls": located_tls(scope, ("local", "tls"), local.tls)})


def _secrets(document: Document, values: Mapping[str, str]) -> frozenset[str]:
    """What must never show: values from the environment, and what is written down although it is a secret."""
    written = {substitute_text(text, values) for text in texts_under(document.root or "", SECRET_KEYS)}
    return frozenset({*values.values(), *written} - {""})


def _stated(document: Document) -> frozenset[str]:
    """Texts that may show because the file states them."""
    root = document.root or ""
    return frozenset(texts(root)) - frozenset(texts_under(root, SECRET_KEYS))
