"""What earlier steps saw explains a later one: stored and not found, found and not sent, numbers that disagree."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from tests.support.forgetful import archive_that_finds
from tests.support.misbehaving import peer_that
from tests.support.runs import Ran, run_text

SCENARIO = """
version: 1
name: One step and the next
peers:
  peer: {{address: {address}, environment: test}}
scenarios:
  - id: only
    name: The only one
    peer: peer
    steps:
"""
STORE = """
- store: {generate: {modality: CT, instances: 3}}
  save:
    study: stored.studies[0].StudyInstanceUID
    series: stored.series[0].SeriesInstanceUID
    patient: stored.instances[0].PatientID
"""
FIND = "- find: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}}\n"
BY_STUDY = "level: STUDY, keys: {StudyInstanceUID: '${study}'}"


def _ran(folder: Path, address: AEAddress, steps: str) -> Ran:
    text = SCENARIO.format(address=address) + textwrap.indent(steps, "      ")
    return run_text(folder, text, "--allow-writes", "peer")


def _diagnosis(ran: Ran) -> dict[str, Any]:
    """The only one."""
    found = {check["diagnosis"]["code"]: check["diagnosis"] for check in ran.results["checks"] if check["diagnosis"]}
    assert len(found) == 1, ran.output
    (diagnosis,) = found.values()
    assert isinstance(diagnosis, dict)
    return diagnosis


@pytest.mark.parametrize(
    "keys",
    [
        BY_STUDY,
        "level: PATIENT, model: patient-root, keys: {PatientID: '${patient}'}",
        "level: STUDY, keys: {PatientID: '${patient}'}",
        "level: IMAGE, keys: {StudyInstanceUID: '${study}', SeriesInstanceUID: '${series}'}",
    ],
)
def test_what_was_stored_and_is_not_found(tmp_path: Path, keys: str) -> None:
    with peer_that("success") as address:
        found = _diagnosis(_ran(tmp_path, address, f"{STORE}- find: {{{keys}}}\n  expect: {{count: '>= 1'}}\n"))
    assert (found["code"], found["others"]) == ("stored-not-found", [])
    assert found["evidence"][1] == "earlier in this scenario the peer took 3 instances of what is asked for"
    assert found["evidence"][2].endswith("not among the matches")


def test_what_is_stored_twice_counts_once(tmp_path: Path) -> None:
    twice = STORE.replace("instances: 3}", "instances: 3, seed: same}")
    step = f"- find: {{{BY_STUDY}, return: [NumberOfStudyRelatedInstances]}}\n"
    expect = "  expect: {every: {NumberOfStudyRelatedInstances: 4}}\n"
    with archive_that_finds(1, 0, {"NumberOfStudyRelatedInstances": "3"}) as address:
        found = _diagnosis(_ran(tmp_path, address, twice + twice + step + expect))
    assert found["code"] == "result-differs"
    assert "earlier in this scenario the peer took 3 instances of what is asked for" in found["evidence"]


def test_some_of_what_was_stored_is_not_found(tmp_path: Path) -> None:
    step = "- find: {level: IMAGE, keys: {StudyInstanceUID: '${study}', SeriesInstanceUID: '${series}'}}\n"
    with archive_that_finds(1, 0, {"SOPInstanceUID": "1.2.3"}) as address:
        found = _diagnosis(_ran(tmp_path, address, STORE + step + "  expect: {count: 3}\n"))
    assert found["code"] == "stored-not-found"
    assert found["evidence"][2] == "of their 3 instances, 3 are not among the matches"


def test_a_further_key_may_leave_it_out_for_a_good_reason(tmp_path: Path) -> None:
    step = "- find: {level: STUDY, keys: {StudyInstanceUID: '${study}', StudyDate: '19000101'}}\n"
    with peer_that("success") as address:
        found = _diagnosis(_ran(tmp_path, address, STORE + step + "  expect: {count: 1}\n"))
    assert (found["code"], found["others"]) == ("nothing-found", ["stored-not-found"])


@pytest.mark.parametrize(
    "steps",
    [
        FIND + "  expect: {count: 1}\n",
        STORE + FIND + "  expect: {count: 1}\n",
    ],
)
def test_what_nobody_stored_is_just_not_found(tmp_path: Path, steps: str) -> None:
    with peer_that("success") as address:
        found = _diagnosis(_ran(tmp_path, address, steps))
    assert found["code"] == "nothing-found"


def test_what_was_stored_and_is_found_explains_nothing(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = _diagnosis(_ran(tmp_path, scp.address, f"{STORE}- find: {{{BY_STUDY}}}\n  expect: {{count: 2}}\n"))
    assert found["code"] == "result-differs"


@pytest.mark.parametrize(
    ("step", "others"),
    [
        ("get: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}}", []),
        (
            "move: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}, destination: local}",
            ["move-destination-unknown"],
        ),
        (
            "move: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}, destination: {ae_title: THIRD}}",
            ["move-destination-unknown"],
        ),
    ],
)
def test_what_is_found_and_not_sent(tmp_path: Path, step: str, others: list[str]) -> None:
    with archive_that_finds(1) as address:
        known = _diagnosis(_ran(tmp_path, address, f"{FIND}- {step}\n"))
        unknown = _diagnosis(_ran(tmp_path, address, f"- {step}\n"))
    assert (known["code"], known["others"]) == ("found-not-retrievable", others)
    assert "an earlier C-FIND for it has a match" in known["evidence"]
    assert unknown["code"] in ("nothing-found", "moved-nowhere")


def test_what_is_not_there_is_not_sent(tmp_path: Path) -> None:
    step = "- move: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}, destination: local}\n"
    with peer_that("success") as address:
        found = _diagnosis(_ran(tmp_path, address, FIND + step))
    assert (found["code"], found["others"]) == ("no-such-instance", [])


def test_fewer_instances_are_counted_than_were_stored(tmp_path: Path) -> None:
    step = f"- find: {{{BY_STUDY}, return: [NumberOfStudyRelatedInstances]}}\n"
    expect = "  expect: {every: {NumberOfStudyRelatedInstances: 3}}\n"
    with archive_that_finds(1, 0, {"NumberOfStudyRelatedInstances": "2"}) as address:
        found = _diagnosis(_ran(tmp_path, address, STORE + step + expect))
    with archive_that_finds(1, 0, {"NumberOfStudyRelatedInstances": "4"}) as address:
        more = _diagnosis(_ran(tmp_path, address, STORE + step + expect))
    assert found["code"] == "counts-disagree"
    assert more["code"] == "result-differs"


def test_fewer_instances_come_than_were_counted(tmp_path: Path) -> None:
    find = "- find: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}, return: [NumberOfStudyRelatedInstances]}\n"
    get = "- get: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}}\n  expect: {received: 2}\n"
    with archive_that_finds(1, 1, {"NumberOfStudyRelatedInstances": "2"}) as address:
        found = _diagnosis(_ran(tmp_path, address, find + get))
        unknown = _diagnosis(_ran(tmp_path, address, FIND + get))
    assert found["code"] == "counts-disagree"
    assert "an earlier C-FIND said 2 instances (NumberOfStudyRelatedInstances), and 1 came" in found["evidence"]
    assert unknown["code"] == "counts-disagree"


def test_the_past_is_that_of_the_same_peer(tmp_path: Path) -> None:
    text = SCENARIO.replace("scenarios:", "  other: {{address: {address}, environment: test}}\nscenarios:")
    step = f"- find: {{{BY_STUDY}}}\n  peer: other\n  expect: {{count: 1}}\n"
    with peer_that("success") as address:
        steps = textwrap.indent(STORE + step, "      ")
        ran = run_text(tmp_path, text.format(address=address) + steps, "--allow-writes", "peer")
    assert _diagnosis(ran)["code"] == "nothing-found"
