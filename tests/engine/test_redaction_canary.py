"""The canary: a patient who is stored, found, moved and made to fail, and whom no file and no log of a run knows."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.accepting import accepting
from tests.support.canary import AGE, DATE, DIGITS, SEEDS, WORD, canary_file, complaining, sightings

pytestmark = [pytest.mark.slow, pytest.mark.peer("Orthanc", "dcmqrscp")]

RETURN = (
    "[PatientName, PatientID, PatientBirthDate, StudyDescription, ReferringPhysicianName, AccessionNumber, StudyID]"
)
SCENARIO = """
    version: 1
    peers:
      orthanc: {{process: {{recipe: orthanc, ae_titles: [ORTHANC], knows: [local]}}}}
      dcmqrscp: {{process: {{recipe: dcmqrscp, ae_titles: [QRSCP], knows: [local], options: [-d]}}}}
      complaining: {{address: "COMPLAINS@127.0.0.1:{port}", environment: test}}
    scenarios:
      - id: store
        peer: orthanc
        parameters: {{at: [orthanc, dcmqrscp]}}
        steps:
          - store: {{files: [canary.dcm]}}
            peer: "${{at}}"
            save: {{study: "stored.studies[0].StudyInstanceUID", patient: "stored.studies[0].PatientID"}}
          - find: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, return: {returned}}}
            peer: "${{at}}"
            save: {{name: "matches[0].PatientName", number: "matches[0].AccessionNumber"}}
          - find:
              level: STUDY
              keys: {{PatientName: "${{name}}", AccessionNumber: "${{number}}"}}
              store_query: true
            peer: "${{at}}"
          - move: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
            peer: "${{at}}"
          - get: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
            peer: "${{at}}"
          - id: fails
            find: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, return: {returned}}}
            peer: "${{at}}"
            expect: {{every: {{PatientName: Somebody^Else, PatientBirthDate: "20000101", StudyDescription: Another}}}}
      - id: moves-fail
        peer: orthanc
        steps:
          - find: {{level: PATIENT, model: patient-root, return: [PatientID]}}
            save: {{patient: "matches[0].PatientID"}}
          - move: {{level: PATIENT, model: patient-root, keys: {{PatientID: "${{patient}}"}}}}
            expect: {{completed: 17}}
      - id: queries-fail
        peer: dcmqrscp
        steps:
          - find: {{level: STUDY, return: {returned}}}
            expect: {{count: 17}}
      - id: complaints
        peer: complaining
        steps:
          - store: {{files: [canary.dcm]}}
      - id: complaints-of-queries
        peer: complaining
        steps:
          - find: {{level: STUDY, keys: {{StudyInstanceUID: "1.2.3"}}}}
      - id: complaints-of-moves
        peer: complaining
        steps:
          - move: {{level: STUDY, keys: {{StudyInstanceUID: "1.2.3"}}}}
"""


@dataclass(frozen=True)
class Canary:
    """A run with the patient: what it printed, and its files by name, those in the bundle included."""

    status: int
    printed: bytes
    files: dict[str, bytes]


def _run(folder: Path, *options: str) -> Canary:
    canary_file(folder / "canary.dcm")
    with accepting(complaining) as address:
        return _carried_out(folder, SCENARIO.format(port=address.port, returned=RETURN), *options)


def _carried_out(folder: Path, text: str, *options: str) -> Canary:
    (folder / "canary.yaml").write_text(textwrap.dedent(text))
    reports = folder / "reports"
    command = [sys.executable, "-c", "from harness.cli.start import main; main()", "run", "canary.yaml", "--trace"]
    command += ["--allow-commands", "--report-dir", str(reports), "--evidence", "canary.zip", *options]
    done = subprocess.run(command, cwd=folder, env=os.environ, capture_output=True, timeout=300, check=False)
    files = {str(path.relative_to(folder)): path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    with ZipFile(folder / "canary.zip") as bundle:
        files |= {f"canary.zip/{name}": bundle.read(name) for name in bundle.namelist()}
    return Canary(done.returncode, done.stdout + done.stderr, files)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Canary:
    return _run(tmp_path_factory.mktemp("canary"))


def test_the_run_did_what_could_betray_the_patient(ran: Canary) -> None:
    assert ran.status == 1, ran.printed.decode()
    results = ran.files["reports/results.json"].decode()
    for service in ("store", "find", "move", "get"):
        assert f'"service": "{service}"' in results
    assert "Somebody^Else" in results, "what the scenario states is shown"
    assert "<PN, " in results, "of the patient's name VR and length"
    assert '"log_tail": [\n' in results
    assert "A700H" in results
    kinds = {name.rpartition(".")[2] for name in ran.files}
    assert {"json", "xml", "html", "md", "csv", "pcapng", "yaml"} <= kinds


def test_nobody_knows_the_patient(ran: Canary) -> None:
    assert sightings(ran.printed) == []
    allowed = {"canary.zip/scenarios/canary.yaml"}
    seen = {name: found for name, data in ran.files.items() if name not in allowed and (found := sightings(data))}
    assert seen == {}


def test_whoever_asks_for_values_gets_them(tmp_path: Path) -> None:
    shown = _run(tmp_path, "--show-values", "--only", "canary/store")
    everything = b"".join(shown.files.values())
    assert {WORD, DATE} <= set(sightings(everything)), "so the canary would be heard"


def test_the_canary_is_heard_in_every_shape() -> None:
    assert sightings(b"nothing to see") == []
    for text in SEEDS:
        assert sightings(text.encode()) == [text]
        assert sightings(text.encode("utf-16-le"))
        assert sightings(text.encode().hex().encode())
        assert sightings(text.encode().hex(" ").encode())
    assert AGE in SEEDS
    assert DIGITS in SEEDS
