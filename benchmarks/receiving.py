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

WHY = (
    "a small instance takes us 0.25 ms of processor time: 0.1 in the system, as with storescp, which takes 0.15 in "
    "all, and 0.15 in Python, spread over the request decoded and noted, the file made and named, and the response. A "
    "large one takes 5.5 ms, of which 4.5 are the system's: recv, and twice that for the pages of the file, as with "
    "storescp, which takes 5.2; either may be the faster in a run. pynetdicom, too, pays for these pages."
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
    places = {name: folder / name for name in ("ours", "theirs", "pynetdicom")}
    for place in places.values():
        place.mkdir()
    with ExitStack() as stack:
        own = stack.enter_context(sink("ours", places["ours"]))
        theirs = stack.enter_context(storescp(places["theirs"], "--bit-preserving", "-pdu", "131072"))
        slow = stack.enter_context(sink("pynetdicom", places["pynetdicom"]))
        archive = stack.enter_context(reference(folder))
        for what, paths, few in (
            (f"{SMALL[0]:,} of 64 KB", instances(folder / "small", *SMALL), 200),
            (f"{LARGE[0]} of 10 MB", instances(folder / "large", *LARGE), 5),
        ):
            yield Contest(
                f"our Storage SCP receives {what} to disk, fed by dcmsend, TCP_NODELAY=1",
                "instance",
                fed(own, paths, places["ours"]),
                (
                    Rival("storescp --bit-preserving", fed(theirs, paths, places["theirs"]), 1),
                    Rival(f"pynetdicom ({few} instances)", fed(slow, paths[:few], places["pynetdicom"]), 5),
                    Rival("our reference SCP, which indexes them", tool("dcmsend", archive, paths, nodelay=True)),
                ),
                why=WHY,
            ).run()
            peak = status_of(process_at(own.port), "VmHWM") >> 20
            text = f"Our Storage SCP took at most {peak} MB since it started."
            yield Finding(f"memory after receiving {what}, four times", text, peak < 100)
