"""Association, C-ECHO, release, over and over: in turn and at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.contest import Contest, Measure, Outcome, Rival, patiently, seconds_of
from benchmarks.servers import orthanc, reference, storescp
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

CYCLES = 1000


WHY = (
    "both sides are Python and have a thread for each association, which take turns: with 8 at once 0.33 ms of "
    "processor time each, with 64 at once 0.4 for us and 0.45 for the SCP, whose threads are then switched 27 times "
    "for an association instead of 5. A tenth of pynetdicom's time is 0.5 ms, and needs both cores for these two "
    "alone. By cProfile it is spread over sockets, trace, record for captures, commands and state machine; of our 18 "
    "system calls and the SCP's 22, five fewer made no difference."
)


def ours(address: AEAddress) -> None:
    proposal = Proposal("BENCHMARK", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    with request_association(address, proposal, Timeouts()) as association:
        assert echo(association).statuses == [0], association.ending


def pynetdicom(address: AEAddress) -> None:
    from pynetdicom import AE

    entity = AE(ae_title="BENCHMARK")
    entity.add_requested_context(VERIFICATION)
    association = entity.associate(address.host, address.port, ae_title=address.ae_title)
    assert association.is_established
    association.send_c_echo()
    association.release()


def at_once(cycle: Callable[[AEAddress], None], address: AEAddress, threads: int, cycles: int) -> Measure:
    """So many cycles in all, in so many threads of one process."""

    def work() -> None:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(lambda _: cycle(address), range(cycles)):
                pass

    return patiently(lambda: seconds_of(work, cycles))


def outcomes(folder: Path) -> Iterator[Outcome]:
    """One at a time against several servers, then at once against the reference SCP."""
    with storescp(folder / "stock", nodelay=False) as stock, orthanc(folder / "orthanc") as server, reference() as own:
        for name, address, aim in (
            ("storescp as shipped", stock, 10),
            ("Orthanc as shipped", server, 10),
        ):
            yield Contest(
                f"association + echo + release in a warm process, against {name}",
                "cycle",
                at_once(ours, address, 1, 200),
                (Rival("pynetdicom", at_once(pynetdicom, address, 1, 20), aim),),
            ).run()
        for threads in (1, 8, 64):
            yield Contest(
                f"association + echo + release against the reference SCP, {threads} at once",
                "cycle",
                at_once(ours, own, threads, CYCLES),
                (Rival("pynetdicom", at_once(pynetdicom, own, threads, 2 * threads + 20), 10),),
                at_most=1e-3,
                why=WHY,
            ).run()
