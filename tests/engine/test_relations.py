"""Relations on live archives: each holds on good ones, and is broken by its defect of the reference SCP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.checks.relations.catalogue import RELATIONS
from harness.dimse.messages import response_to
from harness.net.acceptor import Serve
from harness.net.association import Association
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.scenario.defects import DEFECTS, Defect
from harness.scenario.load import load_scenarios
from harness.scenario.params.relation import RelationName
from harness.services.identifier import build_identifier, encode_identifier
from tests.support.accepting import accepting
from tests.support.archives import make, put
from tests.support.runs import Ran, run_text

CONSISTENCY = Path(__file__).parents[2] / "scenarios" / "archive-consistency.yaml"
STORES = """
  - id: before
    name: What the archive holds
    peer: archive
    steps:
      - store: {generate: {seed: one, studies: 6, series: 2, instances: 2, rows: 8, columns: 8}}
      - store: {generate: {seed: two, studies: 4, rows: 8, columns: 8, attributes: {AccessionNumber: ""}}}
      - store:
          generate:
            seed: three
            rows: 8
            columns: 8
            attributes: {PatientName: "ZZ-SYNTHETIC^Jérôme", SpecificCharacterSet: ISO_IR 100}
"""
CANCEL = "scenario/cancel/1/holds"
"""It is skipped where all matches have come before the C-CANCEL."""


def run_on(folder: Path, archive: str, *options: str) -> Ran:
    """The scenario file against an archive that was filled before, with the dates of what it holds to look in.

    Nothing is too slow here: where tests run the machine stalls now and then.
    """
    before, _, after = CONSISTENCY.read_text().partition("peers:\n")
    _, _, scenarios = after.partition("scenarios:\n")
    scenarios = re.sub(r"(check: [\w-]+)", r"\1, dates: 20200101-20201231, slow: 1 min", scenarios)
    return run_text(folder, f"{before}peers:\n  archive: {archive}\nscenarios:\n{STORES}{scenarios}", *options)


def test_the_reference_scp_agrees_with_itself(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{reference: {}}")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) <= {"pass", "skipped"}, ran.output
    assert ran.with_verdict("skipped") in ([], [CANCEL])
    assert ran.rules_broken() == set()


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{process: orthanc}")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) <= {"pass", "skipped"}, ran.output
    assert ran.with_verdict("skipped") in ([], [CANCEL])
    assert ran.rules_broken() <= {"reserved", "data-set-presence"}


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp")
def test_dcmqrscp(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{process: dcmqrscp}")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass", "skipped"}, ran.output
    assert set(ran.with_verdict("skipped")) - {CANCEL} == {"scenario/related-numbers/1/holds"}
    assert ran.rules_broken() <= {"reserved"}


@pytest.mark.slow
def test_what_the_application_of_pynetdicom_breaks(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{process: pynetdicom}", "--only", "before", "--only", "zero-length")
    check = ran.check("/zero-length/1/holds")
    assert (check["verdict"], "with a lone asterisk as AccessionNumber: 4" in check["observed"]) == ("fail", True)


@pytest.mark.parametrize(
    "relation",
    [pytest.param(name, marks=[pytest.mark.slow] * (name is RelationName.CANCEL)) for name in RelationName],
)
def test_a_relation_is_broken_by_its_defect(tmp_path: Path, relation: RelationName) -> None:
    entry = RELATIONS[relation]
    defective = f"{{reference: {{defects: {entry.defect}}}}}"
    tries = (run_on(tmp_path, defective, "--only", "before", "--only", relation.value) for _ in range(10))
    ran = next(ran for ran in tries if CANCEL not in ran.with_verdict("skipped"))
    broken = {identifier: verdict for identifier, verdict in ran.verdicts().items() if verdict != "pass"}
    assert broken.keys() == {f"scenario/{relation}/1/holds"}, ran.output
    assert set(broken.values()) <= set(entry.broken.split(" or ")), ran.output


def test_each_relation_has_its_scenario_and_each_defect_its_relation() -> None:
    (file,) = load_scenarios([CONSISTENCY])
    assert {scenario.slug: scenario.verifies for scenario in file.scenarios} == {
        name: entry.requirements for name, entry in RELATIONS.items()
    }
    assert set(RELATIONS) == set(RelationName)
    assert {entry.defect for entry in RELATIONS.values()} == set(DEFECTS) == set(Defect)


# Limits, and archives that end the association

ALONE = """
    version: 1
    peers:
      archive: {{address: "{address}", timeouts: {{response: {response}}}}}
    scenarios:
      - id: alone
        peer: archive
        steps:
          - relation: {{check: same-query{more}}}
            expect: {{holds: {holds}}}
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferenceSCP]:
    """An archive with a defect, of which this run knows nothing."""
    made = make(tmp_path_factory.mktemp("relations"), studies=6, rows=8, columns=8)
    with ReferenceSCP(ReferenceSettings(defects=frozenset((Defect.WAVERING,)))) as scp:
        put(scp, made)
        yield scp


def run_alone(
    folder: Path, address: object, more: str = "", holds: str = "true", response: str = "30 s"
) -> dict[str, Any]:
    """The one check of a relation; the archive is of no stated environment, so that nothing may be written to it."""
    return run_text(folder, ALONE.format(address=address, more=more, holds=holds, response=response)).check("/1/holds")


def test_a_report_of_somebody_elses_archive_holds_no_value(tmp_path: Path, archive: ReferenceSCP) -> None:
    check = run_alone(tmp_path, archive.address)
    assert check["verdict"] == "fail"
    assert re.search(r": 1 \(<UI, \d+ characters>\)$", check["observed"])
    studies = [row.uid for row in archive.index.rows("STUDY", {})]
    written = b"".join(path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file())
    assert not [uid for uid in studies if uid.encode() in written]


def test_a_relation_that_is_known_not_to_hold(tmp_path: Path, archive: ReferenceSCP) -> None:
    assert run_alone(tmp_path, archive.address, holds="false")["verdict"] == "pass"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (", queries: 2", "the 2 `queries` that are allowed were made"),
        (", slow: 0.01 ms", "the archive is spared more queries"),
        (", dates: 19000101-19001231", "the archive has no studies of 19000101-19001231: there is nothing to compare"),
    ],
)
def test_a_limit_is_said_and_blames_nobody(tmp_path: Path, archive: ReferenceSCP, more: str, reason: str) -> None:
    check = run_alone(tmp_path, archive.address, more)
    assert (check["verdict"], check["observed"]) == ("skipped", "not decided")
    assert check["reason"].endswith(reason)


def test_queries_have_a_pause_between_them(tmp_path: Path, archive: ReferenceSCP) -> None:
    assert run_alone(tmp_path, archive.address, ", queries: 4, pause: 100 ms")["seconds"] > 0.3


def endless(association: Association) -> None:
    """Answers a query with the same study again and again, whatever it is told."""
    message = association.receive(30)
    study = build_identifier("STUDY", {"StudyInstanceUID": "1.2.3"})
    identifier = encode_identifier(study, association.contexts[message.context_id].transfer_syntax)
    pending = response_to(message.command, 0xFF00, data_set=True)
    while True:
        association.send(message.context_id, pending, identifier)


def test_an_archive_that_does_not_heed_a_cancel_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.engine.executors.relation.IN_FLIGHT", 100)
    with accepting(endless) as address:
        check = run_alone(tmp_path, address, ", matches: 20")
    assert check["verdict"] == "skipped"
    assert "when 120 matches had come, and a C-CANCEL was no help" in check["reason"]


def ending(end: Callable[[Association], object]) -> Serve:
    """Answers one query with a study, and ends the next in a way of its own."""

    def serve(association: Association) -> None:
        message = association.receive(30)
        study = build_identifier("STUDY", {"StudyInstanceUID": "1.2.3", "StudyDate": f"{date.today():%Y%m%d}"})
        syntax = association.contexts[message.context_id].transfer_syntax
        pending = response_to(message.command, 0xFF00, data_set=True)
        association.send(message.context_id, pending, encode_identifier(study, syntax))
        association.send(message.context_id, response_to(message.command, 0))
        association.receive(30)
        end(association)

    return serve


def test_an_archive_that_aborts_has_failed(tmp_path: Path) -> None:
    with accepting(ending(lambda association: association.abort())) as address:
        check = run_alone(tmp_path, address)
    assert (check["verdict"], "abort" in check["observed"]) == ("fail", True)


def test_an_archive_that_falls_silent_is_not_blamed(tmp_path: Path) -> None:
    with accepting(ending(lambda association: association.receive(5))) as address:
        check = run_alone(tmp_path, address, response="500 ms")
    assert check["verdict"] == "skipped"
    assert "timed out" in check["reason"] or "within" in check["reason"], check["reason"]
