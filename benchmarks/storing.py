"""C-STORE as SCU: many small instances and a few large ones, beside DCMTK's tools, pynetdicom and a plain copy."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.contest import Contest, Measure, Outcome, Rival, patiently, seconds_of
from benchmarks.plain import copy, plain_sink
from benchmarks.replay import replayed
from benchmarks.servers import WITHOUT_NAGLE, sink, storescp
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.part10 import find_files, read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

WHY_SMALL = (
    "the row of bare PDUs is what Python can do at best, for it notes nothing and reads no response; on an idle "
    "machine we need a tenth more, as the next instance leaves before the response is taken apart. An instance takes "
    "us 0.13 ms of processor time: 0.06 are the system's (64 KB read and sent, and the receiver's side of loopback, "
    "which runs within sendmsg), 0.02 the response decoded, named and judged, 0.02 the request encoded, cut and noted, "
    "0.015 the file meta information; the rest is spread over the calls between."
)
WHY_LARGE = (
    "by processor time 85 % is the system's: all is copied twice, and sendmsg does the receiver's side of loopback "
    "on the way, which dcmsend has to pay as well. To map the file took a quarter more, sendfile and other sizes of "
    "the buffer were no faster. Where dcmsend is no slower than the plain sendfile copy, memory is the limit, and "
    "nothing is 1.5 times as fast as both."
)

SMALL, LARGE = (2000, 180), (40, 2270)
"""How many, and rows and columns of 16 bits: 64 KB and 10 MB."""


def instances(folder: Path, count: int, side: int) -> tuple[Path, ...]:
    """Generated instances of one series; the pixels of the first in all of them, as only their number counts."""
    made = generate(GenerateSpec(instances=count, rows=side, columns=side), folder, "benchmark")
    return tuple(one.path for one in made)


def ours(address: AEAddress, paths: Sequence[Path]) -> Measure:
    """The service of the step `store` in a warm process, reading of the files' meta information included."""

    def work() -> None:
        files = [read_file_meta(path) for path in find_files(paths)]
        proposal = Proposal("BENCHMARK", address.ae_title, needed_contexts(files))
        with request_association(address, proposal, Timeouts()) as association:
            observation = store(association, files)
        assert {one.status for one in observation.instances} == {0}, observation.ending

    return lambda: seconds_of(work, len(paths))


def tool(name: str, address: AEAddress, paths: Sequence[Path], *, nodelay: bool) -> Measure:
    """A command of DCMTK's, its start included."""
    arguments = ["-aec", address.ae_title, address.host, str(address.port), *map(str, paths)]
    environment = {**os.environ, **(WITHOUT_NAGLE if nodelay else {})}

    def work() -> None:
        subprocess.run([f"/usr/bin/{name}", *arguments], check=True, capture_output=True, env=environment)

    return lambda: seconds_of(work, len(paths))


def pynetdicom(address: AEAddress, paths: Sequence[Path]) -> Measure:
    """pynetdicom in a warm process, given paths, which it sends in pieces."""
    from pynetdicom import AE

    def work() -> None:
        entity = AE(ae_title="BENCHMARK")
        entity.add_requested_context(read_file_meta(paths[0]).sop_class_uid, "1.2.840.10008.1.2.1")
        association = entity.associate(address.host, address.port, ae_title=address.ae_title)
        assert association.is_established
        for path in paths:
            assert association.send_c_store(path).Status == 0
        association.release()

    return patiently(lambda: seconds_of(work, len(paths)))


def outcomes(folder: Path) -> Iterator[Outcome]:
    """All contests of storing."""
    small = instances(folder / "small", *SMALL)
    large = instances(folder / "large", *LARGE)
    with ExitStack() as stack:
        tuned = stack.enter_context(storescp(folder / "tuned", "--ignore", "-pdu", "131072"))
        stock = stack.enter_context(storescp(folder / "stock", "--ignore", nodelay=False))
        own = stack.enter_context(sink("discard"))
        plain = stack.enter_context(plain_sink())
        for name, address in (("storescp --ignore -pdu 131072, TCP_NODELAY=1", tuned), ("a sink on our own core", own)):
            yield Contest(
                f"store {len(small):,} of 64 KB into {name}",
                "instance",
                ours(address, small),
                (
                    Rival("dcmsend, TCP_NODELAY=1", tool("dcmsend", address, small, nodelay=True), 2),
                    Rival("storescu, TCP_NODELAY=1", tool("storescu", address, small, nodelay=True), 1.5),
                    Rival("pynetdicom (100 instances)", pynetdicom(address, small[:100]), 20),
                    Rival("bare PDUs from Python", replayed(address, small)),
                    Rival("plain socket copy", copy(plain, small, sendfile=False), 0.4),
                ),
                why=WHY_SMALL,
            ).run()
            yield Contest(
                f"store {len(large)} of 10 MB into {name}",
                "instance",
                ours(address, large),
                (
                    Rival("dcmsend, TCP_NODELAY=1", tool("dcmsend", address, large, nodelay=True), 1.5),
                    Rival("pynetdicom (5 instances)", pynetdicom(address, large[:5]), 8),
                    Rival("plain sendfile copy", copy(plain, large, sendfile=True), 0.5),
                ),
                why=WHY_LARGE,
            ).run()
        yield Contest(
            f"store {len(small):,} of 64 KB into storescp --ignore as shipped, with Nagle's algorithm",
            "instance",
            ours(stock, small),
            (
                Rival("dcmsend as shipped (100 instances)", tool("dcmsend", stock, small[:100], nodelay=False), 50),
                Rival("storescu as shipped (100 instances)", tool("storescu", stock, small[:100], nodelay=False)),
            ),
            why=WHY_SMALL,
        ).run()
