"""Matches that nobody can read fail the query, whatever was asked, and are no error of the harness."""

from __future__ import annotations

import struct
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.standard.ae import AEAddress
from tests.support.accepting import accepting
from tests.support.adhoc import adhoc
from tests.support.runs import run_text


def element(tag: int, vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


GOOD = element(0x00080052, b"CS", b"STUDY ") + element(0x00100020, b"LO", b"P1")
BAD = {
    "cut": (GOOD[:-2], "ends within element (0010,0020)"),
    "garbage": (b"\xff" * 30, "element (FFFF,FFFF) has no value representation"),
    "command": (element(0x00000002, b"UI", b"1.2\0"), "element (0000,0002) does not belong"),
    "nothing": (None, "there is no identifier"),
}
ODD = {
    "odd number": GOOD + element(0x00189087, b"FD", b"abcd"),
    "odd text": GOOD + element(0x00200013, b"IS", b"XYLOPHONE "),
    "odd character set": element(0x00080005, b"CS", b"XYLOPHONE ") + GOOD,
}
"""Data sets that can be read, with values that are not as they should be."""


def finding(*identifiers: bytes | None) -> AbstractContextManager[AEAddress]:
    """A peer that answers every C-FIND with these identifiers and success."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            for identifier in identifiers:
                pending = response_to(message.command, 0xFF00, data_set=identifier is not None)
                association.send(message.context_id, pending, identifier)
            association.send(message.context_id, response_to(message.command, 0))

    return accepting(serve)


FILE = """\
version: 1
peers: {{peer: {{address: "{address}"}}}}
scenarios:
  - id: look
    peer: peer
    steps:
      - find: {{level: STUDY}}
        expect: {{{expect}}}
"""


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(
    "expect", ["count: 2", "every: {PatientID: P1}", "any: {PatientID: P1}", "exact: [{PatientID: P1}, {}]"]
)
def test_what_cannot_be_read_fails(tmp_path: Path, name: str, expect: str) -> None:
    identifier, reason = BAD[name]
    expect = expect.replace("{}]", "{PatientID: {absent: true}}]")
    with finding(GOOD, identifier) as address:
        ran = run_text(tmp_path, FILE.format(address=address, expect=expect))
    assert ran.status == 1, ran.output
    observed = ran.check("1/identifiers")["observed"]
    assert observed.startswith("1 of 2 cannot be read: match 2: ")
    assert reason in observed


@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_no_error_and_are_told_to_nobody(tmp_path: Path, name: str) -> None:
    with finding(ODD[name]) as address:
        ran = run_text(tmp_path, FILE.format(address=address, expect="every: {InstanceNumber: 3, DiffusionBValue: 3}"))
    assert ran.status == 1, ran.output
    assert ran.with_verdict("error") == []
    assert "XYLOPHONE" not in ran.output


@pytest.mark.parametrize("form", ["table", "json"])
def test_on_the_terminal(tmp_path: Path, form: str) -> None:
    with finding(GOOD, BAD["cut"][0], *ODD.values()) as address:
        done = adhoc("find", address, "-r", "PatientID", "-r", "InstanceNumber", "--output", form)
    assert done.exit_code == 1
    assert "match 2: the data set ends within element (0010,0020)" in done.output
    assert "P1" in done.stdout
    assert ("(cannot be decoded)" in done.stdout) is (form == "table")
