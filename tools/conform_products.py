"""Run the conformance suite against products that are installed here.

`python tools/conform_products.py [PRODUCT …]` starts each, runs `conform` in its strict profile and writes the reports
to `reports/interop/PRODUCT`. Each knows us as the destination of its moves and reports, and those that have a worklist
have the same one. `docs/interop.md` tells what came of it.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from harness.errors import PeerStartError
from harness.peers.base import LOOPBACK, RecipeInput
from harness.peers.ctn import ctn
from harness.peers.dcmtk import dcmqrscp, dcmrecv, storescp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.peers.process import Command, ProcessPeer
from harness.peers.pynetdicom_qrscp import pynetdicom_qrscp
from harness.peers.wlmscpfs import wlmscpfs, written_items
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.standard.ae import AEAddress
from harness.standard.attributes import Attributes
from harness.standard.worklist import STEP_SEQUENCE

ROOT = Path(__file__).parents[1]
OURS = [sys.executable, "-c", "from harness.cli.start import main; main()"]
RECIPES: dict[str, Command] = {
    "storescp": storescp,
    "dcmrecv": dcmrecv,
    "dcmqrscp": dcmqrscp,
    "wlmscpfs": wlmscpfs,
    "orthanc": orthanc,
    "pynetdicom": pynetdicom_qrscp,
    "ctn": ctn,
}
_WITH_WORKLIST = frozenset(("wlmscpfs", "orthanc"))
_OPTIONS = {"pynetdicom": ("--acse-timeout", "5", "--dimse-timeout", "5", "--network-timeout", "5")}
"""Its timers: as long as they run, its threads for connections that are over keep it from everything else."""

SCHEDULED: tuple[Attributes, ...] = tuple(
    {
        "PatientName": name,
        "PatientID": identifier,
        STEP_SEQUENCE: [
            {
                "Modality": modality,
                "ScheduledStationAETitle": station,
                "ScheduledProcedureStepStartDate": date,
                "ScheduledProcedureStepStartTime": time_of_day,
                "ScheduledPerformingPhysicianName": physician,
                "ScheduledProcedureStepID": f"STEP-{identifier}",
            }
        ],
    }
    for name, identifier, modality, station, date, time_of_day, physician in (
        ("MEIER^ANNA", "1", "CT", "ROOM1\\ROOM2", "20240105", "090000", "ADLER^EVA"),
        ("MEIER^BERT", "2", "MR", "ROOM2", "20240105", "150000", "BERG^JAN"),
        ("OTTO^CLARA", "3", "CT", "ROOM3", "20240107", "175959", ""),
    )
)
"""A worklist whose items the cases can tell apart."""

LEFT_OUT = {
    "ctn": (
        "ul/transport/closed-before-request",
        "ul/transport/connections-without-a-word",
        "ul/state/unknown-*-first",
        "ul/malformed/no-transfer-syntax",
        "ul/malformed/class-too-long",
        "ul/malformed/version-name-long",
        "ul/malformed/sub-item-overrun",
        "ul/malformed/item-overrun",
        "ul/foreign/*",
        # It is for storage; what its demonstration of queries and retrieval answers has nothing to do with what it has.
        "qr/*",
        "storage/store/found*",
        "storage/store/aborted",
        "dimse/command/cancel-after-final",
    )
}
"""Cases that a product does not survive, or that mean nothing there; `docs/interop.md` tells of them."""


@contextmanager
def _reference(us: AEAddress) -> Iterator[AEAddress]:
    settings = ReferenceSettings(move_destinations={us.ae_title: us}, worklist=worklist_items(SCHEDULED))
    with ReferenceSCP(settings) as scp:
        yield scp.address


@contextmanager
def _started(name: str, us: AEAddress) -> Iterator[AEAddress]:
    with tempfile.TemporaryDirectory(prefix=f"conform-{name}-") as folder:
        worklist = written_items(SCHEDULED, Path(folder)) if name in _WITH_WORKLIST else ()
        options = _OPTIONS.get(name, ())
        given = RecipeInput((name.upper(),), free_port(), Path(folder), us.ae_title, (us,), options, worklist=worklist)
        with ProcessPeer(name, RECIPES[name], given) as peer:
            yield peer.address


PRODUCTS: dict[str, Callable[[AEAddress], AbstractContextManager[AEAddress]]] = {
    "reference": _reference,
    **{name: partial(_started, name) for name in RECIPES},
}
"""What starts each, told who we are and where we listen."""


def conform(name: str) -> int:
    """Run the suite against a product; the exit status of `conform`, or 3 when the product does not start."""
    us = AEAddress("HARNESS", LOOPBACK, free_port())
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(PRODUCTS[name](us))
        except PeerStartError as error:
            print(f"{name} is not tested: {error.reason}")
            return 3
        words = ["conform", str(address), "--environment", "test", "--profile", "strict", "--timeout", "3 s"]
        words += ["--listen", str(us.port), "--report-dir", str(ROOT / "reports" / "interop" / name)]
        words += [word for case in LEFT_OUT.get(name, ()) for word in ("--exclude", case)]
        return subprocess.run([*OURS, *words], cwd=ROOT, check=False).returncode


def main(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in PRODUCTS]
    if unknown:
        sys.exit(f"there is no product {', '.join(unknown)}; there are {', '.join(PRODUCTS)}")
    for name in names or PRODUCTS:
        print(f"== {name}")
        print(f"== {name}: exit status {conform(name)}")


if __name__ == "__main__":
    main(sys.argv[1:])
