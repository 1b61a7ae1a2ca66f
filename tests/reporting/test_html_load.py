"""The chart of a load: what was asked for, what came of it, and where it failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from harness.reporting.html import html_text
from harness.reporting.html_load import loads
from harness.reporting.outline import outline
from harness.results.model import Check, Level, PeerRecord, RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.particulars import LoadRecord, LoadWindow
from harness.results.store import load_results, write_results

WINDOWS = (
    LoadWindow(0, 1, 50, 50, 0, 0.01, 0.02),
    LoadWindow(1, 1, 100, 100, 0, 0.01, 0.04),
    LoadWindow(2, 2, 200, 200, 7, 0.02, 0.08),
)


def run_of(load: LoadRecord | None) -> RunResult:
    check = Check("f/load/1/errors", "f/load", "f/load/1", "peer", Level.REQUIRED, Verdict.PASS, "0 failures", "0")
    step = StepResult("f/load/1", "f/load", "load", "load", "peer", (check,), seconds=4.0, load=load)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return RunResult(
        run_id="r",
        started=moment,
        ended=moment,
        tool="dicom-harness 1",
        python="3.11",
        command="",
        peers={"peer": PeerRecord("peer", "address", "A@h:1", "test")},
        scenarios=[ScenarioRecord("f/load", "Load", "peer")],
        steps=[step],
    )


def test_what_was_asked_and_what_came_of_it() -> None:
    (chart,) = loads(outline(run_of(LoadRecord("open", WINDOWS))))
    assert chart.seconds == 4
    assert chart.throughput.highest == 200
    asked, succeeded = chart.throughput.curves
    assert asked.points == "125.0,75.0 375.0,50.0 750.0,0.0"
    assert succeeded.points == "125.0,75.0 375.0,50.0 750.0,50.0"
    assert chart.throughput.failed == ((500.0, 500.0),)
    assert [curve.name for curve in chart.latency.curves] == ["p95", "p50"]
    assert chart.latency.highest == 0.08


def test_associations_are_not_drawn_as_operations() -> None:
    (chart,) = loads(outline(run_of(LoadRecord("closed", WINDOWS))))
    assert [curve.name for curve in chart.throughput.curves] == ["succeeded"]
    assert chart.throughput.highest == 100


def test_what_is_too_short_has_no_chart() -> None:
    assert loads(outline(run_of(None))) == ()
    assert loads(outline(run_of(LoadRecord("open", WINDOWS[:1])))) == ()
    nothing = tuple(replace(window, level=0, succeeded=0, p50=0, p95=0) for window in WINDOWS)
    (chart,) = loads(outline(run_of(LoadRecord("open", nothing))))
    assert chart.latency.curves[0].points.endswith("750.0,100.0")


def test_it_is_in_the_report_and_kept(tmp_path: Path) -> None:
    run = run_of(LoadRecord("open", WINDOWS, 120.0))
    assert '<section id="loads">' in html_text(run)
    assert '<section id="loads">' not in html_text(run_of(None))
    write_results(run, tmp_path)
    assert load_results(tmp_path / "results.json").steps[0].load == run.steps[0].load
