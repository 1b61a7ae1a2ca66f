"""C-STORE as SCP: to disk, fed by dcmsend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.contest import Contest, Finding, Measure, Outcome, Rival
from benchmarks.machine import status_of
from benchmarks.servers import process_at, reference, sink, storescp
from benchmarks.storing import LARGE, SMALL, instances, tool
from harness.standard.ae import AEAddress

WHY_SMALL = (
    "dcmsend waits for each response, so that all counts that happens before it. A bare loop in Python, which judges "
    "nothing, notes nothing and has no deadlines, takes as long as storescp: 0.1 ms of processor time an instance, "
    "three quarters of it in the system, for the file and for what comes through the socket. We take 0.18: the rest is "
    "calls, in no place more than a tenth of it: deadlines, the order of fragments, what is wrong with the command, "
    "the records of PDUs and of what has come. What can wait is done when the response is on its way, which gains "
    "nothing where dcmsend has only the same core."
)
WHY_LARGE = (
    "five times as fast as pynetdicom is what is left when a bare loop drops all that comes: dcmsend itself takes that "
    "long. Of our processor time, 6 to 7 ms an instance, 5 and more are the system's: a third to copy from the socket, "
    "the rest for the pages of the file, which the bare loop, storescp and pynetdicom pay as well; the bare loop takes "
    "a tenth less than we. To splice from the socket into the file and larger buffers were no faster. Beside "
    "storescp, which takes as long, either may be the faster in a run."
)


def fed(address: AEAddress, paths: tuple[Path, ...], folder: Path) -> Measure:
    """dcmsend, its start included; what came is removed afterwards."""
    send = tool("dcmsend", address, paths, nodelay=True)

    def measure() -> float:
        seconds = send()
        for file in folder.iterdir():
            if file.suffix != ".sqlite":
                shutil.rmtree(file) if file.is_dir() else file.unlink()
        return seconds

    return measure


def outcomes(folder: Path) -> Iterator[Outcome | Finding]:
    """Small and large instances, and what they cost in memory."""
    places = {name: folder / name for name in ("ours", "theirs", "bare", "pynetdicom")}
    for place in places.values():
        place.mkdir()
    with ExitStack() as stack:
        own = stack.enter_context(sink("ours", places["ours"]))
        theirs = stack.enter_context(storescp(places["theirs"], "--bit-preserving", "-pdu", "131072"))
        slow = stack.enter_context(sink("pynetdicom", places["pynetdicom"]))
        bare = stack.enter_context(sink("bare", places["bare"]))
        nowhere = stack.enter_context(sink("bare"))
        archive = stack.enter_context(reference(folder))
        for what, paths, few, why in (
            (f"{SMALL[0]:,} of 64 KB", instances(folder / "small", *SMALL), 200, WHY_SMALL),
            (f"{LARGE[0]} of 10 MB", instances(folder / "large", *LARGE), 5, WHY_LARGE),
        ):
            yield Contest(
                f"our Storage SCP receives {what} to disk, fed by dcmsend, TCP_NODELAY=1",
                "instance",
                fed(own, paths, places["ours"]),
                (
                    Rival("storescp --bit-preserving", fed(theirs, paths, places["theirs"]), 1),
                    Rival(f"pynetdicom ({few} instances)", fed(slow, paths[:few], places["pynetdicom"]), 5),
                    Rival("a bare loop in Python, the same files", fed(bare, paths, places["bare"])),
                    Rival("a bare loop in Python that drops them", tool("dcmsend", nowhere, paths, nodelay=True)),
                    Rival("our reference SCP, which indexes them", tool("dcmsend", archive, paths, nodelay=True)),
                ),
                why=why,
            ).run()
            peak = status_of(process_at(own.port), "VmHWM") >> 20
            text = f"Our Storage SCP took at most {peak} MB since it started."
            yield Finding(f"memory after receiving {what}, over and over", text, peak < 100)
