"""C-MOVEs to us that do not arrive, seen from both ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pydicom import dcmread

from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.part10 import FileMeta
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from tests.lab.fault import Fault, Start, Target
from tests.lab.starting import LOOPBACK
from tests.support.archives import make, put

NOT_THERE = "1.2.840.99999.1"
Known = Callable[[int, ExitStack], AEAddress | None]
"""Where the archive believes us to be, given the port at which we are."""


def study_of(file: FileMeta) -> str:
    return str(dcmread(file.path, stop_before_pixels=True).StudyInstanceUID)


def move_to_us(address: object, study: str, port: int, **more: Any) -> Target:
    """The study is moved to our Storage SCP at this port."""
    step = {"move": {"level": "STUDY", "keys": {"StudyInstanceUID": study}, "destination": "local"}}
    options = ("--move", study, "--listen", port)
    return Target(address, options=options, local={"listen": str(port)}, steps=(step,), **more)


def moving(known: Known, *, study: str = "", **settings: Any) -> Start:
    """An archive with a study of two instances; another one is asked for where it is named."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        port = free_port()
        with ExitStack() as stack:
            us = known(port, stack)
            destinations: Mapping[str, AEAddress] = {} if us is None else {"HARNESS": us}
            scp = stack.enter_context(ReferenceSCP(ReferenceSettings(move_destinations=destinations, **settings)))
            files = make(folder, instances=2)
            assert put(scp, files) == [0, 0]
            yield move_to_us(scp.address, study or study_of(files[0]), port)

    return start


def here(port: int, _stack: ExitStack) -> AEAddress:
    return AEAddress("HARNESS", LOOPBACK, port)


def _nowhere(_port: int, _stack: ExitStack) -> None:
    return None


def _another_port(_port: int, _stack: ExitStack) -> AEAddress:
    return AEAddress("HARNESS", LOOPBACK, free_port())


def _another_title(port: int, _stack: ExitStack) -> AEAddress:
    return AEAddress("HARNES", LOOPBACK, port)


def _another_archive(_port: int, stack: ExitStack) -> AEAddress:
    return stack.enter_context(ReferenceSCP(ReferenceSettings())).address


_UNQUERIED: dict[str, Any] = {"refusals": Refusals(contexts={QueryModel.STUDY_ROOT.find_uid: 3})}

FAULTS = (
    Fault("our AE title is no move destination there", "move-destination-unknown", moving(_nowhere)),
    Fault("they know us at another port", "move-cannot-reach-us", moving(_another_port)),
    Fault("they call us by another title", "move-refused-by-us", moving(_another_title)),
    Fault("they know another system by our title", "moved-elsewhere", moving(_another_archive)),
    Fault(
        "success, and nothing was sent",
        "moved-nowhere",
        moving(here, study=NOT_THERE, **_UNQUERIED),
        others=("no-such-instance", "move-destination-unknown"),
    ),
)
