"""What the parameters of every step share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from harness.scenario.fields import AETitle, Spec


class ServiceName(StrEnum):
    """The services a step can ask for."""

    ECHO = "echo"
    ASSOCIATE = "associate"
    NEGOTIATE = "negotiate"
    STORE = "store"
    FIND = "find"
    MOVE = "move"
    GET = "get"


class PriorityName(StrEnum):
    """Priority of a request (PS3.7 E.1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Params(Spec):
    """What every step's parameters share: the AE titles of its association."""

    calling_ae_title: AETitle | None = Field(None, description="Calling AE title instead of the local one.")
    called_ae_title: AETitle | None = Field(None, description="Called AE title instead of the peer's.")
