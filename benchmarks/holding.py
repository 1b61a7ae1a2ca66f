"""What is no speed: associations held, echoes that get lost, deadlines, the harness's own share of a suite."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contest import Finding
from benchmarks.machine import processor_seconds, status_of
from benchmarks.servers import process_at, reference
from harness.engine.options import RunOptions
from harness.engine.runner import Runner
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.outcomes import EchoObservation
from harness.results.model import RunResult
from harness.scenario.load import load_scenarios
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.encode import pdata_header

HELD, ECHOES, ASSOCIATIONS, SCENARIOS = 500, 100_000, 4, 300
IDLE_SECONDS = 5.0
LATE_SECONDS = 1.0


def proposal_for(address: AEAddress) -> Proposal:
    return Proposal("BENCHMARK", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))


def held() -> Finding:
    """Associations that stand and do nothing, at both ends."""
    with reference() as address, ExitStack() as stack:
        before = status_of(os.getpid(), "VmRSS")
        for _ in range(HELD):
            association = stack.enter_context(request_association(address, proposal_for(address), Timeouts()))
            assert association.established
        ours, theirs = os.getpid(), process_at(address.port)
        used = [processor_seconds(ours), processor_seconds(theirs)]
        time.sleep(IDLE_SECONDS)
        used = [processor_seconds(ours) - used[0], processor_seconds(theirs) - used[1]]
        requestor, scp = (status_of(ours, "VmRSS") - before) >> 20, status_of(theirs, "VmRSS") >> 20
    text = (
        f"{HELD} associations open and idle for {IDLE_SECONDS:g} s: {used[0]:.2f} s of processor as requestor, "
        f"{used[1]:.2f} s as reference SCP; {requestor} MB more than before as requestor, {scp} MB in all as reference "
        "SCP."
    )
    return Finding(f"{HELD} associations held", text, max(used) <= 0.05 and max(requestor, scp) < 100)


def echoes() -> Finding:
    """None may be lost, and none late."""
    with reference() as address:

        def many(_: int) -> EchoObservation:
            with request_association(address, proposal_for(address), Timeouts(response=10)) as association:
                return echo(association, ECHOES // ASSOCIATIONS)

        begun = time.perf_counter()
        with ThreadPoolExecutor(ASSOCIATIONS) as pool:
            found = list(pool.map(many, range(ASSOCIATIONS)))
        seconds = time.perf_counter() - begun
    good = sum(one.statuses.count(0) for one in found)
    late = sum(taken > LATE_SECONDS for one in found for taken in one.response_seconds)
    longest = max(taken for one in found for taken in one.response_seconds)
    text = (
        f"{good:,} of {ECHOES:,} C-ECHOs on {ASSOCIATIONS} associations answered, {late} after more than "
        f"{LATE_SECONDS:g} s, the slowest after {longest * 1000:.0f} ms; {ECHOES / seconds:,.0f} per second."
    )
    return Finding("lost or late responses", text, good == ECHOES and not late)


@contextmanager
def falling_silent(pieces: int) -> Iterator[AEAddress]:
    """A peer that sends a part of its answer, the first bytes of a PDU, and then nothing more."""
    answer = pdata_header(1000, 1, True, False)[: 3 * pieces]

    def serve(server: socket.socket, over: threading.Event) -> None:
        sock, _ = server.accept()
        with sock:
            sock.recv(65536)
            sock.sendall(answer)
            over.wait(60)

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server, over), daemon=True).start()
        try:
            yield AEAddress("PEER", "127.0.0.1", server.getsockname()[1])
        finally:
            over.set()


def deadlines() -> Finding:
    """A call may outlive its deadline by the half second that is left for our A-ABORT to arrive."""
    limit, longest = 1.0, 0.0
    for pieces in range(4):
        with falling_silent(pieces) as address:
            begun = time.perf_counter()
            association = request_association(address, proposal_for(address), Timeouts(association=limit))
            longest = max(longest, time.perf_counter() - begun)
            assert not association.established
    text = f"A deadline of {limit:g} s, and a peer that falls silent within a PDU: {longest:.2f} s at most."
    return Finding("a part of a PDU, then silence", text, longest < limit + 0.6)


def suite(folder: Path) -> Finding:
    """A suite of scenarios of the size of an echo."""
    path = folder / "suite.yaml"
    scenarios = "\n".join(
        f"  - {{id: echo-{number}, peer: bundled, steps: [{{echo: {{}}}}]}}" for number in range(SCENARIOS)
    )
    path.write_text(f"version: 1\npeers: {{bundled: {{reference: {{}}}}}}\nscenarios:\n{scenarios}\n")
    files = load_scenarios([path])
    run = RunResult("benchmark", datetime.now(UTC), "benchmark", "")
    begun = time.perf_counter()
    Runner(run, RunOptions(folder / "reports"), []).execute(files)
    seconds = time.perf_counter() - begun
    peer = sum(step.seconds for step in run.steps)
    share = (seconds - peer) / SCENARIOS * 1000
    text = (
        f"{SCENARIOS} scenarios with one `echo` each on one peer: {seconds:.2f} s, of which {peer:.2f} s were steps; "
        f"the harness's own share is {share:.2f} ms per step (aim: under 2 ms, or under 10 %)."
    )
    return Finding(f"a suite of {SCENARIOS} scenarios", text, share < 2 or seconds - peer < seconds / 10)


def outcomes(folder: Path) -> Iterator[Finding]:
    """All of them."""
    yield held()
    yield echoes()
    yield deadlines()
    yield suite(folder)
