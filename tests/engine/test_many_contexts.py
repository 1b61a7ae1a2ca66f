"""More presentation contexts than an association holds: stores are split, a C-GET says what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

from harness.standard.uids import storage_sop_classes
from tests.support.runs import Ran, run_text

CLASSES = storage_sop_classes()[:140]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small instance of each of 140 storage SOP classes, in a study."""
    folder = tmp_path_factory.mktemp("study")
    study, series = generate_uid(), generate_uid()
    for number, sop_class in enumerate(CLASSES):
        instance = Dataset()
        instance.SOPClassUID, instance.SOPInstanceUID = UID(sop_class), generate_uid()
        instance.StudyInstanceUID, instance.SeriesInstanceUID = study, series
        instance.PatientID, instance.PatientName = "ZZ-SYNTHETIC-1", "ZZ-SYNTHETIC"
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(sop_class), instance.SOPInstanceUID
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        instance.file_meta = meta
        instance.save_as(folder / f"{number:03}.dcm", enforce_file_format=True)
    return folder


def run(folder: Path, study: Path, steps: str, reference: str = "{}", called: str = "REFERENCE") -> Ran:
    text = f"""\
    version: 1
    peers:
      bundled: {{reference: {reference}}}
    scenarios:
      - id: many
        peer: bundled
        steps:
          - store: {{files: {study}, called_ae_title: {called}}}
            save: {{study: "stored.studies[0].StudyInstanceUID"}}
{steps}
    """
    return run_text(folder, text)


def test_a_store_is_split_and_merged(tmp_path: Path, study: Path) -> None:
    ran = run(
        tmp_path,
        study,
        """\
            expect: {count: 140}
          - find: {level: IMAGE, keys: {StudyInstanceUID: "${study}"},
              extended_negotiation: [{sop_class: Study Root Query/Retrieve Information Model - FIND,
              relational_queries: true}]}
            expect: {count: 140}
""",
    )
    assert ran.status == 0, ran.output
    (stored, _) = ran.results["steps"]
    assert [len(association["contexts"]) for association in stored["associations"]] == [128, 128, 24]
    assert all(context["result"] == "acceptance" for a in stored["associations"] for context in a["contexts"])


def test_what_no_association_was_for_is_not_sent(tmp_path: Path, study: Path) -> None:
    ran = run(tmp_path, study, "", called="NOBODY")
    assert ran.with_verdict("fail") == ["scenario/many/1/status"]
    observed = ran.check("/status")["observed"]
    assert observed.startswith("0 of 140 instances as expected")
    assert "called AE title not recognized" in observed


def test_a_get_takes_as_many_classes_as_fit_and_names_the_others(tmp_path: Path, study: Path) -> None:
    ran = run(
        tmp_path,
        study,
        """\
          - get: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
            expect: {status: warning, completed: 127, failed: 13, received: 127, unchanged: true}
""",
    )
    assert ran.status == 0, ran.output
    (line,) = ran.results["steps"][1]["details"]
    assert line.startswith(
        "13 SOP classes could not be received: an association has room for 128 presentation contexts"
    )
    assert len(ran.results["steps"][1]["associations"][0]["contexts"]) == 128


def test_too_many_classes_of_a_get_are_a_mistake(tmp_path: Path, study: Path) -> None:
    ran = run(
        tmp_path,
        study,
        f"""\
          - get: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, sop_classes: [{", ".join(CLASSES)}]}}
""",
    )
    assert ran.status == 2
    assert "127" in ran.output


def test_a_shared_association_is_not_split(tmp_path: Path, study: Path) -> None:
    ran = run(tmp_path, study, "            association: one\n")
    assert ran.status == 3
    assert "140 presentation contexts are needed, and an association has room for 128" in ran.output


def test_a_move_of_more_than_fit_one_association(tmp_path: Path, study: Path) -> None:
    ran = run(
        tmp_path,
        study,
        """\
          - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
            expect: {completed: 140, failed: 0, received: 140, unchanged: true}
""",
    )
    assert ran.status == 0, ran.output
