"""`dicom-harness diagnose` and peers that are full: it waits, asks once more, and never hammers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.diagnosis.endings import CROWDED_SECONDS
from harness.engine.ladder import door
from harness.net.association import Association
from harness.net.negotiation import Proposal, accept
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.cli.test_diagnose import broken, diagnose
from tests.lab.products import dcmqrscp, wlmscpfs
from tests.support.accepting import accepting, choose_first
from tests.support.adhoc import adhoc
from tests.support.misbehaving import answering
from tests.support.relay import Relay

PDU_OF_REJECTION = 3
"""The type of A-ASSOCIATE-RJ (PS3.8 9.3.4)."""


@contextmanager
def full(times: int, rejection: AssociateRJ) -> Iterator[tuple[AEAddress, list[float]]]:
    """A peer that says so often that it is full; yields when it was asked."""
    asked: list[float] = []

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        asked.append(time.monotonic())
        return rejection if len(asked) <= times else accept(request, choose_first)

    with accepting(answering(0), negotiate) as address:
        yield address, asked


def codes(found: dict[str, Any]) -> list[str]:
    return [hint["code"] for hint in found["hints"]]


@pytest.mark.parametrize(
    ("rejection", "code"),
    [
        (AssociateRJ(2, 3, 1), "temporary-congestion"),
        (AssociateRJ(1, 3, 2), "too-many-associations"),
        (AssociateRJ(2, 1, 2), "too-many-associations"),
    ],
    ids=str,
)
def test_a_peer_that_is_full_for_a_moment(rejection: AssociateRJ, code: str) -> None:
    with full(1, rejection) as (address, asked):
        found = diagnose(address)
        shown = adhoc("diagnose", address).output
    assert (found["code"], codes(found)) == ("nothing-wrong", [code])
    assert f"asked again after {CROWDED_SECONDS:.1f} s, it accepted" in found["hints"][0]["evidence"][0]
    assert asked[1] - asked[0] >= CROWDED_SECONDS
    assert code not in shown, "the peer is full no more"


def test_a_peer_that_is_full_for_good_is_asked_twice() -> None:
    with full(99, AssociateRJ(2, 3, 2)) as (address, asked):
        found = diagnose(address)
    assert (found["code"], broken(found), codes(found)) == ("too-many-associations", "association", [])
    assert any(f"asked twice, {CROWDED_SECONDS:.1f} s apart" in text for text in found["diagnosis"]["evidence"])
    assert len(asked) == 2


@pytest.mark.parametrize("rejection", [AssociateRJ(1, 1, 7), AssociateRJ(2, 1, 1), AssociateRJ(1, 2, 2)], ids=str)
def test_other_refusals_are_taken_at_once(rejection: AssociateRJ) -> None:
    with full(1, rejection) as (address, asked):
        found = diagnose(address)
    assert (broken(found), codes(found)) == ("association", [])
    assert len(asked) == 1


def test_a_full_peer_says_nothing_of_titles() -> None:
    """Accepted at first, and full ever after."""

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        if request.calling_ae_title == "HARNESS" and request.called_ae_title == "PEER":
            return accept(request, choose_first)
        return AssociateRJ(2, 3, 2)

    with accepting(answering(0), negotiate) as address:
        found = diagnose(address, "--probe-titles")
    assert found["titles"] == dict.fromkeys(("called", "calling"), "neither accepted nor refused")


@contextmanager
def one_at_a_time(folder: Path, program: str) -> Iterator[AEAddress]:
    """A real server that takes one association at a time."""
    if program == "dcmqrscp":
        with dcmqrscp(folder, associations=1) as address:
            yield address
    else:
        with wlmscpfs(folder, "ARCHIVE", options=("--max-associations", 1)) as port:
            yield AEAddress("ARCHIVE", "127.0.0.1", port)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time for servers that see only once in a second who is gone, and for the machine to stall meanwhile."""
    monkeypatch.setattr(door, "CROWDED_SECONDS", 5.0)


def hold(address: AEAddress) -> Association:
    association = request_association(
        address, Proposal("OTHER", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),)), Timeouts()
    )
    assert association.established, association.ending
    return association


REAL = pytest.mark.parametrize(
    "program", [pytest.param(name, marks=pytest.mark.peer(name)) for name in ("dcmqrscp", "wlmscpfs")]
)


@REAL
@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_a_real_server_whose_only_place_becomes_free_meanwhile(tmp_path: Path, program: str) -> None:
    """As soon as it has rejected us for want of another."""
    with one_at_a_time(tmp_path, program) as address, hold(address) as held:

        def leave(from_server: bool, _total: int, data: bytes) -> bool:
            if from_server and data[0] == PDU_OF_REJECTION and held.established:
                held.release()
            return False

        with Relay(address.port, leave) as relay:
            found = diagnose(AEAddress(address.ae_title, "127.0.0.1", relay.port))
    assert (found["code"], codes(found)[0]) == ("nothing-wrong", "too-many-associations")


@REAL
@pytest.mark.slow
def test_a_real_server_whose_only_place_is_taken(tmp_path: Path, program: str) -> None:
    with one_at_a_time(tmp_path, program) as address, hold(address):
        found = diagnose(address)
    assert (found["code"], broken(found)) == ("too-many-associations", "association")


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp")
@pytest.mark.usefixtures("patient")
def test_titles_are_probed_one_after_the_other(tmp_path: Path) -> None:
    """Our own association is what fills this server, a moment before."""
    with one_at_a_time(tmp_path, "dcmqrscp") as address:
        found = diagnose(address, "--probe-titles")
    assert found["titles"] == {"called": "refused", "calling": "accepted"}
