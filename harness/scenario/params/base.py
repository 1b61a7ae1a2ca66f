"""What the parameters of every step share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from harness.scenario.fields import AETitle, Spec
from harness.scenario.params.association import Negotiated
from harness.scenario.service_names import ServiceName

__all__ = ["LOCAL", "AssociationParams", "Params", "PriorityName", "ServiceName"]

LOCAL = "local"
"""Our Storage SCP, where peers are named."""


class PriorityName(StrEnum):
    """Priority of a request (PS3.7 E.1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Params(Spec):
    """Parameters of a step."""


class AssociationParams(Params, Negotiated):
    """What the parameters of every step that may open an association share."""

    calling_ae_title: AETitle | None = Field(None, description="Calling AE title instead of the local one.")
    called_ae_title: AETitle | None = Field(None, description="Called AE title instead of the peer's.")
