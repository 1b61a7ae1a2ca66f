"""How a reference SCP behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.net.negotiation import OUR_MAXIMUM_LENGTH
from harness.standard.ae import AEAddress
from harness.standard.negotiation import Rejection


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the SCP refuses on purpose: every association, or a service with a status after `after` good requests."""

    association: Rejection | None = None
    store: int | None = None
    find: int | None = None
    move: int | None = None
    get: int | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """Settings of a reference SCP.

    Empty sets of calling titles, SOP classes and transfer syntaxes mean all. Without `folder` nothing outlives the
    SCP. `move_destinations` maps AE titles to addresses.
    """

    ae_title: str = "REFERENCE"
    host: str = "127.0.0.1"
    port: int = 0
    folder: Path | None = None
    check_called_ae_title: bool = True
    calling_ae_titles: frozenset[str] = frozenset()
    sop_classes: frozenset[str] = frozenset()
    transfer_syntaxes: frozenset[str] = frozenset()
    move_destinations: Mapping[str, AEAddress] = field(default_factory=dict)
    maximum_associations: int = 200
    maximum_length: int = OUR_MAXIMUM_LENGTH
    refusals: Refusals = Refusals()
