"""A peer, as Python code describes it, starts it and talks to it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from harness.api.written import as_yaml
from harness.errors import UsageError
from harness.peers.ports import ReservedPort
from harness.peers.roster import Roster
from harness.scenario.caution import Environment
from harness.scenario.load import load_documents
from harness.scenario.nodes import parse_text
from harness.scenario.peers import PeerSpec
from harness.standard.ae import AEAddress

if TYPE_CHECKING:
    from harness.api.result import Result

_ALONE = "peer"
"""What a peer is called in the scenario file that is made for one step."""


@cache
def listening_port() -> int:
    """The port of our Storage SCP that peers are told of which this process starts: they outlive single runs."""
    reserved = ReservedPort()
    reserved.release()
    return reserved.number


class Peer:
    """A peer: the address of a running one, or what the harness is to start.

    `Peer("ARCHIVE@pacs.example.org:104")` is a peer with this address, of which nothing is known but that: it is only
    read from. `Peer(reference={})`, `Peer(process="dcmqrscp")` and `Peer(container="orthanc")` are started, and all
    other keys are those of a peer in a scenario file (docs/scenario-reference.md): `environment="test"`, `tls=…`,
    `timeouts={"response": "5 s"}`. Raises `ScenarioError`, as a scenario file would, for what no peer can be.

    In a `with` statement, or between `start` and `stop`, a peer that the harness starts runs and keeps what it was
    sent; else each run starts it anew. A started peer knows us by `local_ae_title`, and moves instances to us.
    """

    def __init__(self, address: str | AEAddress | None = None, *, local_ae_title: str = "HARNESS", **keys: Any) -> None:
        described = {"address": address, **keys}
        step = {"id": "echo", "peer": _ALONE, "steps": [{"echo": {}}]}
        text = as_yaml({"version": 1, "peers": {_ALONE: described}, "scenarios": [step]})
        (file,) = load_documents([parse_text(text, "Peer", Path("peer.yaml").absolute())])
        self._described = file.peers[_ALONE]
        self._local_ae_title = local_ae_title
        self._roster: Roster | None = None
        self._folder: Path | None = None
        self._running: PeerSpec | None = None

    @property
    def spec(self) -> PeerSpec:
        """The peer as a scenario file would describe it; once started, by its address."""
        return self._running or self._described

    @property
    def address(self) -> AEAddress:
        """Where it listens: `ae_title`, `host` and `port`. Raises `UsageError` while it is not started."""
        if self.spec.address is None:
            raise UsageError(f"this peer ({self.spec.kind}) has no address before it is started; use it with `with`")
        return self.spec.address

    @property
    def is_started(self) -> bool:
        """Whether the harness started it, and it runs."""
        return self._running is not None

    def start(self) -> Self:
        """Start it, and wait until it answers. Raises `PeerStartError`. Nothing happens to one with an address."""
        if self._running is not None or self._described.address is not None:
            return self
        name = self._name()
        self._folder = Path(tempfile.mkdtemp(prefix="dicom-harness-"))
        self._roster = Roster({name: self._described}, self._local_ae_title, self._folder)
        self._roster.set_local_port(listening_port())
        try:
            address = self._roster.get(name).address
        except BaseException:
            self.stop()
            raise
        self._running = self._described.model_copy(
            update={
                **dict.fromkeys(("reference", "process", "container")),
                "address": address,
                "environment": Environment.TEST,
                "calls_as": [*self._roster.titles(name), *self._described.calls_as],
            }
        )
        return self

    def stop(self) -> None:
        """Stop it, if the harness started it; may be called any number of times."""
        if self._roster is not None:
            self._roster.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._roster = self._folder = self._running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Peer {self.spec.address or self.spec.kind}>"

    def echo(self, **keys: Any) -> Result:
        """One C-ECHO; as `step("echo")`."""
        return self.step("echo", **keys)

    def step(
        self,
        service: str,
        parameters: Mapping[str, object] | None = None,
        *,
        expect: Mapping[str, object] | None = None,
        local: Mapping[str, object] | None = None,
        **options: Any,
    ) -> Result:
        """Carry out one step, in the words of scenario files: `peer.step("find", {"level": "STUDY", "keys": {…}})`.

        Without `expect` it has to succeed. `local` says of ourselves what a scenario file says there; `options` are
        those of `run`. Raises `ScenarioError` for a step that no scenario file could have.
        """
        from harness.api.loading import loads
        from harness.api.running import run

        step = {service: parameters or {}, "expect": expect}
        scenario = {"id": service.replace("_", "-"), "peer": _ALONE, "steps": [step]}
        text = as_yaml({"version": 1, "local": local, "scenarios": [scenario]})
        return run(loads(text, name="step.yaml", peers={_ALONE: self}), **options)

    def _name(self) -> str:
        """What names it in its logs; servers without a title of their own are called so, in capitals."""
        options = self._described.process or self._described.container
        return getattr(options, "recipe", None) or _ALONE
