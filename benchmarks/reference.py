"""What the reference SCP does in a second: instances stored, answers to C-FIND, associations; beside dcmqrscp.

Both are separate processes, and both are asked by the same requestors in turn: dcmsend, findscu, and our own for
associations with one C-ECHO each.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pairs import conditions, wall
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import BANNER, dcmqrscp
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.programs import find_program
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec

INSTANCES = 1000
ASSOCIATIONS = 200
ROUNDS = 3

Measure = Callable[[AEAddress], float]
"""Seconds that something took at a server."""


@contextmanager
def serving(folder: Path) -> Iterator[AEAddress]:
    """The reference SCP, which keeps what it gets in a folder."""
    command = [str(Path(sys.executable).parent / "dicom-harness"), "serve", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield AEAddress.parse(process.stdout.readline().partition(" ")[0])
        finally:
            process.terminate()


@contextmanager
def dcmqrscp_running(folder: Path) -> Iterator[AEAddress]:
    """dcmqrscp as Debian ships it."""
    folder.mkdir()
    peer = ProcessPeer("dcmqrscp", dcmqrscp, RecipeInput(("DCMQRSCP",), free_port(), folder, "BENCHMARK"))
    peer.start()
    try:
        yield peer.address
    finally:
        peer.stop()


def tool(name: str, *options: str) -> Measure:
    """A command of DCMTK's."""
    program = str(find_program(name, BANNER)[0])

    def measure(address: AEAddress) -> float:
        return wall([program, "-aec", address.ae_title, address.host, str(address.port), *options]) / 1000

    return measure


def finding(file: GeneratedInstance) -> Measure:
    """A query that every instance of a series matches."""
    keys = [
        "QueryRetrieveLevel=IMAGE",
        f"StudyInstanceUID={file.study_instance_uid}",
        f"SeriesInstanceUID={file.series_instance_uid}",
        "SOPInstanceUID",
        "InstanceNumber",
    ]
    return tool("findscu", "-S", *(option for key in keys for option in ("-k", key)))


def associate(address: AEAddress) -> float:
    """Associations, one after the other, with a C-ECHO each."""
    begun = time.perf_counter()
    for _ in range(ASSOCIATIONS):
        proposal = Proposal("BENCHMARK", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        with request_association(address, proposal, Timeouts()) as association:
            assert echo(association).statuses == [0]
    return time.perf_counter() - begun


def main() -> None:
    # Without it both would be measured waiting 40 ms for Nagle's algorithm at each exchange with a tool of DCMTK's.
    os.environ["TCP_NODELAY"] = "1"
    print(conditions())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = generate(GenerateSpec(instances=INSTANCES, rows=16, columns=16), folder / "source", "benchmark")
        measures = {
            "instances stored by dcmsend": (INSTANCES, tool("dcmsend", "--scan-directories", str(folder / "source"))),
            "answers to findscu": (INSTANCES, finding(made[0])),
            "associations with an echo": (ASSOCIATIONS, associate),
        }
        with serving(folder / "reference") as ours, dcmqrscp_running(folder / "dcmqrscp") as theirs:
            for what, (count, measure) in measures.items():
                rounds = [(measure(ours), measure(theirs)) for _ in range(ROUNDS)]
                rates = [count / statistics.median(column) for column in zip(*rounds, strict=True)]
                print(f"{what}: {rates[0]:.0f} per second, dcmqrscp {rates[1]:.0f}: {rates[0] / rates[1]:.2f} times")


if __name__ == "__main__":
    main()
