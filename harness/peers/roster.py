"""All peers of one scenario file: their ports are chosen first, so that each can be told of the others.

What a kind of peer needs is imported when the first of that kind is made: most files have one or two kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import PeerStartError, ScenarioError
from harness.peers.base import LOOPBACK, Peer, RecipeInput
from harness.peers.docker_engine import reach
from harness.peers.ports import ANY_HOST, ReservedPort, is_elsewhere
from harness.peers.remote import RemotePeer
from harness.scenario.params.base import LOCAL
from harness.scenario.peers import PeerSpec
from harness.scenario.reference import ReferenceOptions
from harness.scenario.servers import ContainerOptions, ImageOptions, ProcessOptions
from harness.standard.ae import AEAddress
from harness.tls.contexts import TlsClient, tls_client

if TYPE_CHECKING:
    from harness.peers.image import ImageInput
    from harness.reference.settings import ReferenceSettings


class Roster:
    """Makes, starts and stops the peers of one scenario file.

    `local` is our own AE: its title, the port of our Storage SCP, and whether that takes nothing but TLS. Peers start
    when first asked for.
    """

    def __init__(
        self, specs: Mapping[str, PeerSpec], local_title: str, folder: Path, *, local_tls: bool = False
    ) -> None:
        self.specs = specs
        self._local_title = local_title
        self._local_port = 0
        self._local_tls = local_tls
        self._tls: dict[str, TlsClient | None] = {}
        self._folder = folder
        self._ports: dict[str, ReservedPort] = {}
        self._started: dict[str, Peer] = {}
        self._failed: dict[str, PeerStartError] = {}

    def set_local_port(self, port: int) -> None:
        """Say where our Storage SCP listens; must be known before the first peer starts."""
        self._local_port = port

    def tls(self, name: str) -> TlsClient | None:
        """How a peer is reached over TLS; None for plain DICOM."""
        if name not in self._tls:
            spec = self.specs[name].tls
            self._tls[name] = tls_client(spec.settings()) if spec is not None else None
        return self._tls[name]

    def title(self, name: str) -> str:
        """The AE title by which a peer is called."""
        return self.titles(name)[0]

    def titles(self, name: str) -> tuple[str, ...]:
        """All AE titles of a peer."""
        spec = self.specs[name]
        if spec.address is not None:
            return (spec.address.ae_title,)
        if spec.reference is not None:
            return (spec.reference.ae_title, *(store.ae_title for store in spec.reference.stores))
        options = spec.process or spec.container
        titles = [options.ae_title] if isinstance(options, ImageOptions) else options.ae_titles if options else []
        return tuple(title for title in titles if title) or (_default_title(name),)

    def bind_host(self) -> str:
        """The address our Storage SCP has to bind to so that every peer can reach it; loopback if that is enough."""
        specs = self.specs.values()
        if any(spec.address is not None and is_elsewhere(spec.address.host, spec.address.port) for spec in specs):
            return ANY_HOST
        if all(spec.container is None for spec in specs):
            return LOOPBACK
        try:
            for_containers = reach().bind
        except PeerStartError:
            # Then the containers can't start, and will say why themselves.
            return LOOPBACK
        only_containers = all(spec.container is not None for spec in specs)
        return for_containers if only_containers or for_containers == LOOPBACK else ANY_HOST

    def _listen_host(self, name: str) -> str:
        """The address that a server of ours binds to: loopback, unless a container has to reach it."""
        viewers = (spec for spec in self.specs.values() if spec.container is not None)
        return ANY_HOST if any(name in viewer.knows for viewer in viewers) else LOOPBACK

    def get(self, name: str) -> Peer:
        """The running peer of a name. Raises `PeerStartError`, again at each later call."""
        if name in self._failed:
            raise self._failed[name]
        if name not in self._started:
            try:
                peer = self._make(name)
                tls = self.specs[name].tls
                if tls is not None:
                    # Whether its certificate is a good one is for the steps to find out.
                    peer.tls = tls_client(replace(tls.settings(), verify=False))
                if name in self._ports:
                    self._ports[name].release()
                peer.start()
            except PeerStartError as error:
                self._failed[name] = error
                raise
            self._started[name] = peer
        return self._started[name]

    def stop(self) -> None:
        """Stop every peer that was started, all at once, because some take their time."""
        from concurrent.futures import ThreadPoolExecutor

        peers = list(self._started.values())
        self._started.clear()
        for port in self._ports.values():
            port.release()
        if peers:
            with ThreadPoolExecutor(len(peers)) as pool:
                stopped = [pool.submit(peer.stop) for peer in peers]
            for future in stopped:
                future.result()

    def address_seen_from(self, viewer: PeerSpec, name: str) -> AEAddress:
        """Where a peer (or `local`) is, as another peer sees it. Raises `PeerStartError` without a Docker engine."""
        if name == LOCAL:
            return AEAddress(self._local_title, _our_host(viewer), self._local_port)
        spec = self.specs.get(name)
        if spec is None:
            return AEAddress.parse(name)
        if spec.address is not None:
            return spec.address
        if spec.container is None:
            host = _our_host(viewer)
        else:
            host = reach().between if viewer.container is not None else reach().published
        return AEAddress(self.title(name), host, self._port(name).number)

    def _port(self, name: str) -> ReservedPort:
        if name not in self._ports:
            self._ports[name] = ReservedPort()
        return self._ports[name]

    def _make(self, name: str) -> Peer:
        spec = self.specs[name]
        if spec.address is not None:
            return RemotePeer(spec.address)
        if spec.reference is not None:
            from harness.peers.local_reference import ReferencePeer

            return ReferencePeer(self._reference_settings(name, spec, spec.reference))
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        if spec.process is not None:
            return self._process(name, spec, spec.process, folder)
        assert spec.container is not None
        return self._container(name, spec, spec.container, folder)

    def _process(self, name: str, spec: PeerSpec, options: ProcessOptions, folder: Path) -> Peer:
        from harness.peers.process import ProcessPeer
        from harness.peers.recipes import PROCESSES

        recipe = options.recipe.value
        return ProcessPeer(recipe, PROCESSES[recipe], self._input(name, spec, options, folder))

    def _container(self, name: str, spec: PeerSpec, options: ContainerOptions | ImageOptions, folder: Path) -> Peer:
        if isinstance(options, ImageOptions):
            from harness.peers.image import ImagePeer

            return ImagePeer(self._image_input(name, spec, options))
        from harness.peers.container import ContainerPeer

        return ContainerPeer(options.recipe.value, self._input(name, spec, options, folder))

    def _reference_settings(self, name: str, spec: PeerSpec, options: ReferenceOptions) -> ReferenceSettings:
        from harness.peers.reference_settings import settings_of

        destinations = {known: self.address_seen_from(spec, known) for known in options.knows or [LOCAL]}
        try:
            return settings_of(
                options,
                destinations,
                host=self._listen_host(name),
                port=self._port(name).number,
                over_tls=filter(self._takes_tls, destinations),
            )
        except (ValueError, ScenarioError) as error:
            raise PeerStartError(str(error)) from None

    def _takes_tls(self, known: str) -> bool:
        if known == LOCAL:
            return self._local_tls
        return known in self.specs and self.specs[known].tls is not None

    def _image_input(self, name: str, spec: PeerSpec, options: ImageOptions) -> ImageInput:
        from harness.peers.image import ImageInput

        try:
            files = {inside: Path(file).read_bytes() for inside, file in options.files.items()}
        except OSError as error:
            raise PeerStartError(f"{error.filename} cannot be read: {error.strerror}") from None
        return ImageInput(
            name,
            options.image,
            self.title(name),
            self._port(name).number,
            options.port,
            spec.calling_ae_title or self._local_title,
            {known: self.address_seen_from(spec, known) for known in options.knows},
            options.env,
            files,
            tuple(options.command),
            options.ready_within,
            options.log_on_failure,
        )

    def _input(
        self, name: str, spec: PeerSpec, options: ProcessOptions | ContainerOptions, folder: Path
    ) -> RecipeInput:
        from harness.peers.wlmscpfs import written_items

        return RecipeInput(
            self.titles(name),
            self._port(name).number,
            folder,
            spec.calling_ae_title or self._local_title,
            tuple(self.address_seen_from(spec, known) for known in options.knows),
            tuple(options.options),
            options.prefer,
            options.check_ae_titles,
            options.image if isinstance(options, ContainerOptions) else None,
            self._listen_host(name),
            written_items(options.worklist, folder),
            options.tls.settings() if options.tls is not None else None,
            frozenset(
                self.address_seen_from(spec, known).ae_title for known in options.knows if self._takes_tls(known)
            ),
        )


def _our_host(viewer: PeerSpec) -> str:
    """What a peer calls this machine."""
    return reach().us if viewer.container is not None else LOOPBACK


def _default_title(name: str) -> str:
    """An AE title made from a peer's name."""
    letters = "".join(character for character in name.upper() if character.isascii() and character.isalnum())
    return letters[:16] or "PEER"
