"""How long commands take to start, beside what people would use instead.

`--version` against `python -c pass` (aim: at most 4 times); `echo` against DCMTK's echoscu (aim: at most 2 times) and
against pynetdicom's (aim: at most a third); `run` of an echo-only file with all its reports against pynetdicom's
echoscu alone (aim: no longer). All of them talk to the same DCMTK storescp as Debian ships it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.pairs import conditions, time_pair
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import BANNER, storescp
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.programs import find_program

COMMAND = str(Path(sys.executable).parent / "dicom-harness")

ECHO_ONLY = """\
version: 1
peers: {{peer: {{address: "STORESCP@127.0.0.1:{port}"}}}}
scenarios: [{{id: echo, peer: peer, steps: [{{echo: {{}}}}]}}]
"""


def main() -> None:
    print(conditions())
    version = time_pair([COMMAND, "--version"], [sys.executable, "-c", "pass"])
    print(f"--version {version.ours:.0f} ms, python -c pass {version.theirs:.0f} ms: {version.ratio:.2f} times")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = ProcessPeer("storescp", storescp, RecipeInput(("STORESCP",), free_port(), folder, "BENCHMARK"))
        peer.start()
        try:
            scenario = folder / "echo.yaml"
            scenario.write_text(ECHO_ONLY.format(port=peer.address.port))
            ours = [COMMAND, "run", str(scenario), "--report-dir", str(folder / "reports")]
            theirs = [sys.executable, "-m", "pynetdicom", "echoscu", "127.0.0.1", str(peer.address.port)]
            run = time_pair(ours, theirs)
            ours = [COMMAND, "echo", str(peer.address)]
            echo = time_pair(ours, theirs)
            dcmtk = str(find_program("echoscu", BANNER)[0])
            echoscu = time_pair(ours, [dcmtk, "127.0.0.1", str(peer.address.port)])
        finally:
            peer.stop()
    print(f"echo {echoscu.ours:.0f} ms, DCMTK's echoscu {echoscu.theirs:.0f} ms: {echoscu.ratio:.2f} times")
    print(f"echo {echo.ours:.0f} ms, pynetdicom's echoscu {echo.theirs:.0f} ms: {echo.ratio:.2f} times")
    print(
        f"run of an echo-only file {run.ours:.0f} ms, pynetdicom's echoscu {run.theirs:.0f} ms: {run.ratio:.2f} times"
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd} failed with exit status {error.returncode}")
