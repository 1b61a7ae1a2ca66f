"""Recipes for servers in containers of images that we build."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from harness.errors import PeerStartError
from harness.peers.base import LOG_TAIL_LINES, RecipeInput
from harness.peers.contained import ContainedPeer
from harness.peers.dcmtk import BANNER as DCMTK
from harness.peers.dcmtk import dcmqrscp_arguments, dcmqrscp_configuration, storage_folders
from harness.peers.docker_engine import docker_engine
from harness.peers.orthanc import BANNER as ORTHANC
from harness.peers.orthanc import container_items as orthanc_items
from harness.peers.orthanc import orthanc_configuration
from harness.peers.ports import ANY_HOST
from harness.peers.programs import banner_line
from harness.peers.resources import resource
from harness.peers.wlmscpfs import container_items, database_folders, prepare_database, wlmscpfs_arguments

PORT_INSIDE = 4242
INSIDE = "/tmp/harness"
STORAGE = f"{INSIDE}/storage"


@dataclass(frozen=True, slots=True)
class ContainerRecipe:
    """How one server runs in a container. `name` is that of its folder with the Dockerfile.

    `files` are put into the folder `INSIDE` by their names, and `prepare` is a shell command that runs then.
    """

    name: str
    program: str
    banner: str
    configuration: Callable[[RecipeInput, str], str]
    arguments: Callable[[RecipeInput, str], Sequence[str]]
    folders: Callable[[RecipeInput, str], Sequence[str]]
    files: Callable[[RecipeInput], Mapping[str, bytes]] = lambda _: {}
    prepare: Callable[[RecipeInput, str, str], str] = lambda _, inside, storage: "true"


RECIPES = {
    "orthanc": ContainerRecipe(
        "orthanc",
        "Orthanc",
        ORTHANC,
        orthanc_configuration,
        lambda given, configuration: [*given.options, configuration],
        lambda _, storage: [storage],
        orthanc_items,
    ),
    "dcmqrscp": ContainerRecipe(
        "dcmqrscp", "dcmqrscp", DCMTK, dcmqrscp_configuration, dcmqrscp_arguments, storage_folders
    ),
    "wlmscpfs": ContainerRecipe(
        "wlmscpfs",
        "wlmscpfs",
        DCMTK,
        lambda *_: "",
        lambda given, _: [*wlmscpfs_arguments(given, STORAGE), str(given.port)],
        database_folders,
        container_items,
        prepare_database,
    ),
}


@cache
def build_image(name: str) -> str:
    """Build the image of a recipe and return its tag. Raises `PeerStartError` with the end of the build's output."""
    import docker

    tag = f"dicom-harness-{name}:latest"
    with docker_engine() as client:
        try:
            client.images.build(path=str(resource("docker", name)), tag=tag, rm=True, forcerm=True, network_mode="host")
        except docker.errors.BuildError as error:
            lines = [str(entry.get("stream", "")).strip() for entry in error.build_log]
            log = "\n".join([line for line in lines if line][-LOG_TAIL_LINES:])
            raise PeerStartError(f"the image of {name} could not be built: {error.msg}", log) from None
    return tag


class ContainerPeer(ContainedPeer):
    """Runs a recipe in a container."""

    def __init__(self, recipe: str, given: RecipeInput) -> None:
        super().__init__(recipe, given.ae_titles[0], given.port, given.calling)
        self._recipe = RECIPES[recipe]
        self._given = given

    def _image(self) -> str:
        return self._given.image or build_image(self._recipe.name)

    def _make(self, image: str) -> Any:
        inside = replace(self._given, port=PORT_INSIDE, listen=ANY_HOST)
        configuration = f"{INSIDE}/configuration"
        files = {configuration: self._recipe.configuration(inside, STORAGE).encode()}
        files |= {f"{INSIDE}/{name}": content for name, content in self._recipe.files(inside).items()}
        program = self._recipe.program
        folders = shlex.join(self._recipe.folders(inside, STORAGE))
        command = shlex.join([program, *self._recipe.arguments(inside, configuration)])
        prepare = self._recipe.prepare(inside, INSIDE, STORAGE)
        script = f"{program} --version && mkdir -p {folders} && {prepare} && exec {command}"
        return self._container_of(image, PORT_INSIDE, {}, files, entrypoint=["sh", "-c", script])

    def _version(self) -> str | None:
        return banner_line(self._wrapped().logs().decode("utf-8", "replace"), self._recipe.banner)
