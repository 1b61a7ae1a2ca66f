"""C-FIND: many answers as SCU, and the reference SCP as SCP."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pydicom import Dataset

from benchmarks.contest import Contest, Measure, Outcome, Rival, patiently, seconds_of
from benchmarks.servers import WITHOUT_NAGLE, dcmqrscp, reference, sink
from benchmarks.storing import ours as store_files
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.find import find
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import IMPLICIT_VR_LE
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

ANSWERS = 10_000
HELD_BY_DCMQRSCP = 190
"""Studies that dcmqrscp takes as Debian ships it; it dies of many more."""

KEYS = ("StudyInstanceUID", "PatientName", "PatientID", "StudyDate", "StudyTime", "AccessionNumber", "StudyDescription")
STUDY_ROOT = QueryModel.STUDY_ROOT.find_uid


def ours(address: AEAddress, count: int) -> Measure:
    """The service of the step `find` in a warm process, its answers counted."""
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    for key in KEYS:
        setattr(query, key, "")

    def work() -> None:
        proposal = Proposal("BENCHMARK", address.ae_title, ((STUDY_ROOT, (IMPLICIT_VR_LE,)),))
        with request_association(address, proposal, Timeouts()) as association:
            observation = find(association, STUDY_ROOT, query)
        assert len(observation.matches) == count, (len(observation.matches), observation.ending)

    return lambda: seconds_of(work, count)


def findscu(address: AEAddress, count: int) -> Measure:
    """DCMTK's findscu, its start included, told to say nothing."""
    keys = [part for key in ("QueryRetrieveLevel=STUDY", *KEYS) for part in ("-k", key)]
    command = ["/usr/bin/findscu", "-q", "-S", "-xi", "-aec", address.ae_title, *keys, address.host, str(address.port)]

    def work() -> None:
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **WITHOUT_NAGLE})

    return lambda: seconds_of(work, count)


def pynetdicom(address: AEAddress, count: int) -> Measure:
    """pynetdicom in a warm process, its answers counted."""
    from pynetdicom import AE

    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"

    def work() -> None:
        entity = AE(ae_title="BENCHMARK")
        entity.add_requested_context(STUDY_ROOT, IMPLICIT_VR_LE)
        association = entity.associate(address.host, address.port, ae_title=address.ae_title)
        assert sum(1 for status, _ in association.send_c_find(query, STUDY_ROOT) if status.Status == 0xFF00) == count
        association.release()

    return patiently(lambda: seconds_of(work, count))


def outcomes(folder: Path) -> Iterator[Outcome]:
    """As SCU, then as SCP."""
    with sink("answers", ANSWERS) as many, sink("answers", ANSWERS // 10) as fewer:
        yield Contest(
            f"C-FIND, {ANSWERS:,} answers counted",
            "answer",
            ours(many, ANSWERS),
            (
                Rival("findscu -q", findscu(many, ANSWERS), 1.5),
                Rival(f"pynetdicom ({ANSWERS // 10:,} answers)", pynetdicom(fewer, ANSWERS // 10), 20),
            ),
        ).run()
    made = generate(GenerateSpec(patients=ANSWERS, rows=1, columns=1), folder / "studies", "benchmark")
    with ExitStack() as stack:
        own = stack.enter_context(reference())
        small = stack.enter_context(reference())
        theirs = stack.enter_context(dcmqrscp(folder / "dcmqrscp"))
        slow = stack.enter_context(sink("queries", ANSWERS // 50))
        paths = [one.path for one in made]
        store_files(own, paths)()
        for server in (small, theirs):
            store_files(server, paths[:HELD_BY_DCMQRSCP])()
        yield Contest(
            f"the reference SCP answers C-FIND from {ANSWERS:,} studies, asked by findscu -q",
            "answer",
            findscu(own, ANSWERS),
            (Rival(f"pynetdicom's SCP ({ANSWERS // 50:,} answers)", findscu(slow, ANSWERS // 50), 10),),
        ).run()
        yield Contest(
            f"the reference SCP answers C-FIND from {HELD_BY_DCMQRSCP} studies, asked by our client",
            "answer",
            ours(small, HELD_BY_DCMQRSCP),
            (Rival("dcmqrscp", ours(theirs, HELD_BY_DCMQRSCP), 1),),
            rounds=9,
            why="0.017 ms of the SCP's processor time for an answer (by cProfile a third the making of the "
            "identifier, a third noting and sending it, a fifth reading the index) and 0.01 ms of our "
            "client's; with so few answers the association and the reading of the query count, too.",
        ).run()
