"""How long commands take to start and to do one thing, beside what people would use instead."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contest import Contest, Measure, Outcome, Rival, seconds_of
from benchmarks.servers import COMMAND, WITHOUT_NAGLE, storescp

ROUNDS = 15

ECHO_ONLY = """\
version: 1
peers: {{peer: {{address: "{address}"}}}}
scenarios: [{{id: echo, peer: peer, steps: [{{echo: {{}}}}]}}]
"""


def command(*parts: str, nodelay: bool = False) -> Measure:
    """A whole process, which must succeed."""
    # Python keeps compiled modules unless it is told not to; an installed command always has them.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, **(WITHOUT_NAGLE if nodelay else {})}

    def work() -> None:
        subprocess.run(parts, check=True, capture_output=True, timeout=60, env=environment)

    return lambda: seconds_of(work)


def outcomes(folder: Path) -> Iterator[Outcome]:
    """`--version`, `echo`, and `run` of an echo-only file with its reports."""
    yield Contest(
        "`dicom-harness --version`",
        "start",
        command(COMMAND, "--version"),
        (Rival("python -c pass", command(sys.executable, "-c", "pass"), 0.25),),
        ROUNDS,
    ).run()
    with storescp(folder / "stock", nodelay=False) as address:
        scenario = folder / "echo.yaml"
        scenario.write_text(ECHO_ONLY.format(address=address))
        where: Sequence[str] = (address.host, str(address.port))
        pynetdicom = command(sys.executable, "-m", "pynetdicom", "echoscu", *where)
        yield Contest(
            "`dicom-harness echo` against storescp as shipped, whole process",
            "echo",
            command(COMMAND, "echo", str(address)),
            (
                Rival("DCMTK's echoscu as shipped", command("/usr/bin/echoscu", *where), 1),
                Rival("DCMTK's echoscu, TCP_NODELAY=1", command("/usr/bin/echoscu", *where, nodelay=True)),
                Rival("pynetdicom's echoscu", pynetdicom, 5),
            ),
            ROUNDS,
            why="all of it is processor time, and nearly all of that the loading of modules: by callgrind a third is "
            "Python's own start and library, and most of the rest the making of dataclasses, those of PDUs and of "
            "results above all, which Python compiles anew in each process. echoscu needs 20 ms of processor time, and "
            "waits twice 40 ms for Nagle's algorithm, which takes no longer on a busy machine.",
        ).run()
        yield Contest(
            "`dicom-harness run` of an echo-only file with all its reports, whole process",
            "run",
            command(COMMAND, "run", str(scenario), "--report-dir", str(folder / "reports")),
            (Rival("pynetdicom's echoscu alone", pynetdicom),),
        ).run()
