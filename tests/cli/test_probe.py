"""`dicom-harness probe` with real peers: what it finds is what their configuration says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.pynetdicom_qrscp import pynetdicom_qrscp
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.uids import EXPLICIT_VR_BE, EXPLICIT_VR_LE, IMPLICIT_VR_LE
from tests.support.adhoc import adhoc
from tests.support.peers import recipe_input

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
UNCOMPRESSED = {IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE}


def found_at(address: object, *options: object) -> dict[str, Any]:
    done = adhoc("probe", address, "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def accepted(found: dict[str, Any]) -> dict[str, set[str]]:
    return {one["uid"]: {uid for uid, result in one["results"].items() if result == 0} for one in found["sop_classes"]}


@pytest.mark.slow
def test_pynetdicom(tmp_path: Path) -> None:
    with ProcessPeer("pynetdicom", pynetdicom_qrscp, recipe_input(tmp_path)) as peer:
        few = ("--transfer-syntax", IMPLICIT_VR_LE, "--transfer-syntax", EXPLICIT_VR_LE)
        found = found_at(peer.address, "--sop-class", CT, "--sop-class", "verification", *few)
    assert accepted(found)[CT] >= {IMPLICIT_VR_LE}
    assert found["peer"]["implementation_version_name"].startswith("PYNETDICOM")


def test_nothing_is_written_and_nothing_is_sent_but_negotiation() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found_at(scp.address, "--sop-class", CT)
        done = adhoc("find", scp.address, "--level", "STUDY", "-r", "StudyInstanceUID", "--count", "0")
    assert done.exit_code == 0, done.output


def test_the_table_folds_what_answers_alike() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        options = ("--transfer-syntax", "Implicit VR Little Endian")
        done = adhoc("probe", scp.address, *options)
        whole = adhoc("probe", scp.address, "--all", *options)
    assert done.exit_code == 0
    assert "storage  188 of 188 SOP classes" in done.stdout
    assert "and 185 more" in done.stdout
    assert "print  0 of 12 SOP classes" in done.stdout
    assert "abstract-syntax-not-supported" in done.stdout
    assert "MR Image Storage" not in done.stdout
    assert "MR Image Storage" in whole.stdout


def test_csv_has_a_row_for_each_cell(tmp_path: Path) -> None:
    file = tmp_path / "matrix.csv"
    with ReferenceSCP(ReferenceSettings()) as scp:
        options = ("--sop-class", CT, "--sop-class", "print", "--transfer-syntax", EXPLICIT_VR_LE, "--csv", file)
        assert adhoc("probe", scp.address, *options).exit_code == 0
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 13
    assert {row["SOP Class UID"]: row["Negotiated"] for row in rows}[CT] == "yes"
    assert {row["Result"] for row in rows if row["Family"] == "print"} == {"3"}


def test_nobody_there_could_not_be_tested() -> None:
    done = adhoc("probe", f"PEER@127.0.0.1:{free_port()}")
    assert done.exit_code == 3
    assert "no association" in done.stdout
    assert "diagnose" in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--sop-class", "CTImageStorag"), "did you mean CT Image Storage"),
        (("--transfer-syntax", "JPEG 200"), "did you mean"),
        (("--timeout", "soon"), "soon"),
        (("--calling", "A TITLE THAT IS TOO LONG"), "16"),
    ],
)
def test_mistakes_are_told(options: tuple[str, ...], words: str) -> None:
    done = adhoc("probe", "PEER@localhost:104", *options)
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_heat_map_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    file = tmp_path / "matrix.html"
    with ReferenceSCP(ReferenceSettings()) as scp:
        options = ("--sop-class", CT, "--sop-class", "print", "--html", file)
        assert adhoc("probe", scp.address, *options).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert text.count('<td class="yes">') == 46
    assert text.count('<td class="no">') == 46 * 12
    assert "print: 0 of 12" in text
    assert "default-src &#39;none&#39;" in text
    assert "http" not in text.split("</style>")[1].replace("http-equiv", "")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("probe", scp.address, "--sop-class", CT, "--csv", tmp_path / "nowhere" / "matrix.csv")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_how_it_chooses_is_told_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "matrix.html"
    few = ("--sop-class", CT, "--transfer-syntax", IMPLICIT_VR_LE, "--transfer-syntax", EXPLICIT_VR_LE)
    with ReferenceSCP(ReferenceSettings()) as scp:
        habits = found_at(scp.address, *few, "--html", file)["habits"]
        done = adhoc("probe", scp.address, *few)
    assert habits["preferences"] == [
        {"sop_classes": [CT], "choice": "the first proposed", "accepted": 2, "compared": 2, "tiers": []}
    ]
    assert (habits["made_up_sop_class"], habits["made_up_transfer_syntax"]) == (3, 4)
    assert [again["among_many"] == again["alone"] for again in habits["asked_again"]] == [True, True]
    for text in (done.stdout, file.read_text()):
        assert "CT Image Storage: the first proposed" in text
        assert "transfer-syntaxes-not-supported" in text
