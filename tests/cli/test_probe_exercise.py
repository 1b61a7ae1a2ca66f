"""`dicom-harness probe --exercise`: objects are sent only where that is allowed, and all of them are accounted for."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from harness.engine.probe import probing
from harness.engine.probe.request import ProbeRequest
from harness.observe.probe import Probe
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.part10 import read_file_meta
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_BASELINE
from tests.support.adhoc import adhoc

TEST = ("--environment", "test", "--exercise")
SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, JPEG_BASELINE)


def probed(address: object, *options: object) -> Result:
    syntaxes = [word for syntax in SYNTAXES for word in ("--transfer-syntax", syntax)]
    return adhoc("probe", address, "--sop-class", CT_IMAGE_STORAGE, *syntaxes, *options)


def instances_in(folder: Path) -> set[str]:
    """What an SCP has stored, by SOP Instance UID."""
    return {read_file_meta(file).sop_instance_uid for file in folder.rglob("*.dcm")}


def test_what_is_left_behind_is_what_is_there(tmp_path: Path) -> None:
    table, page = tmp_path / "matrix.csv", tmp_path / "matrix.html"
    archive = tmp_path / "archive"
    with ReferenceSCP(ReferenceSettings(folder=archive)) as scp:
        done = probed(scp.address, *TEST, "--json", "--csv", table, "--html", page)
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)["exercise"]
        there = instances_in(archive)
        text = probed(scp.address, *TEST).stdout
    assert {left["sop_instance_uid"] for left in found["left_behind"]} == there
    assert len(there) == 2
    assert found["study"]["patient_id"].startswith("ZZSYN-")
    with table.open(encoding="utf-8", newline="") as file:
        rows = {row["Transfer Syntax UID"]: (row["Negotiated"], row["Exercised"]) for row in csv.DictReader(file)}
    assert rows[EXPLICIT_VR_LE] == ("yes", "stored")
    assert rows[JPEG_BASELINE][0] == "yes"
    assert rows[JPEG_BASELINE][1].endswith("it has 12 bits stored, not 8")
    assert "exercised  2 of 3 accepted pairs: 2 stored" in text
    assert "1 not: the object that is generated cannot be in this transfer syntax" in text
    assert "left behind  2 objects, in study " in text
    for words in ("2 of 3 accepted pairs: 2 stored", 'title="stored">●', "12 bits stored, not 8"):
        assert words in page.read_text(encoding="utf-8")


def test_accepted_is_not_stored(tmp_path: Path) -> None:
    page = tmp_path / "matrix.html"
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(store=0xA700))) as scp:
        done = probed(scp.address, *TEST, "--html", page)
        assert done.exit_code == 0
        assert probed(scp.address, *TEST, "--strict").exit_code == 1
    assert "exercised  2 of 3 accepted pairs: 0 stored" in done.stdout
    assert "CT Image Storage in Explicit VR Little Endian: not stored: A700H" in done.stdout
    assert "left behind" not in done.stdout
    assert '<td class="lost" title="not stored: A700H' in page.read_text(encoding="utf-8")


def test_nothing_is_sent_without_a_word() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = probed(scp.address, "--environment", "test", "--json")
    found = json.loads(done.stdout)["exercise"]
    assert found == {
        "why_not": "objects are sent only with --exercise",
        "study": None,
        "results": [],
        "left_behind": [],
    }


def test_the_address_once_more_allows_it() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = probed(scp.address, "--exercise", "--allow-writes", scp.address)
    assert done.exit_code == 0
    assert "2 stored" in done.stdout


def test_what_was_sent_is_told_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_request: ProbeRequest) -> Probe:
        raise KeyboardInterrupt

    monkeypatch.setattr(probing, "probe", interrupted)
    done = adhoc("probe", "PEER@localhost:104", *TEST)
    assert done.exit_code == 130
    assert "interrupted; what was sent is in study 2.25." in done.stderr
    assert " of patient ZZSYN-" in done.stderr
    assert "study" not in adhoc("probe", "PEER@localhost:104").stderr


def test_what_was_sent_is_told_when_a_file_cannot_be_written(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = probed(scp.address, *TEST, "--csv", tmp_path / "nowhere" / "matrix.csv")
    assert done.exit_code == 2
    assert "left behind  2 objects, in study " in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--exercise needs `--environment test`, or `--allow-writes PEER@localhost:104`"),
        (("--environment", "production"), "`PEER@localhost:104` is production: --exercise needs"),
        (("--allow-writes", "PEER@localhost:105"), "`PEER@localhost:105` is not the peer of this command"),
    ],
)
def test_elsewhere_it_is_refused_with_the_remedy(options: tuple[str, ...], words: str) -> None:
    done = adhoc("probe", "PEER@localhost:104", "--exercise", *options)
    assert done.exit_code == 2
    assert words in done.stderr
