"""Every fault of the lab yields its diagnosis, in `diagnose` and in every report of `run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.catalogue import FAULTS
from tests.lab.fault import NOTHING_WRONG, Fault, Way
from tests.lab.judge import Found, judge, judge_again


def _marked(fault: Fault) -> object:
    marks = [pytest.mark.slow, pytest.mark.peer(*fault.programs)]
    if fault.container:
        marks.append(pytest.mark.container)
    if fault.code.startswith("delayed-acknowledgement"):
        marks.append(pytest.mark.timed)
    return pytest.param(fault, id=fault.name, marks=marks)


@pytest.mark.parametrize("fault", [_marked(fault) for fault in FAULTS])
def test_diagnosis(tmp_path: Path, fault: Fault) -> None:
    found = judge_again(fault, tmp_path)
    assert {way: one.is_right(fault) for way, one in found.items()} == dict.fromkeys(fault.ways, True), found


def test_names_are_unique() -> None:
    assert len({(fault.product, fault.name) for fault in FAULTS}) == len(FAULTS)


def test_the_lab_is_large() -> None:
    assert sum(fault.code != NOTHING_WRONG for fault in FAULTS) >= 60


def test_twelve_faults_are_of_real_products() -> None:
    assert sum(fault.code != NOTHING_WRONG and bool(fault.programs) for fault in FAULTS) >= 12


def test_some_faults_leave_it_undecided() -> None:
    assert sum(bool(fault.others) for fault in FAULTS) >= 5


@pytest.mark.parametrize("way", Way)
def test_what_pynetdicom_cannot_tell_apart_has_a_code_each(way: Way) -> None:
    """It says "aborted" of all of them, and "rejected" of the last."""
    alike = (
        "nothing listens at the port",
        "nobody knows the name",
        "an HL7 listener that waits for its start byte",
        "accepts, and closes at once",
        "a web server that answers at once",
        "an SSH server",
        "plain DICOM where we speak TLS",
        "TLS where we speak plain DICOM",
        "a certificate of a CA that we do not trust",
        "a certificate for another host",
        "they want a certificate of ours",
        "no SOP class is supported",
        "rejected with 1/1/7",
    )
    codes = {fault.code for fault in FAULTS if fault.name in alike and way in fault.ways}
    assert len(codes) == len(alike) == 13


def test_a_wrong_answer_is_seen() -> None:
    fault = Fault("any", "connection-refused", FAULTS[0].start, others=("closed-at-once",))
    assert Found("connection-refused", ("closed-at-once",)).is_right(fault)
    assert not Found("connection-refused").is_right(fault)
    assert not Found("connection-timeout", ("closed-at-once",)).is_right(fault)
    assert not Found("connection-refused", ("closed-at-once",), "the code is not in junit.xml").is_right(fault)


def test_a_fault_that_is_not_there_is_seen(tmp_path: Path) -> None:
    """A healthy peer under the label of a fault, through the whole lab."""
    healthy = next(fault for fault in FAULTS if fault.code == NOTHING_WRONG)
    found = judge(Fault(healthy.name, "connection-refused", healthy.start), tmp_path, patience=6)
    assert found == {Way.DIAGNOSE: Found(NOTHING_WRONG), Way.RUN: Found(NOTHING_WRONG)}
