"""Servers that a run starts from installed programs and from container images."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    Discriminator,
    Field,
    Tag,
    field_validator,
)

from harness.scenario.fields import (
    AETitle,
    Duration,
    OneOrMore,
    Spec,
    Text,
    TransferSyntax,
    Truth,
    WholeNumber,
    Words,
)
from harness.scenario.mistakes import Mistakes
from harness.scenario.tls import TlsServerSpec
from harness.scenario.worklist_items import WorklistEntries


class ProcessRecipe(StrEnum):
    """Recipes for locally installed servers."""

    DCMQRSCP = "dcmqrscp"
    STORESCP = "storescp"
    DCMRECV = "dcmrecv"
    CTN = "ctn"
    WLMSCPFS = "wlmscpfs"
    ORTHANC = "orthanc"
    PYNETDICOM = "pynetdicom"


class ContainerRecipe(StrEnum):
    """Recipes for servers in containers."""

    ORTHANC = "orthanc"
    DCMQRSCP = "dcmqrscp"
    WLMSCPFS = "wlmscpfs"


class RecipeOptions(Spec):
    """What every recipe can be told."""

    options: OneOrMore[Text] = Field([], description="Further command line options (need `--allow-commands`).")
    ae_titles: OneOrMore[AETitle] = Field(
        [], description="AE titles it answers to; the first is the one we call. By default the peer's name in capitals."
    )
    knows: OneOrMore[Text] = Field(
        ["local"],
        description="AEs it knows, as callers and move destinations: `local`, names of peers, `TITLE@host:port`.",
    )
    prefer: TransferSyntax | None = Field(
        None,
        description="A compressed transfer syntax to accept and propose beside the uncompressed ones "
        "(dcmqrscp and storescp only).",
    )
    tls: TlsServerSpec | None = Field(
        None, description="It takes nothing but TLS (storescp, dcmrecv and orthanc, as processes only)."
    )
    check_ae_titles: Truth = Field(
        False, description="Check called and calling AE titles, as far as the server can (dcmqrscp and orthanc only)."
    )
    worklist: WorklistEntries = Field(
        [],
        description="Worklist items: mappings from attributes to values, files `*.wl`, `*.dcm` and `*.dump` (for "
        "dump2dcm), and folders of such, relative to the scenario file (wlmscpfs and orthanc only). By default orthanc "
        "has none, wlmscpfs DCMTK's sample database.",
    )


class ProcessOptions(RecipeOptions):
    """A server started from a locally installed program."""

    recipe: ProcessRecipe = Field(description="Which one.")


class ContainerOptions(RecipeOptions):
    """A server started in a container."""

    recipe: ContainerRecipe = Field(description="Which one.")
    image: Text | None = Field(None, description="An image instead of the recipe's own (needs `--allow-commands`).")


PLACEHOLDER = re.compile(r"@([\w.-]+)\.(ae_title|host|port)@", re.ASCII)
"""What stands for the address of a peer in the texts of a container."""
_ALIKE = re.compile(r"@([\w.-]+)\.(\w+)@", re.ASCII)


def placeholder_problems(text: str, knows: Collection[str]) -> list[str]:
    """What is wrong with the placeholders in a text for a container that is to know these peers."""
    problems = [
        f"`@{name}.{part}@`: `{name}` is not among those it `knows` ({', '.join(knows)})"
        for name, part in PLACEHOLDER.findall(text)
        if name not in knows
    ]
    problems += [
        f"`@{name}.{part}@`: of `{name}` there are `ae_title`, `host` and `port`"
        for name, part in _ALIKE.findall(text)
        if name in knows and not PLACEHOLDER.fullmatch(f"@{name}.{part}@")
    ]
    return problems


class ImageOptions(Spec):
    """A server in a container of any image (needs `--allow-commands`); ready when it answers a C-ECHO.

    In `env`, `command` and the files, `@local.ae_title@`, `@local.host@` and `@local.port@` stand for ourselves as the
    container sees us; with the name of a peer that it `knows` instead of `local`, for that peer.
    """

    image: Words = Field(description="The image; pulled if it is not there.")
    port: Annotated[WholeNumber, Field(ge=1, le=65535)] = Field(description="DICOM port of the server, inside.")
    ae_title: AETitle | None = Field(None, description="Its AE title; by default the peer's name in capitals.")
    env: dict[Words, Text] = Field({}, description="Environment variables.")
    files: dict[Text, Text] = Field(
        {}, description="Files to put in: absolute path in the container, and the file, relative to the scenario file."
    )
    command: OneOrMore[Text] = Field([], description="Command and arguments instead of the image's.")
    ready_within: Duration = Field(60.0, description="How long it may take until it answers a C-ECHO; 60 s by default.")
    log_on_failure: Annotated[WholeNumber, Field(ge=0, le=10_000)] = Field(
        20, description="Lines of its log that are reported when something fails."
    )
    knows: OneOrMore[Text] = Field(
        ["local"], description="Whom it connects to: `local`, names of peers, `TITLE@host:port`."
    )

    @field_validator("env")
    @classmethod
    def _named(cls, env: dict[str, str]) -> dict[str, str]:
        mistakes = Mistakes()
        for name in env:
            with mistakes.at((name,), key=True):
                if "=" in name:
                    raise ValueError(f"`{name}` is no name of an environment variable: it has a `=`")
        mistakes.raise_any()
        return env

    @field_validator("files")
    @classmethod
    def _absolute(cls, files: dict[str, str]) -> dict[str, str]:
        mistakes = Mistakes()
        for path in files:
            with mistakes.at((path,), key=True):
                if not path.startswith("/") or path.endswith("/"):
                    raise ValueError(f"`{path}` is no absolute path of a file in the container")
        mistakes.raise_any()
        return files


ONLY_FOR = {
    "prefer": frozenset({"dcmqrscp", "storescp"}),
    "check_ae_titles": frozenset({"dcmqrscp", "orthanc"}),
    "ae_titles": frozenset({"dcmqrscp", "wlmscpfs"}),
    "worklist": frozenset({"orthanc", "wlmscpfs"}),
    "tls": frozenset({"storescp", "dcmrecv", "orthanc"}),
}
"""Recipes that can do what not all can; several `ae_titles`, that is."""


def recipe_name(value: Any) -> Any:
    """A recipe that is written by its name alone, as a mapping."""
    return {"recipe": value} if isinstance(value, str) and value else value


def _container_kind(value: Any) -> str:
    if isinstance(value, ImageOptions) or (isinstance(value, dict) and "image" in value and "recipe" not in value):
        return "<image>"
    return "<recipe>"


Container = Annotated[
    Annotated[ContainerOptions, Tag("<recipe>")] | Annotated[ImageOptions, Tag("<image>")],
    Discriminator(_container_kind),
]
