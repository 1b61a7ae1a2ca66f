"""The cases as a whole: ids, requirements, outcomes; and the reference SCP, which must pass all of them."""

from __future__ import annotations

import re

import pytest

from harness.engine.conform.cases.catalogue import CASES, GROUPS
from harness.engine.conform.model import Conduct, Kind, Profile
from harness.engine.conform.selection import Selection
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.results.model import Verdict
from harness.scenario.caution import Environment
from harness.standard.requirements.catalogue import REQUIREMENTS
from harness.standard.uids import CT_IMAGE_STORAGE, PROCEDURE_STEP
from tests.support.conforming import run_cases
from tools.conform_products import SCHEDULED

_ID = re.compile(r"(ul|dimse|verification|storage|qr|worklist|mpps|commit)/[a-z0-9-]+/[a-z0-9-]+")
TO_US = ("conform/qr/move-here/", "conform/commit/result/")
"""Cases for which we must listen; see `test_destination`."""

STRICT = Selection(profile=Profile.STRICT)


def test_ids_are_unique_and_well_formed_and_every_group_has_a_title() -> None:
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids)
    assert [identifier for identifier in ids if not _ID.fullmatch(identifier)] == []
    assert {case.group for case in CASES} == set(GROUPS)


def test_every_case_names_requirements_of_the_catalogue() -> None:
    for case in CASES:
        assert case.requirements, case.id
        assert set(case.requirements) <= set(REQUIREMENTS), case.id


def test_no_case_allows_what_is_never_allowed() -> None:
    for case in CASES:
        kinds = {outcome.kind for outcome in case.allowed}
        assert kinds, case.id
        assert not kinds & {Kind.VIOLATED, Kind.RESET, Kind.OTHER}, case.id


def test_peers_in_use_get_only_what_reads() -> None:
    chosen = Selection().chosen(CASES, Environment.PRODUCTION)
    assert chosen
    assert {case.conduct for case in chosen} == {Conduct.READS}


def test_what_breaks_rules_comes_last() -> None:
    conducts = [case.conduct for case in STRICT.chosen(CASES, Environment.TEST)]
    assert conducts == sorted(conducts)
    assert conducts[-1] is Conduct.BREAKS


@pytest.mark.slow
def test_the_reference_scp_passes_every_case() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", worklist=worklist_items(SCHEDULED))) as scp:
        run = run_cases(scp.address, STRICT.chosen(CASES, Environment.TEST))
    unmet = {check.id: check.observed for check in run.checks if check.verdict is not Verdict.PASS}
    assert {identifier for identifier in unmet if not identifier.startswith(TO_US)} == set(), unmet


@pytest.mark.slow
def test_timers_are_waited_for_only_when_that_is_asked_for_and_told_in_seconds() -> None:
    assert not any(case.waits for case in STRICT.chosen(CASES, Environment.TEST))
    chosen = Selection(timers=True, only=()).chosen(CASES, Environment.TEST)
    waiting = [case for case in chosen if case.waits]
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", timeouts=Timeouts(artim=3, idle=3))) as scp:
        run = run_cases(scp.address, waiting)
    observed = {check.id: check.observed for check in run.checks}
    assert {check.verdict for check in run.checks} == {Verdict.PASS}
    assert re.match(r"after [\d.]+ s: ", observed["conform/ul/timers/no-request/outcome"])
    assert re.match(r"after [\d.]+ s: A-ABORT", observed["conform/ul/timers/idle/outcome"])


def test_cases_that_only_read_may_run_at_once() -> None:
    reads = Selection(profile=Profile.SAFE).chosen(CASES, Environment.TEST)
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = run_cases(scp.address, reads, jobs=4)
    assert [check.id for check in run.checks] == [f"conform/{case.id}/outcome" for case in reads]
    assert {check.id: check.observed for check in run.checks if check.verdict is not Verdict.PASS} == {}


def test_a_peer_that_takes_few_associations_at_once_is_not_blamed_for_that() -> None:
    reads = Selection(profile=Profile.SAFE).chosen(CASES, Environment.TEST)
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", maximum_associations=5)) as scp:
        run = run_cases(scp.address, reads, jobs=12)
    assert [check.id for check in run.checks] == [f"conform/{case.id}/outcome" for case in reads]
    assert {check.id: check.observed for check in run.checks if check.verdict is not Verdict.PASS} == {}


def test_what_is_written_is_listed_as_left_behind() -> None:
    chosen = Selection(only=("mpps/set/", "storage/store/many")).chosen(CASES, Environment.TEST)
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = run_cases(scp.address, chosen)
    left = [one.sop_class_uid for one in run.left_behind]
    assert left.count(CT_IMAGE_STORAGE) == 5
    assert left.count(PROCEDURE_STEP) >= sum(case.id.startswith("mpps/set/") for case in chosen) - 1
    assert all(one.patient_id.startswith("ZZSYN-") for one in run.left_behind)
