"""The matrix of all storage SOP classes in all transfer syntaxes, beside the same proposals through pynetdicom's AE.

Both ask the same running server, in turn, in this process: no start-up is counted. Both must find the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.contest import Contest, Measure, Outcome, Rival, seconds_of
from benchmarks.servers import COMMAND, dcmqrscp, orthanc, storescp
from benchmarks.starting import command
from harness.engine.probe.asking import Asking
from harness.engine.probe.matrix import MatrixProbe
from harness.engine.probe.packing import packed
from harness.engine.probe.request import ProbeRequest, chosen_sop_classes
from harness.standard.ae import AEAddress
from harness.standard.uids import transfer_syntaxes

CLASSES, SYNTAXES = chosen_sop_classes(["storage"]), transfer_syntaxes()
WHY_ORTHANC = (
    "with `UnknownSopClassAccepted` Orthanc negotiates in one thread, and walks the list of contexts anew for each of "
    "them: 0.4 s of its own processor time for the matrix, whoever asks (perf: 30 % strcmp, 30 % DCMTK's LST_Next). "
    "Our own share is 0.1 s, and overlaps with that."
)


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


def contest(name: str, address: AEAddress, aim: float | None, at_most: float | None, why: str = "") -> Contest:
    """Both must find the same."""
    assert ours(address) == theirs(address)
    of = f"{len(CLASSES)} SOP classes in {len(SYNTAXES)} transfer syntaxes"
    measures: list[Measure] = [lambda: seconds_of(lambda: ours(address)), lambda: seconds_of(lambda: theirs(address))]
    rival = Rival("pynetdicom's AE, the same proposals", measures[1], aim)
    return Contest(f"{of} asked of {name}", "matrix", measures[0], (rival,), 5, at_most, why)


def outcomes(folder: Path) -> Iterator[Outcome]:
    """In a warm process, and as a command."""
    servers: tuple[tuple[str, AbstractContextManager[AEAddress], float | None, float | None, str], ...] = (
        ("Orthanc as shipped", orthanc(folder / "orthanc"), 8, 1, ""),
        (
            "Orthanc that accepts unknown SOP classes",
            orthanc(folder / "unknown", UnknownSopClassAccepted=True),
            8,
            1,
            WHY_ORTHANC,
        ),
        ("dcmqrscp", dcmqrscp(folder / "dcmqrscp"), None, 2, ""),
        ("storescp", storescp(folder / "storescp"), None, None, ""),
    )
    for name, server, aim, at_most, why in servers:
        with server as address:
            yield contest(name, address, aim, at_most, why).run()
            if at_most is not None:
                yield Contest(
                    f"`dicom-harness probe --sop-class storage` of {name}, whole process",
                    "probe",
                    command(COMMAND, "probe", str(address), "--sop-class", "storage"),
                ).run()
