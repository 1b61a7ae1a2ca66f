"""The worklist step on DCMTK's wlmscpfs: each expectation can fail, queries come from files and go to files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from harness.peers.process import ProcessPeer
from harness.peers.wlmscpfs import sample_files, wlmscpfs
from harness.services.identifier import build_identifier
from tests.support.peers import recipe_input
from tests.support.runs import run_files, run_text

pytestmark = pytest.mark.peer("wlmscpfs", "dump2dcm")

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SCENARIO = SCENARIOS / "worklist.yaml"
HAYDN = "keys: {PatientID: HF}"
FILE = """\
version: 1
peers:
  ris: {{process: wlmscpfs}}
scenarios:
  - id: one
    peer: ris
    steps:
      - worklist: {{{worklist}}}
        expect: {{{expect}}}
"""


@pytest.mark.parametrize("name", ["worklist.yaml", "worklist-names.yaml"])
def test_the_scenarios(tmp_path: Path, name: str) -> None:
    ran = run_files(tmp_path, SCENARIOS / name)
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()


def test_a_peer_that_lacks_a_character_set(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        FILE.format(worklist="keys: {PatientName: '*길동*'}, character_set: ['', ISO 2022 IR 149]", expect="count: 1"),
    )
    assert ran.check("/status")["observed"] == "A900H (failure: identifier does not match SOP class)"
    assert "the query is in \\ISO 2022 IR 149" in ran.check("/status")["reason"]


def test_the_scenario_sends_the_queries_of_the_dumps(tmp_path: Path) -> None:
    text = SCENARIO.read_text(encoding="utf-8").replace(
        "      - worklist:\n", "      - worklist:\n          store_query: true\n"
    )
    ran = run_text(tmp_path, text, *(f"--only=wlistqry{number}" for number in range(13)))
    assert ran.status == 0, ran.output
    dumps = sample_files(Path("/usr"))[0].parents[2] / "wlistqry"
    for number in range(13):
        subprocess.run(
            ["/usr/bin/dump2dcm", "-q", str(dumps / f"wlistqry{number}.dump"), str(tmp_path / "query.dcm")], check=True
        )
        written = dcmread(tmp_path / "reports" / "queries" / f"scenario_wlistqry{number}_1.dcm")
        assert Dataset(written) == Dataset(dcmread(tmp_path / "query.dcm")), number


@pytest.mark.parametrize(
    ("worklist", "expect", "failing"),
    [
        (HAYDN, "status: failure", "status"),
        (HAYDN, "count: 2", "count"),
        (HAYDN, "one: {PatientID: HF}", "one"),
        (HAYDN, "every: {ScheduledProcedureStepSequence: {Modality: CT}}", "every"),
        (HAYDN, "any: {'ScheduledProcedureStepSequence[0].Modality': MR}", "any"),
        (HAYDN, "exact: [{PatientID: HF}, {PatientID: HF}]", "exact"),
        (HAYDN, "rejected: true", "rejected"),
        ("called_ae_title: NOBODY", "status: success", "status"),
        (
            "keys: {ScheduledProcedureStepSequence: {ScheduledProcedureStepStartDate: {as_is: BAD}}}",
            "count: 0",
            "status",
        ),
    ],
)
def test_falsified(tmp_path: Path, worklist: str, expect: str, failing: str) -> None:
    ran = run_text(tmp_path, FILE.format(worklist=worklist, expect=expect))
    assert ran.status == 1, ran.output
    assert f"scenario/one/1/{failing}" in ran.with_verdict("fail")


def test_a_query_from_a_file(tmp_path: Path) -> None:
    query = build_identifier("", {"PatientID": "HF", "ScheduledProcedureStepSequence": [{"Modality": "CT"}]})
    query.save_as(tmp_path / "query.dcm", implicit_vr=True, little_endian=True)
    steps = FILE.format(worklist="query: query.dcm, return: [AccessionNumber]", expect="count: 1") + (
        "      - worklist: {query: query.dcm, store_query: true,"
        " keys: {ScheduledProcedureStepSequence: {Modality: US}}}\n"
        "        expect: {exact: [{ScheduledProcedureStepSequence: {Modality: US}}]}\n"
    )
    ran = run_text(tmp_path, steps)
    assert ran.status == 0, ran.output
    stored = dcmread(tmp_path / "reports" / "queries" / "scenario_one_2.dcm")
    assert stored.PatientID == "HF"
    assert stored.ScheduledProcedureStepSequence[0].Modality == "US"
    assert ["the query as it was sent: queries/scenario_one_2.dcm"] in [
        step["details"] for step in ran.results["steps"]
    ]
    assert [path.name for path in (tmp_path / "reports" / "queries").iterdir()] == ["scenario_one_2.dcm"]


def test_a_query_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "query.dcm").write_text("no DICOM")
    ran = run_text(tmp_path, FILE.format(worklist="query: query.dcm", expect="count: 1"))
    assert ran.status == 3, ran.output
    assert "query.dcm is no DICOM file" in ran.output


def test_values_are_not_shown(tmp_path: Path) -> None:
    every = "every: {'ScheduledProcedureStepSequence[0].ScheduledProcedureStepID': NONE}"
    ran = run_text(tmp_path, FILE.format(worklist=HAYDN, expect=every))
    assert "ScheduledProcedureStepSequence[0].ScheduledProcedureStepID = <SH, " in ran.output
    assert "SPD" not in (tmp_path / "reports" / "results.json").read_text()


ITEMS = """\
version: 1
peers:
  ris:
    {kind}:
      {recipe}worklist:
        - items.yaml
        - PatientName: WRITTEN^OUT
          PatientID: 2
          RequestedProcedureDescription: Chest
          ScheduledProcedureStepSequence: {step}
scenarios:
  - id: one
    peer: ris
    steps:
      - worklist: {{}}
        expect:
          exact:
            - {{PatientID: 2, "ScheduledProcedureStepSequence[0].ScheduledStationAETitle": ROOM1}}
"""
STEP = "{Modality: CT, ScheduledStationAETitle: ROOM1, ScheduledProcedureStepDescription: Chest}"


@pytest.mark.parametrize(("kind", "recipe"), [("reference", ""), ("process", "recipe: wlmscpfs\n      ")])
def test_items_written_into_the_scenario(tmp_path: Path, kind: str, recipe: str) -> None:
    text = ITEMS.format(kind=kind, recipe=recipe, step=STEP).replace("        - items.yaml\n", "")
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output


def test_items_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "items.yaml").write_text("- {PatientNam: A}\n")
    ran = run_text(tmp_path, ITEMS.format(kind="reference", recipe="", step=STEP))
    assert ran.status == 3, ran.output
    assert "items.yaml:1:4: `PatientNam` is no attribute" in ran.output
    text = ITEMS.format(kind="reference", recipe="", step="{Modality: CT}").replace("        - items.yaml\n", "")
    ran = run_text(tmp_path, text)
    assert ran.status == 3, ran.output
    assert "worklist item 1 lacks ScheduledStationAETitle" in ran.output


def test_a_worklist_that_refuses(tmp_path: Path) -> None:
    text = FILE.format(worklist="", expect="status: out-of-resources")
    ran = run_text(tmp_path, text.replace("process: wlmscpfs", "reference: {refuse: {worklist: A700}}"))
    assert ran.status == 0, ran.output


def test_keys_that_the_peer_does_not_support_are_told(tmp_path: Path) -> None:
    ran = run_text(tmp_path, FILE.format(worklist="keys: {PatientID: HF}, return: PatientBirthName", expect="count: 3"))
    assert ran.status == 0, ran.output
    (step,) = ran.results["steps"]
    assert step["details"][0].startswith("3 of 3 matches with status FF01H: some keys are not supported")


def test_a_root_of_ones_own(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        """\
        version: 1
        local: {uid_root: 1.2.3.4}
        peers:
          bundled: {reference: {}}
        scenarios:
          - id: one
            peer: bundled
            steps:
              - store: {generate: {}}
                save: {study: "stored.studies[0].StudyInstanceUID", instance: "stored.instances[0].SOPInstanceUID"}
              - find: {level: STUDY, keys: {StudyInstanceUID: "${study}"}, store_query: true}
                expect: {exact: [{StudyInstanceUID: {matches: '1\\.2\\.3\\.4\\.[0-9]+'}}]}
              - mpps: {create: {}}
              - commit: {}
        """,
    )
    assert ran.status == 0, ran.output
    stored = dcmread(tmp_path / "reports" / "queries" / "scenario_one_2.dcm")
    assert stored.file_meta.MediaStorageSOPInstanceUID.startswith("1.2.3.4.")


@pytest.mark.peer("findscu")
def test_a_file_with_single_keys_overridden_is_sent_as_findscu_sends_it(tmp_path: Path) -> None:
    requests = tmp_path / "requests"
    requests.mkdir()
    dumps = sample_files(Path("/usr"))[0].parents[2] / "wlistqry"
    query = tmp_path / "query.dcm"
    subprocess.run(["/usr/bin/dump2dcm", "-q", str(dumps / "wlistqry9.dump"), str(query)], check=True)
    keys = "PatientID: HF, ScheduledProcedureStepSequence: {ScheduledStationAETitle: AB45, Modality: CR}"
    given = recipe_input(tmp_path, "RIS", options=("--request-file-path", str(requests)))
    with ProcessPeer("wlmscpfs", wlmscpfs, given) as peer:
        sequence = "ScheduledProcedureStepSequence[0]."
        options = ["PatientID=HF", f"{sequence}ScheduledStationAETitle=AB45", f"{sequence}Modality=CR"]
        command = ["/usr/bin/findscu", "-W", "-aec", "RIS", "127.0.0.1", str(peer.address.port), str(query)]
        subprocess.run(
            [*command, *(part for option in options for part in ("-k", option))], check=True, capture_output=True
        )
        address = f'address: "{peer.address}"'
        text = FILE.format(worklist=f"query: query.dcm, keys: {{{keys}}}", expect="count: 1")
        ran = run_text(tmp_path, text.replace("process: wlmscpfs", address))
    assert ran.status == 0, ran.output
    theirs, ours = (path.read_text() for path in sorted(requests.iterdir()))
    assert "[AB45]" in theirs
    assert ours == theirs
