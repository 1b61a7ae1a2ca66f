"""Uncommon SOP classes and transfer syntaxes: each instance has a presentation context of its own, and nothing more."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.uids import MPEG4_HIGH_41
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.runs import run_files, run_text

SCENARIO = Path(__file__).parents[2] / "scenarios" / "orthanc-dcmtk-tricks.yaml"


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc_as_process(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIO, "--tag", "process")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    # Orthanc sends an image on in the one compressed syntax that it has it in (PS3.5 10.2).
    assert ran.rules_broken() <= {"reserved", "default-transfer-syntax"}
    known = [check["id"] for check in ran.results["checks"] if check["expected_failure"]]
    assert len(known) == 8
    assert all("newer-syntaxes-stored" in name for name in known)


@pytest.mark.slow
@pytest.mark.container
def test_orthanc_in_a_container(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIO, "--tag", "container")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() <= {"reserved"}


@pytest.mark.peer("storescu")
def test_a_sender_with_a_list_of_contexts_has_none_for_a_video(tmp_path: Path) -> None:
    """What the scenario is about: DCMTK's storescu as it comes, and the harness, with the same video."""
    spec = GenerateSpec("VIDEO", transfer_syntax_uid=MPEG4_HIGH_41)
    (video,) = generate(spec, tmp_path / "video", "seed")
    with ReferenceSCP(ReferenceSettings()) as scp:
        where = ["-aec", scp.address.ae_title, scp.address.host, str(scp.address.port)]
        done = subprocess.run(["/usr/bin/storescu", *where, video.path], capture_output=True, text=True)
        assert "No presentation context for" in done.stderr
        ran = run_text(
            tmp_path,
            f"""\
            version: 1
            peers: {{archive: {{address: "{scp.address}", environment: test}}}}
            scenarios:
              - {{id: video, peer: archive, steps: [{{store: {{files: video}}}}]}}
            """,
        )
    assert ran.status == 0, ran.output


def test_a_get_proposes_what_its_scenario_stored(tmp_path: Path) -> None:
    """Each class in its own syntax and the uncompressed ones: not every class in every syntax of the run."""
    ran = run_text(
        tmp_path,
        """\
        version: 1
        peers: {bundled: {reference: {}}}
        scenarios:
          - id: before
            peer: bundled
            steps: [{store: {generate: {modality: CT, transfer_syntax: RLE Lossless}}}]
          - id: mixed
            peer: bundled
            steps:
              - store: {generate: {modality: MR, transfer_syntax: JPEG Lossless SV1}}
                save: {study: "stored.studies[0].StudyInstanceUID"}
              - store: {generate: {modality: US, attributes: {StudyInstanceUID: "${study}"}}}
              - get: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
                expect: {completed: 2, received: 2, unchanged: true}
        """,
    )
    assert ran.status == 0, ran.output
    (get,) = [step for step in ran.results["steps"] if step["service"] == "get"]
    (association,) = get["associations"]
    proposed = [context["abstract_syntax"] for context in association["contexts"]]
    assert len(proposed) == 1 + 3 + 2
