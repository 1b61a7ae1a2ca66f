"""The matrix of all storage SOP classes in all transfer syntaxes, beside the same proposals through pynetdicom's AE.

Both ask the same running server, in turn, in this process: no start-up is counted. Both must find the same.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.pairs import conditions
from harness.engine.probe.asking import Asking
from harness.engine.probe.matrix import MatrixProbe
from harness.engine.probe.packing import packed
from harness.engine.probe.request import ProbeRequest, chosen_sop_classes
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from harness.standard.uids import transfer_syntaxes

ROUNDS = 3
Recipe = Callable[[RecipeInput], tuple[Sequence[str], str]]
RECIPES: dict[str, Recipe] = {"orthanc": orthanc, "dcmqrscp": dcmqrscp, "storescp": storescp}
CLASSES, SYNTAXES = chosen_sop_classes(["storage"]), transfer_syntaxes()


def ours(address: AEAddress) -> int:
    """How many cells the probe finds accepted."""
    request = ProbeRequest(address, "BENCHMARK", CLASSES, SYNTAXES)
    matrix = MatrixProbe(request, Asking(request)).run()
    return sum(len(matrix.accepted(uid)) for uid in CLASSES)


def theirs(address: AEAddress) -> int:
    """The same through pynetdicom."""
    from pynetdicom import AE, build_context

    entity = AE(ae_title="BENCHMARK")
    accepted = set()
    for group in packed(CLASSES, SYNTAXES):
        contexts = [build_context(sop_class, syntax) for sop_class, syntax in group]
        association = entity.associate(address.host, address.port, contexts, ae_title=address.ae_title)
        accepted |= {(str(one.abstract_syntax), str(one.transfer_syntax[0])) for one in association.accepted_contexts}
        association.release()
    return sum((sop_class, syntax) in accepted for sop_class in CLASSES for syntax in SYNTAXES)


def timed(find: Callable[[AEAddress], int], address: AEAddress) -> tuple[float, int]:
    """Seconds, and what was found."""
    begun = time.perf_counter()
    found = find(address)
    return time.perf_counter() - begun, found


def measure(name: str, folder: Path) -> str:
    """A row of the table."""
    folder.mkdir()
    with ProcessPeer(name, RECIPES[name], RecipeInput(("PEER",), free_port(), folder, "BENCHMARK")) as peer:
        rounds = [(timed(ours, peer.address), timed(theirs, peer.address)) for _ in range(ROUNDS)]
    found = {accepted for pair in rounds for _, accepted in pair}
    assert len(found) == 1, f"the two do not find the same: {found}"
    own, other = (statistics.median(pair[side][0] for pair in rounds) for side in (0, 1))
    return f"{name:<10} {own:6.2f} s {other:8.2f} s {other / own:6.1f} x   {found.pop()} accepted"


def main() -> None:
    """Print the table."""
    cells = len(CLASSES) * len(SYNTAXES)
    print(conditions())
    print(f"{cells} presentation contexts in {len(list(packed(CLASSES, SYNTAXES)))} associations, median of {ROUNDS}")
    print(f"{'peer':<10} {'ours':>8} {'pynetdicom':>10} {'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name in RECIPES:
            print(measure(name, Path(folder) / name), flush=True)


if __name__ == "__main__":
    main()
