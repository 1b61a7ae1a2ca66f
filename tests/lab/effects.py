"""What is said to be done and is not there, and contexts that are refused in part: seen by several steps, or by us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.scenario.defects import Defect
from harness.standard.ae import AEAddress
from harness.standard.uids import EXPLICIT_VR_LE, JPEG_2000, UidKind, resolve_uid
from tests.lab.fault import Fault, Start, Target, Way
from tests.lab.starting import LOOPBACK, accepting, reference
from tests.support.archives import make, put
from tests.support.forgetful import archive_that_finds
from tests.support.misbehaving import answering

STORE = {
    "store": {"generate": {"modality": "CT", "instances": 2}},
    "save": {"study": "stored.studies[0].StudyInstanceUID"},
}
STUDY = {"level": "STUDY", "keys": {"StudyInstanceUID": "${study}"}}
_STUDY_OF = {"level": "STUDY", "keys": {"StudyInstanceUID": "1.2.3"}}
_COUNTED = {**STUDY, "return": ["NumberOfStudyRelatedInstances"]}
_NEGOTIATED = {
    "negotiate": {"abstract_syntax": "CT Image Storage", "transfer_syntaxes": [EXPLICIT_VR_LE, JPEG_2000]},
}
_MR = resolve_uid("MRImageStorage", UidKind.SOP_CLASS)


def _finding(*steps: dict[str, Any], sends: int = 0, **changed: str) -> Start:
    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        with archive_that_finds(1, sends, changed) as address:
            yield Target(address, steps=steps)

    return start


def _committing(title: str, *, astray: bool) -> Start:
    """An archive that reports storage commitment to this title, at our port or astray."""

    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        port = free_port()
        us = {"HARNESS": AEAddress(title, LOOPBACK, free_port() if astray else port)}
        with ReferenceSCP(ReferenceSettings(move_destinations=us)) as scp:
            steps = (STORE, {"commit": {"wait": "300 ms" if astray else "3 s"}})
            yield Target(scp.address, local={"listen": str(port)}, steps=steps)

    return start


@contextmanager
def _mixed(folder: Path) -> Iterator[Target]:
    """Two kinds of images are stored in one step."""
    files = []
    for kind in ("CT", "MR"):
        (folder / kind).mkdir()
        files += [str(file.path) for file in make(folder / kind, modality=kind)]
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(contexts={_MR: 3}))) as scp:
        yield Target(scp.address, steps=({"store": {"files": files}},))


@contextmanager
def _forgetful(folder: Path) -> Iterator[Target]:
    """An archive that loses a study in every other query."""
    with ReferenceSCP(ReferenceSettings(defects=frozenset((Defect.WAVERING,)))) as scp:
        put(scp, make(folder, rows=8, columns=8))
        yield Target(scp.address, steps=({"relation": {"check": "same-query"}},))


def _run(name: str, code: str, start: Start, *others: str) -> Fault:
    """What one association cannot show."""
    return Fault(name, code, start, others=others, ways=(Way.RUN,))


FAULTS = (
    _run(
        "stored, and not found",
        "stored-not-found",
        accepting(answering(0), steps=(STORE, {"find": STUDY, "expect": {"count": 1}})),
    ),
    _run("found, and not sent with C-GET", "found-not-retrievable", _finding({"find": _STUDY_OF}, {"get": _STUDY_OF})),
    _run(
        "found, and not sent with C-MOVE",
        "found-not-retrievable",
        _finding({"find": _STUDY_OF}, {"move": {**_STUDY_OF, "destination": "local"}}),
        "move-destination-unknown",
    ),
    _run(
        "a query counts fewer than were stored",
        "counts-disagree",
        _finding(
            STORE,
            {"find": _COUNTED, "expect": {"every": {"NumberOfStudyRelatedInstances": 2}}},
            NumberOfStudyRelatedInstances="1",
        ),
    ),
    _run(
        "fewer come than a query counts",
        "counts-disagree",
        _finding(
            {"find": {**_STUDY_OF, "return": ["NumberOfStudyRelatedInstances"]}},
            {"get": _STUDY_OF, "expect": {"received": 3}},
            sends=2,
            NumberOfStudyRelatedInstances="3",
        ),
    ),
    _run("a study comes and goes from query to query", "answers-disagree", _forgetful),
    _run(
        "CT images are taken, MR images are not",
        "contexts-partly-refused",
        _mixed,
        "sop-class-not-supported",
        "transfer-syntaxes-not-supported",
    ),
    _run(
        "one of two transfer syntaxes is taken",
        "contexts-partly-refused",
        reference({"refusals": Refusals(contexts={JPEG_2000: 4})}, steps=(_NEGOTIATED,)),
        "transfer-syntaxes-not-supported",
    ),
    _run("they report commitment to another title", "commitment-refused-by-us", _committing("HARNES", astray=False)),
    _run(
        "they report commitment to another port",
        "commitment-never-came",
        _committing("HARNESS", astray=True),
        "listener-on-loopback",
    ),
)
