"""Two runs side by side: each kind of change is seen, and what is only noise is not."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from harness.errors import UsageError
from harness.results.capabilities import Capabilities, CapabilityKind
from harness.results.check_changes import ChangeKind
from harness.results.compare import Comparison, Side, SideKind, compare, compare_runs
from harness.results.model import (
    AssociationRecord,
    Check,
    ContextRecord,
    Level,
    PeerRecord,
    RunResult,
    StepResult,
    Verdict,
)
from harness.results.particulars import DiagnosisRecord
from harness.results.time_changes import ALL_STEPS
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1
from tests.reporting.sample import DIAGNOSIS, STARTED

PASS, FAIL, WARNING, BLOCKED, SKIPPED = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.WARNING,
    Verdict.BLOCKED,
    Verdict.SKIPPED,
)


def check(identifier: str, verdict: Verdict, diagnosis: DiagnosisRecord | None = None) -> Check:
    step = "/".join(identifier.split("/")[:3])
    return Check(identifier, "f/s", step, "archive", Level.REQUIRED, verdict, "this", "that", diagnosis=diagnosis)


def step(
    number: int, *checks: Check, seconds: float = 0.01, associations: Sequence[AssociationRecord] = ()
) -> StepResult:
    return StepResult(
        f"f/s/{number}", "f/s", "a step", "find", "archive", checks, associations=tuple(associations), seconds=seconds
    )


def run(*steps: StepResult, later: bool = False, version: str = "1.12.10") -> RunResult:
    started = STARTED + timedelta(days=1) if later else STARTED
    peer = PeerRecord("archive", "address", "ARCHIVE@pacs.example.org:104", "test", version=version)
    return RunResult(
        "later" if later else "former",
        started,
        "dicom-harness 0.1.0",
        "3.11.2",
        ended=started + timedelta(seconds=9),
        peers={"archive": peer},
        steps=list(steps),
    )


def one(before: Sequence[Check], after: Sequence[Check]) -> Comparison:
    return compare_runs(run(step(1, *before)), run(step(1, *after), later=True))


def kinds(found: Comparison) -> list[tuple[str, str]]:
    return [(change.kind.value, change.check.id) for change in found.checks]


@pytest.mark.parametrize(
    ("before", "after", "kind", "worse"),
    [
        (PASS, FAIL, "new failure", True),
        (SKIPPED, FAIL, "new failure", True),
        (PASS, WARNING, "new warning", True),
        (PASS, BLOCKED, "no longer tested", True),
        (PASS, SKIPPED, "no longer tested", True),
        (FAIL, SKIPPED, "no longer tested", False),
        (FAIL, PASS, "fixed", False),
        (FAIL, WARNING, "fixed", False),
        (WARNING, PASS, "fixed", False),
        (BLOCKED, PASS, "tested now", False),
        (BLOCKED, WARNING, "new warning", True),
        (BLOCKED, SKIPPED, "otherwise than before", False),
    ],
)
def test_each_change_of_a_verdict(before: Verdict, after: Verdict, kind: str, worse: bool) -> None:
    found = one([check("f/s/1/status", before)], [check("f/s/1/status", after)])
    assert kinds(found) == [(kind, "f/s/1/status")]
    assert found.is_worse is worse


def test_what_stays_is_counted_and_not_told() -> None:
    found = one([check("f/s/1/status", PASS)], [check("f/s/1/status", PASS)])
    assert (found.checks, found.same_checks, found.is_worse) == ((), 1, False)


def test_a_failure_for_another_reason() -> None:
    other = replace(DIAGNOSIS, code="result-differs")
    found = one([check("f/s/1/status", FAIL, DIAGNOSIS)], [check("f/s/1/status", FAIL, other)])
    assert kinds(found) == [("otherwise than before", "f/s/1/status")]
    assert not found.is_worse


def test_what_passes_only_as_a_known_failure_is_told() -> None:
    passed = check("f/s/1/status", PASS)
    known = replace(passed, expected_failure="known until 2027-01-01")
    for before, after in ((passed, known), (known, passed)):
        found = one([before], [after])
        assert kinds(found) == [("otherwise than before", "f/s/1/status")]
        assert not found.is_worse


def test_a_step_that_was_not_carried_out_is_one_change() -> None:
    found = one([check("f/s/1/status", PASS), check("f/s/1/count", PASS)], [check("f/s/1/find", BLOCKED)])
    assert kinds(found) == [("no longer tested", "f/s/1/find")]
    back = one([check("f/s/1/find", BLOCKED)], [check("f/s/1/status", PASS), check("f/s/1/count", FAIL)])
    assert kinds(back) == [("new failure", "f/s/1/count")]


def test_checks_that_come_and_go() -> None:
    former = run(
        step(1, check("f/s/1/status", PASS), check("f/s/1/within", FAIL)), step(2, check("f/s/2/status", PASS))
    )
    later = run(
        step(1, check("f/s/1/status", PASS), check("f/s/1/count", PASS)),
        step(3, check("f/s/3/status", FAIL), check("f/s/3/count", WARNING)),
        later=True,
    )
    found = compare_runs(former, later)
    assert kinds(found) == [
        ("new", "f/s/1/count"),
        ("gone", "f/s/1/within"),
        ("new failure", "f/s/3/status"),
        ("new", "f/s/3/count"),
        ("gone", "f/s/2/status"),
    ]


def test_what_is_only_there_when_broken_is_fixed_when_it_is_gone() -> None:
    status, lint = check("f/s/1/status", PASS), check("f/s/1/lint/pdu/reserved", WARNING)
    assert kinds(one([status, lint], [status])) == [("fixed", lint.id)]
    new = one([status], [status, lint])
    assert kinds(new) == [("new warning", lint.id)]
    assert new.is_worse


def test_both_are_judged_as_the_later_one_was() -> None:
    former, later = (
        run(step(1, check("f/s/1/status", WARNING))),
        run(step(1, check("f/s/1/status", WARNING)), later=True),
    )
    later.strict = True
    found = compare_runs(former, later)
    assert found.checks == ()
    assert "both are judged as the later one was (a warning fails)" in found.notes[0]


def context(number: int, result: str, accepted: str | None, *syntaxes: str) -> ContextRecord:
    return ContextRecord(number, CT_IMAGE_STORAGE, syntaxes, result, accepted)


def seen(*contexts: ContextRecord, role: str = "requestor") -> StepResult:
    association = AssociationRecord(
        "ARCHIVE@pacs.example.org:104", "HARNESS", "ARCHIVE", role, contexts, (), {}, "released"
    )
    return step(1, check("f/s/1/status", PASS), associations=[association])


def test_capabilities() -> None:
    refused = "transfer-syntaxes-not-supported"
    former = seen(
        context(1, "acceptance", JPEG_LOSSLESS_SV1, JPEG_LOSSLESS_SV1),
        context(3, "acceptance", IMPLICIT_VR_LE, IMPLICIT_VR_LE, EXPLICIT_VR_LE),
    )
    later = seen(
        context(1, refused, None, JPEG_LOSSLESS_SV1),
        context(3, "acceptance", EXPLICIT_VR_LE, IMPLICIT_VR_LE, EXPLICIT_VR_LE),
    )
    found = compare_runs(run(former), run(later, later=True, version="1.12.11"))
    assert [(change.kind, change.what) for change in found.capabilities] == [
        (
            CapabilityKind.LOST,
            "CT Image Storage in JPEG Lossless SV1",
        ),
        (CapabilityKind.CHANGED, "version"),
    ]
    assert found.lost[0].after == refused
    assert found.is_worse
    back = compare_runs(run(later), run(former, later=True))
    assert [change.kind for change in back.capabilities] == [CapabilityKind.GAINED]
    assert not back.is_worse


def test_what_the_peer_proposed_to_us_is_not_what_it_accepts() -> None:
    ours = seen(context(1, "acceptance", IMPLICIT_VR_LE, IMPLICIT_VR_LE), role="acceptor")
    not_any_more = seen(context(1, "abstract-syntax-not-supported", None, IMPLICIT_VR_LE), role="acceptor")
    assert compare_runs(run(ours), run(not_any_more, later=True)).capabilities == ()


def timed(growth: Callable[[float], float], steps: int) -> Comparison:
    chance = random.Random(7)
    former = [
        step(number, check(f"f/s/{number}/status", PASS), seconds=0.02 + chance.random()) for number in range(steps)
    ]
    later = [replace(one, seconds=growth(one.seconds)) for one in former]
    return compare_runs(run(*former), run(*later, later=True))


def test_all_steps_slower_is_more_than_noise() -> None:
    found = timed(lambda seconds: seconds * 1.8, 12)
    assert [change.what for change in found.slower] == [ALL_STEPS, "step find"]
    assert found.slower[0].ratio == pytest.approx(1.8)
    assert found.is_worse
    assert timed(lambda seconds: seconds * 0.5, 12).times[0].is_faster


def test_slower_and_not_felt_is_not_worse() -> None:
    found = timed(lambda seconds: seconds * 1.1, 12)
    assert found.times[0].is_more_than_noise
    assert not found.is_worse


def test_few_steps_tell_nothing() -> None:
    found = timed(lambda seconds: seconds * 5, 10)
    assert found.times[0].p is None
    assert not found.is_worse
    assert len(found.slow_steps) == 10


def test_noise_is_noise() -> None:
    chance = random.Random(11)
    found = timed(lambda seconds: seconds * chance.choice((0.3, 3.0)), 40)
    assert not found.slower


def test_steps_that_failed_are_not_measured() -> None:
    former = run(step(1, check("f/s/1/status", PASS), seconds=1))
    later = run(step(1, check("f/s/1/status", FAIL), seconds=30), later=True)
    assert compare_runs(former, later).times == ()


def test_the_same_run_and_strangers_are_refused() -> None:
    former = run(step(1, check("f/s/1/status", PASS)))
    with pytest.raises(UsageError, match="both are the same run, former"):
        compare_runs(former, former)
    stranger = run(step(2, check("f/s/2/status", PASS)), later=True)
    stranger.peers = {}
    with pytest.raises(UsageError, match="share no step and no peer"):
        compare_runs(former, stranger)


def test_notes() -> None:
    former, later = run(step(1, check("f/s/1/status", PASS))), run(step(1, check("f/s/1/status", PASS)), later=True)
    later.interrupted = True
    later.tool = "dicom-harness 0.2.0"
    later.peers["archive"] = replace(later.peers["archive"], address="ARCHIVE@other.example.org:104")
    notes = compare_runs(later, former).notes
    assert len(notes) == 4
    assert "is the later one" in notes[0]
    assert "0.2.0" in notes[1]
    assert "former run did not come to its end" in notes[2]
    assert "ARCHIVE@other.example.org:104" in notes[3]


def test_kinds_are_words_of_reports() -> None:
    assert len({kind.value for kind in ChangeKind}) == len(ChangeKind)


def side(**parts: Any) -> Side:
    seen = {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE): "acceptance"}
    peer = Capabilities("archive", "", **{"contexts": seen, **parts})
    return Side(SideKind.PROBE, "archive", STARTED + timedelta(seconds=len(parts)), {"archive": peer})


def test_roles() -> None:
    former = side(roles={CT_IMAGE_STORAGE: True})
    (change,) = compare(former, side(roles={CT_IMAGE_STORAGE: False}, facts={})).capabilities
    assert (change.kind, change.what, change.after) == (
        CapabilityKind.LOST,
        "requestor as SCP of CT Image Storage",
        "refused",
    )
    refused = {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE): "user-rejection"}
    found = compare(former, side(roles={CT_IMAGE_STORAGE: False}, contexts=refused))
    assert [change.uids for change in found.capabilities] == [(CT_IMAGE_STORAGE, IMPLICIT_VR_LE)]


def test_sides_without_a_peer_in_common() -> None:
    both = {name: Capabilities(name, "") for name in ("one", "other")}
    others = {name: Capabilities(name, "") for name in ("third", "fourth")}
    with pytest.raises(UsageError, match="no peer in common"):
        compare(Side(SideKind.PROBE, "a", STARTED, both), Side(SideKind.PROBE, "b", STARTED, others))
