"""Each fault changes what it says, and nothing else; the same bytes become the same bytes, however they come."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.messages import c_find_rq, c_store_rq, response_to
from harness.proxy.catalogue import FAULTS
from harness.proxy.fault import Armed, Fault
from harness.proxy.pieces import Action, Side
from harness.proxy.schedule import Entry
from harness.proxy.session import Session
from harness.proxy.way import Way
from harness.standard.requirements.catalogue import REQUIREMENTS
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from tests.proxy.seen_intolerance import UNCOMMON, hearing
from tests.support.proxied import called_back, refused, speak
from tests.support.sessions import run_through

Spoken = list[tuple[Side, bytes]]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """A conversation of every service, those of the SCP's own, what is uncommon, and an association that is aborted."""
    said = speak(tmp_path_factory.mktemp("session"))
    back = called_back(tmp_path_factory.mktemp("back"))
    uncommon = [hearing(name) for name in UNCOMMON]
    return [*said, *chain.from_iterable(back), *chain.from_iterable(uncommon), *refused(said, p.AAbort(2, 2))]


def through(spoken: Spoken, armed: list[Armed], size: int = 0) -> list[bytes | Action]:
    """What comes out of both ways; with a size, bytes go in so many at a time."""
    session = Session()
    ways = {side: Way(side, session, armed) for side in Side}
    out: list[bytes | Action] = []
    for side, data in spoken:
        step = size or len(data)
        for start in range(0, len(data), step):
            out += ways[side].feed(data[start : start + step])
    for side in Side:
        out += ways[side].finish()
    return out


def joined(pieces: list[bytes | Action]) -> list[bytes | Action]:
    """Neighboring bytes as one piece."""
    out: list[bytes | Action] = []
    for piece in pieces:
        if out and isinstance(piece, bytes) and isinstance(out[-1], bytes):
            out[-1] += piece
        else:
            out.append(piece)
    return out


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_strikes_and_is_deterministic(session: Spoken, fault: Fault) -> None:
    honest = joined(through(session, []))
    sabotaged = joined(through(session, [Armed(fault)]))
    assert sabotaged != honest
    assert joined(through(session, [Armed(fault)])) == sabotaged
    assert joined(through(session, [Armed(fault)], size=7)) == sabotaged


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_without_an_occasion_changes_nothing(session: Spoken, fault: Fault) -> None:
    assert joined(through(session, [Armed(fault, nth=10_000)])) == joined(through(session, []))


ODD = (
    p.AssociateRQ(b" " * 16, b" " * 16, ()),
    p.AssociateAC(b" " * 16, b" " * 16, ()),
    p.RawPDU(p.ASSOCIATE_RQ, b"short"),
    p.RawPDU(p.ASSOCIATE_AC, b"short"),
    p.PDataTF(()),
    p.RawPDU(p.P_DATA_TF, b"\0\0"),
    p.PDataTF((p.PDV(1, True, True, b""),)),
    p.PDataTF((p.PDV(1, True, True, b"\0\0\0\x01\x02\0\0\0\x20\x80"), p.PDV(2, False, True, b""))),
    p.PDataTF((p.PDV(1, True, True, encode_command(c_store_rq(1, "1.2", "1.3"))), p.PDV(1, False, True, b"odd"))),
    p.PDataTF((p.PDV(1, True, True, encode_command(response_to(c_find_rq(1, "1.2"), 0xFF00))),)),
    p.RawPDU(p.ABORT, b""),
    p.RawPDU(p.ASSOCIATE_RJ, b""),
    p.RawPDU(p.RELEASE_RQ, b""),
    p.RawPDU(p.RELEASE_RP, b""),
)
"""What a fault may meet, from a side that breaks rules itself."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_bears_what_is_wrong_already(fault: Fault) -> None:
    through([(side, encode_pdu(pdu)) for pdu in ODD for side in Side], [Armed(fault)])
    for pdu in ODD:
        through([(side, encode_pdu(pdu)) for side in Side], [Armed(fault)])


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_is_described(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", fault.name)
    assert fault.summary.endswith(".")
    assert REQUIREMENTS.keys() >= set(fault.breaks)
    assert not (fault.permitted and fault.breaks)


def test_there_are_many() -> None:
    assert len(FAULTS) >= 60
    assert len({fault.summary for fault in FAULTS.values()}) == len(FAULTS)


def test_without_faults_bytes_pass_as_they_come(session: Spoken) -> None:
    assert through(session, []) == [data for _, data in session]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("ac-closed", "closed-after-request"),
        ("ac-becomes-rejection", "rejected-no-reason"),
        ("hang-at-response", "no-response"),
        ("reset-at-response", "closed-in-service"),
        ("status-failure", "out-of-resources"),
        ("sub-operation-changed", "changed-in-transit"),
    ],
)
def test_a_run_meets_the_fault_and_names_it(tmp_path: Path, fault: str, code: str) -> None:
    ran, _ = run_through(tmp_path, [Entry(FAULTS[fault])], patience=1 if fault.startswith("hang") else 30)
    assert ran.status == 1, ran.output
    assert code in ran.output
