"""What a fault of the lab is: how it is started, and the diagnosis that it must yield."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

NOTHING_WRONG = "nothing-wrong"


class Way(StrEnum):
    """How a fault is met."""

    DIAGNOSE = "diagnose"
    RUN = "run"


@dataclass(frozen=True)
class Target:
    """A fault that stands, as it is asked about.

    `options` are for `diagnose`. `peer`, `local` and `steps` are for `run`: keys of the peer beside its address, our
    own end, and the steps. `calling` is our AE title in both. `shell` are commands that make the surroundings, in a
    network namespace of its own, in which both are run.
    """

    address: object
    options: tuple[object, ...] = ()
    peer: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)
    steps: tuple[Any, ...] = ({"echo": {}},)
    calling: str = "HARNESS"
    shell: tuple[str, ...] = ()


Start = Callable[[Path], AbstractContextManager[Target]]


@dataclass(frozen=True)
class Fault:
    """A labelled fault.

    `code` is the diagnosis that it must yield, in each of its `ways`. `others` must be named as not ruled
    out: what can be seen does not decide. `product` is the real product in which it was made, if it was; `programs`
    must be installed.
    """

    name: str
    code: str
    start: Start
    others: tuple[str, ...] = ()
    product: str = ""
    programs: tuple[str, ...] = ()
    ways: tuple[Way, ...] = (Way.DIAGNOSE, Way.RUN)
    container: bool = False
