"""`junit.xml`: one test case for each check, for CI systems.

A warning passes and says so in its output. What went wrong beside the checks (`rollup.run_errors`) is a test case in
error of its own, so that a run with another exit status than 0 never looks green; only `nothing was executed` has no
error, as every CI system shows skipped tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from harness.reporting.diagnosis_text import check_facts
from harness.reporting.outline import CheckView, ScenarioView, StepView, outline
from harness.reporting.text import one_line, printable
from harness.results.model import RunResult, Verdict
from harness.results.rollup import RunError, exit_status, run_errors

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from junit_xml import TestCase

JUNIT_NAME = "junit.xml"


def junit_text(result: RunResult) -> str:
    """The text of `junit.xml`: a suite for each scenario file, in the order of the run."""
    import xml.etree.ElementTree as ET

    suites: dict[str, list[Any]] = {}
    for scenario in outline(result):
        cases = suites.setdefault(_file(scenario), [])
        cases += [_case(scenario, step, check) for step in scenario.steps for check in step.checks]
    errors = run_errors(result)
    if errors:
        suites["run"] = [_error_case(error, result) for error in errors]
    root = ET.Element("testsuites", {"name": one_line(result.tool)})
    root.extend(_suite(result, name, cases) for name, cases in suites.items())
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    root.set("time", _seconds(sum(float(suite.get("time", "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(result: RunResult, name: str, cases: Sequence[TestCase]) -> Element:
    from junit_xml import TestSuite

    # Schemas of Jenkins want no time zone here; the property `started` has it.
    timestamp = f"{result.started.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    properties = {
        "run": result.run_id,
        "started": result.started.isoformat(),
        "tool": result.tool,
        "python": result.python,
        "exit_status": str(int(exit_status(result))),
        "associations_linted": str(result.linted),
        **{f"peer.{peer.name}": peer.address or peer.kind for peer in result.peers.values()},
    }
    properties = {one_line(key): one_line(value) for key, value in properties.items()}
    suite: Element = TestSuite(one_line(name), cases, timestamp=timestamp, properties=properties).build_xml_doc()
    # What junit-xml writes else is refused by newer schemas: this attribute, exponents, more digits.
    del suite.attrib["disabled"]
    suite.set("time", _seconds(sum(case.elapsed_sec for case in cases)))
    for element, case in zip(suite.iter("testcase"), cases, strict=True):
        element.set("time", _seconds(case.elapsed_sec))
    return suite


def _case(scenario: ScenarioView, step: StepView, view: CheckView) -> TestCase:
    from junit_xml import TestCase

    check = view.check
    case = TestCase(
        one_line(f"{step.name}/{view.name}"),
        one_line(scenario.scenario.id),
        # Every check of a step carries the time of the step; counted once, the suite's time is that of its steps.
        round(step.step.seconds, 3) if view is step.checks[0] else 0.0,
    )
    if view.verdict is Verdict.FAIL:
        case.add_failure_info(_message(view), _body(view), "failure")
    elif view.verdict is Verdict.ERROR:
        case.add_error_info(one_line(check.reason) or _message(view), _body(view), "error")
    elif view.verdict in (Verdict.SKIPPED, Verdict.BLOCKED):
        case.add_skipped_info(f"{view.verdict.value}: {one_line(check.reason) or 'no reason given'}")
    elif view.verdict is Verdict.WARNING:
        case.stdout = f"warning: {_message(view)}\n{_body(view)}"
    elif check.expected_failure:
        case.stdout = f"{printable(check.expected_failure)}\n{_body(view)}"
    return case


def _error_case(error: RunError, result: RunResult) -> TestCase:
    from junit_xml import TestCase

    case = TestCase(one_line(error.name), "run", 0.0)
    case.add_error_info(one_line(error.text), printable(result.traceback) or one_line(error.text), "error")
    return case


def _message(view: CheckView) -> str:
    check = view.check
    return one_line(f"expected {check.expected}; observed {check.observed}")


def _body(view: CheckView) -> str:
    check = view.check
    lines = (
        ("expected", check.expected),
        ("observed", check.observed),
        ("reason", check.reason),
        ("known of", check.known_of),
        *check_facts(check),
        ("clauses", ", ".join(check.clauses)),
        ("level", check.level.value),
        ("peer", check.peer),
        ("at", check.source),
        ("wire", check.wire or ""),
        *(("bytes", text) for text in check.evidence),
    )
    return "\n".join(f"{label}: {printable(text)}" for label, text in lines if text)


def _file(scenario: ScenarioView) -> str:
    return scenario.scenario.source.rpartition(":")[0] or scenario.scenario.id.partition("/")[0] or "scenarios"


def _seconds(seconds: float) -> str:
    """In milliseconds: newer schemas of Jenkins refuse more digits."""
    return f"{seconds:.3f}"
