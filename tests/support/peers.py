"""Peers for tests, and what is left of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending
from harness.peers.base import RecipeInput
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION


def recipe_input(folder: Path, *titles: str, **more: Any) -> RecipeInput:
    """What a recipe needs at least."""
    return RecipeInput(titles or ("PEER",), free_port(), folder, "HARNESS", **more)


def python_peer(folder: Path, code: str, **more: Any) -> ProcessPeer:
    """A peer that is a Python program; its port is in `sys.argv[1]`."""
    given = recipe_input(folder, **more)
    return ProcessPeer("python", lambda _: ([sys.executable, "-c", code, str(given.port)], "python"), given)


def processes_in(folder: Path) -> list[int]:
    """Processes whose working directory is the folder of a peer."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def ending_for(address: AEAddress, calling: str, called: str | None = None) -> Ending | None:
    """How an association with these titles ends at once; None when it is accepted."""
    proposal = Proposal(calling, called or address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    with request_association(address, proposal, Timeouts()) as association:
        return None if association.established else association.ending
