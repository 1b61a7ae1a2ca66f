"""Steps about performed procedures, commitment and availability: defaults, permissions, and what is left behind."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.commitment import Delivery
from harness.standard.uids import GENERATED_UID_ROOT, INSTANCE_AVAILABILITY, PROCEDURE_STEP
from tests.support.normalized import attributes_by_uid
from tests.support.runs import Ran, run_text

FILE = """\
version: 1
peers:
  bundled: {reference: {%(options)s}}
scenarios:
  - id: steps
    peer: bundled
    steps:
%(steps)s
"""
STORE = "      - store: {generate: {modality: MR, series: 2, instances: 2}}\n"
COMMIT = "      - commit: {wait: 300 ms%s}\n"


def run(folder: Path, steps: str, options: str = "") -> Ran:
    return run_text(folder, FILE % {"steps": steps, "options": options})


@pytest.mark.parametrize(
    ("delivery", "report"),
    [
        ("same-association", "any"),
        ("same-association", "same-association"),
        ("new-association", "any"),
        ("new-association", "new-association"),
        ("later", "later"),
    ],
)
def test_a_report_in_each_way(tmp_path: Path, delivery: str, report: str) -> None:
    step = (
        f"      - commit: {{report: {report}, pause: 100 ms}}\n        expect: {{delivery: {delivery}, committed: 4}}\n"
    )
    ran = run(tmp_path, STORE + step, f"commitment: {delivery}")
    assert ran.status == 0, ran.output
    assert len(ran.results["steps"][1]["associations"]) == (1 if delivery == "same-association" else 2)


def test_no_report_in_time_fails(tmp_path: Path) -> None:
    ran = run(tmp_path, STORE + COMMIT % "", "commitment: later")
    assert ran.with_verdict("fail") == ["scenario/steps/2/failed", "scenario/steps/2/reported"]
    check = ran.check("/reported")
    assert (check["expected"], check["observed"]) == (
        "a report of all 4 instances within 0.3 s",
        "no report within 0.3 s",
    )
    assert "must know our AE title" in check["reason"]


def test_what_is_not_committed_is_named(tmp_path: Path) -> None:
    ran = run(tmp_path, "      - commit: {instances: [{sop_class: CT Image Storage, sop_instance: 1.2.3}]}\n")
    assert ran.with_verdict("fail") == ["scenario/steps/1/failed"]
    assert ran.check("/failed")["observed"] == "1 instance not committed (1 x no-such-object-instance)"
    assert ran.results["steps"][0]["details"] == ["not committed: CT Image Storage 1.2.3: no-such-object-instance"]


def test_no_report_can_be_what_is_expected(tmp_path: Path) -> None:
    ran = run(tmp_path, STORE + COMMIT % "" + "        expect: {reported: false}\n", "commitment: later")
    assert ran.status == 0, ran.output


def test_a_refused_request_needs_no_report(tmp_path: Path) -> None:
    step = COMMIT % "" + "        expect: {status: resource-limitation}\n"
    assert run(tmp_path, STORE + step, "refuse: {commit: 0213}").status == 0
    ran = run(tmp_path, STORE + COMMIT % "", "refuse: {commit: 0213}")
    assert ran.check("/reported")["observed"] == "no report, the request was not accepted"
    assert ran.status == 1


@pytest.mark.parametrize("step", ["commit: {}", "instance-availability: {}"])
def test_nothing_was_stored(tmp_path: Path, step: str) -> None:
    ran = run(tmp_path, f"      - {step}\n")
    assert ran.with_verdict("error") == [f"scenario/steps/1/{step.partition(':')[0]}"]
    assert "nothing was stored" in ran.output
    assert ran.status == 3


def test_what_another_scenario_stored_does_not_count(tmp_path: Path) -> None:
    text = FILE % {"steps": STORE, "options": ""}
    ran = run_text(tmp_path, text + "  - {id: other, peer: bundled, steps: [{commit: {}}]}\n")
    assert ran.with_verdict("error") == ["scenario/other/1/commit"]


@pytest.fixture
def archive() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(commitment=Delivery.SAME_ASSOCIATION)) as running:
        yield running


PLAYED = """\
version: 1
peers:
  archive: {address: "%(address)s", environment: %(environment)s, allow: [%(allow)s]}
scenarios:
  - id: steps
    peer: archive
    steps:
%(steps)s
"""
WORKFLOW = (
    """\
      - mpps: {create: {ScheduledStepAttributesSequence: {AccessionNumber: A1}, Modality: MR}}
        save: {mpps: response.SOPInstanceUID}
"""
    + STORE
    + """\
      - mpps: {set: "${mpps}", attributes: {PerformedProcedureStepStatus: COMPLETED}}
      - commit: {}
      - instance-availability: {availability: NEARLINE, sop_instance: peer}
"""
)


def played(folder: Path, archive: ReferenceSCP, steps: str, *options: str, environment: str, allow: str = "") -> Ran:
    values = {"address": archive.address, "steps": steps, "environment": environment, "allow": allow}
    return run_text(folder, PLAYED % values, *options)


def test_what_is_made_of_what_was_stored(tmp_path: Path, archive: ReferenceSCP) -> None:
    ran = played(tmp_path, archive, WORKFLOW, environment="test")
    assert ran.status == 0, ran.output
    [(uid, step)] = attributes_by_uid(archive.index, PROCEDURE_STEP).items()
    assert uid.startswith(GENERATED_UID_ROOT)
    assert (step.PerformedProcedureStepStatus, step.Modality) == ("COMPLETED", "MR")
    assert step.PatientName == "ZZ-SYNTHETIC^PATIENT 1"
    assert step.ScheduledStepAttributesSequence[0].AccessionNumber == "A1"
    assert [len(series.ReferencedImageSequence) for series in step.PerformedSeriesSequence] == [2, 2]
    [(_, told)] = attributes_by_uid(archive.index, INSTANCE_AVAILABILITY).items()
    series = {item.SeriesInstanceUID for item in step.PerformedSeriesSequence}
    assert {item.SeriesInstanceUID for item in told.ReferencedSeriesSequence} == series
    for item in told.ReferencedSeriesSequence:
        references = {(one.InstanceAvailability, one.RetrieveAETitle) for one in item.ReferencedSOPSequence}
        assert references == {("NEARLINE", "REFERENCE")}


def test_what_is_left_behind_is_listed(tmp_path: Path, archive: ReferenceSCP) -> None:
    ran = played(tmp_path, archive, WORKFLOW, environment="test")
    with (ran.reports / "left-behind.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    classes = [row["sop_class_uid"] for row in rows]
    assert (classes[0], classes[-1], len(classes)) == (PROCEDURE_STEP, INSTANCE_AVAILABILITY, 6)
    assert [rows[0]["sop_instance_uid"]] == list(attributes_by_uid(archive.index, PROCEDURE_STEP))


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ("mpps: {create: {}}", "mpps"),
        ("mpps: {set: 1.2.3, attributes: {PerformedProcedureStepStatus: COMPLETED}}", "mpps"),
        ("commit: {instances: [{sop_class: CT Image Storage, sop_instance: 1.2.3}]}", "commit"),
        ("instance-availability: {attributes: {StudyInstanceUID: 1.2.3}}", "instance-availability"),
    ],
)
def test_production_needs_both_permissions(tmp_path: Path, archive: ReferenceSCP, step: str, needed: str) -> None:
    steps = f"      - {step}\n"
    ran = played(tmp_path, archive, steps, environment="production")
    assert ran.status == 5
    assert f"needs `allow: [{needed}]` at the peer and `--allow-writes archive`" in " ".join(ran.output.split())
    ran = played(tmp_path, archive, steps, environment="production", allow=needed)
    assert ran.status == 5
    ran = played(tmp_path, archive, steps, "--allow-writes", "archive", environment="production", allow="store")
    assert ran.status == 5
    ran = played(tmp_path, archive, steps, "--allow-writes", "archive", environment="production", allow=needed)
    assert ran.status in (0, 1)
    assert ran.results["counts"]["skipped"] == 0


def test_attributes_that_a_peer_finds_fault_with_are_named(tmp_path: Path) -> None:
    ran = run(tmp_path, "      - mpps: {create: {}, without: [Modality, PatientName]}\n")
    observed = ran.check("/status")["observed"]
    assert observed == "0120H (failure: missing attribute): PatientName, Modality"


def test_a_peer_that_chooses_no_context(tmp_path: Path, archive: ReferenceSCP) -> None:
    steps = "      - mpps: {create: {}, called_ae_title: NOBODY}\n        expect: {rejected: true}\n"
    ran = played(tmp_path, archive, steps, environment="test")
    assert ran.status == 0, ran.output


def test_what_is_stored_twice_is_one_instance(tmp_path: Path) -> None:
    store = "      - store: {generate: {modality: CT, instances: 2, seed: same}}\n"
    ran = run(tmp_path, store + store + "      - commit: {}\n        expect: {committed: 2, failed: 0}\n")
    assert ran.status == 0, ran.output
