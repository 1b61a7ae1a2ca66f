"""`junit.xml`: valid, stable, and read back by what CI systems read it with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from harness.reporting.junit import junit_text
from harness.results.model import RunResult
from tests.reporting.sample import FILE, sample
from tests.support.golden import check_golden
from tests.support.random_results import run_results

HERE = Path(__file__).parent
XSD = etree.XMLSchema(etree.parse(HERE / "jenkins-junit.xsd"))


def _parsed(run: RunResult) -> etree._Element:
    return etree.fromstring(junit_text(run).encode("utf-8"))


def _cases(run: RunResult) -> dict[str, etree._Element]:
    return {f"{case.get('classname')}/{case.get('name')}": case for case in _parsed(run).iter("testcase")}


def test_golden() -> None:
    check_golden(HERE / "golden" / "junit.xml", junit_text(sample()))


@settings(deadline=None)
@given(run_results())
def test_always_valid(run: RunResult) -> None:
    XSD.assertValid(_parsed(run))


def test_the_schema_refuses_what_jenkins_refuses() -> None:
    root = _parsed(sample())
    root.find(".//testcase").set("time", "1e-05")
    assert not XSD.validate(root)


def test_ids_of_checks_are_ids_of_cases() -> None:
    run = sample()
    assert set(_cases(run)) == {check.id for check in run.checks}


def test_what_each_verdict_becomes() -> None:
    cases = _cases(sample())
    become = {name.removeprefix(f"{FILE}/"): [child.tag for child in case] for name, case in cases.items()}
    assert become["echo/1/status"] == []
    assert become["store-find/2/count"] == ["failure"]
    assert become["orthanc/1/echo"] == ["error"]
    assert become["write/1/store"] == ["skipped"]
    assert become["store-find/3/move"] == ["skipped"]
    assert become["syntax[syntax=JPEG Lossless SV1]/1/accepted"] == ["system-out"]
    assert become["known/1/count"] == ["system-out"]
    blocked = cases[f"{FILE}/store-find/3/move"].find("skipped")
    assert blocked is not None
    assert blocked.get("message") == "blocked: step 2 failed"


def test_a_warning_is_a_failure_of_a_strict_run() -> None:
    run = sample()
    run.strict = True
    assert [child.tag for child in _cases(run)[f"{FILE}/syntax[syntax=JPEG Lossless SV1]/1/accepted"]] == ["failure"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"interrupted": True}, "run/interrupted"),
        ({"internal_error": "KeyError: 'x'", "traceback": "File x, line 1"}, "run/internal error"),
    ],
)
def test_a_run_that_broke_off_is_not_green(change: dict[str, object], name: str) -> None:
    run = replace(sample(), **change)  # type: ignore[arg-type]
    run.steps = run.steps[:1]
    case = _cases(run)[name]
    assert [child.tag for child in case] == ["error"]
    assert _parsed(run).get("errors") == "2", "the peer that was not there is the other one"


def test_a_reader_of_ci_systems_understands_it() -> None:
    run = sample()
    read = JUnitXml.fromstring(junit_text(run).encode())
    (suite,) = read
    assert (read.tests, read.failures, read.errors, suite.skipped) == (12, 2, 1, 2)
    assert suite.name == FILE
    assert suite.timestamp == "2026-11-21T05:32:10"
    assert _parsed(run).find(".//property[@name='exit_status']").get("value") == "1"
    kinds = [type(result) for case in suite for result in case.result]
    assert kinds.count(Failure) == 2
    assert kinds.count(Error) == 1
    assert kinds.count(Skipped) == 2
    assert sum(step.seconds for step in run.steps) == pytest.approx(read.time, abs=0.01), "each step counts once"


def test_suites_follow_the_scenario_files() -> None:
    run = sample()
    run.scenarios[0] = replace(run.scenarios[0], source="other.yaml:3")
    assert [suite.get("name") for suite in _parsed(run)] == ["other.yaml", FILE]
