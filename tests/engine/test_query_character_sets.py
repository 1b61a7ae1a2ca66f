"""Queries in the character sets of the world, and peers that lack one told apart from those that find nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import run_files, run_text

SCENARIO = Path(__file__).parents[2] / "scenarios" / "character-sets.yaml"
FILE = """\
version: 1
peers:
  archive: {{reference: {{refuse: {{find: {status}}}}}}}
scenarios:
  - id: one
    peer: archive
    steps:
      - find: {{keys: {{PatientName: "*{name}*"}}, character_set: {character_set}}}
        expect: {{count: 1}}
"""


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_the_scenario(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIO)
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == {"reserved"}


def test_a_peer_that_lacks_the_set_answers_with_a_failure(tmp_path: Path) -> None:
    ran = run_text(tmp_path, FILE.format(status="C000", name="山田", character_set="['', ISO 2022 IR 87]"))
    assert ran.status == 1, ran.output
    check = ran.check("/status")
    assert check["observed"] == "C000H (failure: unable to process)"
    assert check["reason"] == (
        "the query is in \\ISO 2022 IR 87: a peer that lacks this character set cannot even look for a match"
    )


def test_a_peer_that_finds_nothing_has_no_failure(tmp_path: Path) -> None:
    text = FILE.format(status="C000", name="山田", character_set="['', ISO 2022 IR 87]")
    ran = run_text(tmp_path, text.replace("{refuse: {find: C000}}", "{}"))
    assert ran.status == 1, ran.output
    assert ran.check("/status")["verdict"] == "pass"
    assert ran.check("/count")["observed"] == "0 matches"


def test_a_failure_without_a_character_set(tmp_path: Path) -> None:
    text = FILE.format(status="C000", name="A", character_set="ISO_IR 100").replace(", character_set: ISO_IR 100", "")
    ran = run_text(tmp_path, text)
    assert ran.check("/status")["reason"] == ""


def test_a_name_that_the_set_lacks(tmp_path: Path) -> None:
    ran = run_text(tmp_path, FILE.format(status="C000", name="山田", character_set="ISO_IR 100"))
    assert ran.status == 3, ran.output
    assert "`*山田*` cannot be written in ISO_IR 100" in ran.output


@pytest.mark.parametrize("step", ["move: {level: STUDY, ", "get: {level: STUDY, ", "worklist: {"])
def test_every_identifier_can_have_one(tmp_path: Path, step: str) -> None:
    text = FILE.format(status="C000", name="山田", character_set="ISO_IR 100").replace("find: {keys", f"{step}keys")
    ran = run_text(tmp_path, text.replace("        expect: {count: 1}\n", ""))
    assert ran.status == 3, ran.output
    assert "cannot be written in ISO_IR 100" in ran.output
