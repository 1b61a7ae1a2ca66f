"""`dicom-harness compare` on runs and probes of real peers, and on what is neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.peers.dcmtk import storescp
from harness.peers.process import ProcessPeer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.results.model import Verdict
from harness.results.store import results_text, write_results
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_2000
from tests.reporting.sample import sample
from tests.results.test_compare import check, run, step
from tests.support.adhoc import adhoc
from tests.support.peers import recipe_input
from tests.support.runs import run_text

SCENARIO = """
    version: 1
    peers:
      archive: {{address: {address}}}
    scenarios:
      - id: jpeg
        peer: archive
        steps:
          - echo: {{}}
          - negotiate:
              abstract_syntax: CT Image Storage
              transfer_syntaxes: [JPEG Lossless SV1, Explicit VR Little Endian]
            expect: {{accepted: [JPEG Lossless SV1, Explicit VR Little Endian]}}
          - echo: {{}}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two runs of one file: on a storescp that accepts JPEG Lossless, and on one that does not."""
    folders = {}
    for name, options in (("lossless", ("+xs",)), ("plain", ())):
        folder = tmp_path_factory.mktemp(name)
        with ProcessPeer("storescp", storescp, recipe_input(folder, options=options)) as peer:
            folders[name] = run_text(folder, SCENARIO.format(address=peer.address)).reports
    return folders


def compared(former: object, later: object, status: int, *options: object) -> dict[str, Any]:
    done = adhoc("compare", former, later, "--json", *options)
    assert done.exit_code == status, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.peer("storescp")
def test_what_got_worse(runs: dict[str, Path]) -> None:
    found = compared(runs["lossless"], runs["plain"] / "results.json", 1)
    assert [(one["kind"], one["id"].partition("/")[2]) for one in found["checks"]] == [
        ("new failure", "jpeg/2/accepted"),
        ("no longer tested", "jpeg/3/echo"),
    ]
    assert [(one["kind"], one["what"]) for one in found["capabilities"]] == [
        ("lost", "CT Image Storage in JPEG Lossless SV1")
    ]


@pytest.mark.peer("storescp")
def test_what_got_better(runs: dict[str, Path], tmp_path: Path) -> None:
    done = adhoc(
        "compare", runs["plain"], runs["lossless"], "--html", tmp_path / "a.html", "--markdown", tmp_path / "a.md"
    )
    assert done.exit_code == 0, done.output
    for text in (done.stdout, (tmp_path / "a.md").read_text(), (tmp_path / "a.html").read_text()):
        assert "1 fixed, 1 tested now, 1 gained" in text


@pytest.mark.peer("storescp")
def test_pages_of_places_that_are_not_there(runs: dict[str, Path], tmp_path: Path) -> None:
    done = adhoc("compare", runs["plain"], runs["lossless"], "--html", tmp_path / "none" / "a.html")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_slower_can_be_told_without_being_worse(tmp_path: Path) -> None:
    folders = []
    for later, seconds in ((False, 0.1), (True, 0.3)):
        folder = tmp_path / str(seconds)
        folder.mkdir()
        steps = [step(number, check(f"f/s/{number}/status", Verdict.PASS), seconds=seconds) for number in range(12)]
        write_results(run(*steps, later=later), folder)
        folders.append(folder)
    assert compared(folders[0], folders[1], 1)["times"][0]["slower"] is True
    told = compared(folders[0], folders[1], 0, "--ignore-times")
    assert told["times"][0]["slower"] is True
    assert told["sentence"] == "Slower (archive)."


def probed(file: Path, refusals: Refusals) -> Path:
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        done = adhoc("probe", scp.address, "--json", "--sop-class", CT_IMAGE_STORAGE)
    file.write_text(done.stdout)
    return file


def test_probes(tmp_path: Path) -> None:
    former = probed(tmp_path / "former.json", Refusals())
    later = probed(tmp_path / "later.json", Refusals(contexts={JPEG_2000: 4}))
    found = compared(former, later, 1)
    assert [one["uids"] for one in found["capabilities"]] == [[CT_IMAGE_STORAGE, JPEG_2000]]
    assert found["capabilities"][0]["after"] == "transfer-syntaxes-not-supported"
    assert found["same_contexts"] > 40
    assert compared(later, former, 0)["capabilities"][0]["kind"] == "gained"


def test_what_a_probe_found_beside_its_matrix(tmp_path: Path) -> None:
    file = probed(tmp_path / "former.json", Refusals())
    data = json.loads(file.read_text())
    sent = {"sop_class": CT_IMAGE_STORAGE, "transfer_syntax": JPEG_2000, "sent": True, "why": "", "status": 0}
    data["exercise"]["results"] = [sent]
    data["limits"] |= {"at_once": {"stood": 8}, "titles": {"called": "rejected", "calling": "accepted"}}
    file.write_text(json.dumps(data))
    data["exercise"]["results"] = [sent | {"status": 0xA700}]
    data["limits"] |= {"at_once": {"stood": 4}, "titles": {"called": "accepted", "calling": "accepted"}}
    data["started"] = "2026-11-22T08:00:00+00:00"
    (tmp_path / "later.json").write_text(json.dumps(data))
    found = compared(file, tmp_path / "later.json", 1)
    assert {(one["kind"], one["before"], one["after"]) for one in found["capabilities"]} == {
        ("lost", "stored", "sent and not stored"),
        ("changed", "8", "4"),
        ("changed", "rejected", "accepted"),
    }


def test_pairs_that_changed_alike_stand_together(tmp_path: Path) -> None:
    former, later = tmp_path / "former.json", tmp_path / "later.json"
    for file, refusals in ((former, Refusals()), (later, Refusals(contexts={JPEG_2000: 4}))):
        with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
            options = ("--sop-class", "storage", "--transfer-syntax", JPEG_2000)
            file.write_text(adhoc("probe", scp.address, "--json", *options).stdout)
    done = adhoc("compare", former, later, "--html", tmp_path / "a.html", "--markdown", tmp_path / "a.md")
    assert "capabilities lost: 188\n" in done.stdout
    for text in (done.stdout, (tmp_path / "a.md").read_text(), (tmp_path / "a.html").read_text()):
        assert text.count("and 185 more in JPEG 2000") == 1
        assert "188 capabilities lost" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no file"),
        ("<html>", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[1]", "no results.json of schema 1 (its schema: None)"),
        ('{"schema": 7}', "no results.json of schema 1 (its schema: 7)"),
        ('{"schema": 7, "sop_classes": []}', "no probe of schema 1 (its schema: 7)"),
        ('{"schema": 1, "sop_classes": [{}], "ending": null}', "not as `probe --json` writes it"),
        (
            '{"schema": 1, "sop_classes": [], "ending": {"text": "connection refused"}}',
            "could not ask the peer: connection",
        ),
        ('{"schema": 1, "run": {}}', "not as results.schema.json says"),
        (results_text(sample()).replace("+00:00", ""), "has no offset from UTC"),
        (json.dumps(json.loads(results_text(sample())) | {"checks": []}), "not as results.schema.json says"),
    ],
)
def test_what_is_no_run(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "file.json"
    if text is not None:
        file.write_text(text)
    done = adhoc("compare", file, file)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    done = adhoc("compare", tmp_path, tmp_path)
    assert done.exit_code == 2
    assert f"the folder {tmp_path} holds no results.json" in done.stderr


def test_the_same_probe_twice(tmp_path: Path) -> None:
    file = probed(tmp_path / "probe.json", Refusals())
    done = adhoc("compare", file, file)
    assert done.exit_code == 2
    assert "both are the same probe" in done.stderr


@pytest.mark.peer("storescp")
def test_how_a_peer_chooses_is_compared(tmp_path: Path) -> None:
    few = ("--sop-class", CT_IMAGE_STORAGE, "--transfer-syntax", IMPLICIT_VR_LE, "--transfer-syntax", EXPLICIT_VR_LE)
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    with ReferenceSCP(ReferenceSettings()) as scp:
        before.write_text(adhoc("probe", scp.address, *few, "--json").stdout)
    with ProcessPeer("storescp", storescp, recipe_input(tmp_path)) as peer:
        after.write_text(adhoc("probe", peer.address, *few, "--json").stdout)
    changed = compared(before, after, 1)["capabilities"]
    found = {one["what"]: (one["before"], one["after"]) for one in changed if one["kind"] == "changed"}
    assert found["transfer syntax taken of several, for most SOP classes"] == (
        "the first proposed",
        "its own order: Explicit VR Little Endian, then Implicit VR Little Endian",
    )
    assert "made-up SOP class" not in found, "both refuse it alike"
