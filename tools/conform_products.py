"""Run the conformance suite against products that are installed here.

`python tools/conform_products.py [PRODUCT …]` starts each, runs `conform` in its strict profile and writes the reports
to `reports/interop/PRODUCT`. `docs/interop.md` tells what came of it.
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
from typing import Any

from harness.errors import PeerStartError
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.pynetdicom_qrscp import pynetdicom_qrscp
from harness.peers.wlmscpfs import wlmscpfs
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress

ROOT = Path(__file__).parents[1]
OURS = [sys.executable, "-c", "from harness.cli.start import main; main()"]
Recipe = Callable[[RecipeInput], tuple[Sequence[str], str]]
RECIPES: dict[str, Recipe] = {
    "storescp": storescp,
    "dcmqrscp": dcmqrscp,
    "wlmscpfs": wlmscpfs,
    "orthanc": orthanc,
    "pynetdicom": pynetdicom_qrscp,
}


@contextmanager
def _reference() -> Iterator[AEAddress]:
    with ReferenceSCP(ReferenceSettings()) as scp:
        yield scp.address


@contextmanager
def _started(name: str) -> Iterator[AEAddress]:
    with tempfile.TemporaryDirectory(prefix=f"conform-{name}-") as folder:
        given: Any = RecipeInput((name.upper(),), free_port(), Path(folder), "HARNESS")
        with ProcessPeer(name, RECIPES[name], given) as peer:
            yield peer.address


PRODUCTS: dict[str, Callable[[], AbstractContextManager[AEAddress]]] = {
    "reference": _reference,
    **{name: partial(_started, name) for name in RECIPES},
}


def conform(name: str) -> int:
    """Run the suite against a product; the exit status of `conform`, or 3 when the product does not start."""
    reports = ROOT / "reports" / "interop" / name
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(PRODUCTS[name]())
        except PeerStartError as error:
            print(f"{name} is not tested: {error.reason}")
            return 3
        words = ["conform", str(address), "--environment", "test", "--profile", "strict", "--timeout", "3 s"]
        return subprocess.run([*OURS, *words, "--report-dir", str(reports)], cwd=ROOT, check=False).returncode


def main(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in PRODUCTS]
    if unknown:
        sys.exit(f"there is no product {', '.join(unknown)}; there are {', '.join(PRODUCTS)}")
    for name in names or PRODUCTS:
        print(f"== {name}")
        print(f"== {name}: exit status {conform(name)}")


if __name__ == "__main__":
    main(sys.argv[1:])
