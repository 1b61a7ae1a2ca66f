"""dicom-harness: find out, with evidence, whether DICOM systems really talk to each other.

For programs and tests in Python there are `load`, `loads`, `run` and `Peer`; see docs/python-api.md. They are imported
when they are first asked for, so that `import harness` costs nothing.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.api import Peer, Result, load, loads, run
    from harness.errors import HarnessError, PeerStartError, ScenarioError, UsageError
    from harness.results.rollup import ExitStatus

__version__ = "0.1.0"

__all__ = [
    "ExitStatus",
    "HarnessError",
    "Peer",
    "PeerStartError",
    "Result",
    "ScenarioError",
    "UsageError",
    "load",
    "loads",
    "run",
]

_HOMES = {
    "harness.api": ("Peer", "Result", "load", "loads", "run"),
    "harness.errors": ("HarnessError", "PeerStartError", "ScenarioError", "UsageError"),
    "harness.results.rollup": ("ExitStatus",),
}


def __getattr__(name: str) -> Any:
    """What is public, imported when it is asked for."""
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """Keeps what is public where a subpackage has the same name: importing `harness.load` leaves `load` what it is."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
