"""Scenario files as pytest items: what is collected, and what becomes of each verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.peers.local_reference import ReferencePeer
from tests.support.plugin import run_pytest

pytest_plugins = ["pytester"]

FILE = """\
version: 1
peers:
  bundled: {reference: {}}
  gone: {address: "GONE@127.0.0.1:1"}
  missing: {process: {recipe: storescp, options: [--no-such-option]}}
scenarios:
  - id: answers
    peer: bundled
    tags: [smoke, go-live, skip, two words]
    steps: [{echo: {}}]

  - id: finds
    name: Three studies are there
    peer: bundled
    steps:
      - echo: {}
      - find: {level: STUDY, keys: {PatientID: A}}
        expect: {count: 3}
      - echo: {}

  - id: is-written-to
    peer: gone
    steps: [{store: {generate: {modality: CT}}}]

  - id: ought-to
    peer: bundled
    level: recommended
    steps:
      - find: {level: STUDY, keys: {PatientID: A}}
        expect: {count: 1}

  - id: starts
    peer: missing
    steps: [{echo: {}}]
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    path = pytester.path / "site.yaml"
    path.write_text(FILE, encoding="utf-8")
    return pytester.path


def test_each_verdict_has_its_outcome(pytester: pytest.Pytester, folder: Path) -> None:
    ran = run_pytest(pytester, "--dicom-allow-commands", "-W", "error", "--junitxml=j.xml")
    # A recommendation that is not met passes, whatever warnings of Python code are.
    ran.assert_outcomes(passed=2, failed=1, errors=1, skipped=1)
    ran.stdout.fnmatch_lines(
        [
            "*ERROR at setup of missing: starts*",
            "*the peer could not be started*",
            "*_ bundled: finds _*",
            "pass     step 1: echo*site.yaml:16",
            "fail     step 2: find*site.yaml:17",
            "  fail     count",
            "      expected  3 matches",
            "      observed  0 matches",
            "*[[]nothing-found[]]",
            "blocked  step 3: echo*site.yaml:19",
            "site.yaml:12: ScenarioFailed",
            "step 1, count: expected 1 match; observed 0 matches",
            "SKIPPED*site.yaml:21: *`allow: [[]store[]]`*--dicom-allow-writes gone*",
            "ERROR site.yaml::starts - *ScenarioNotTested: error in step 1*",
            "FAILED site.yaml::finds - *expected 3 matches; observed 0 matches*",
        ]
    )
    report = (folder / "j.xml").read_text(encoding="utf-8")
    assert re.findall(r"<(failure|error|skipped)\b", report) == ["failure", "skipped", "error"]


def test_strict_lets_warnings_fail(pytester: pytest.Pytester, folder: Path) -> None:
    ran = run_pytest(pytester, "--dicom-strict", "-k", "ought-to")
    ran.assert_outcomes(failed=1, deselected=4)


def test_warnings_are_pytests(pytester: pytest.Pytester, folder: Path) -> None:
    ran = run_pytest(pytester, "-W", "default", "-k", "ought-to")
    ran.assert_outcomes(passed=1, warnings=1, deselected=4)
    ran.stdout.fnmatch_lines(["*ScenarioWarning: step 1, count: expected 1 match*"])


def test_scenarios_are_selected_by_name_peer_and_tag(pytester: pytest.Pytester, folder: Path) -> None:
    for select, names in (
        (("-k", "answers"), {"answers"}),
        (("-k", "gone"), {"is-written-to"}),
        (("-m", "smoke"), {"answers"}),
        (("-m", "go-live and dicom_scenario"), {"answers"}),
        (("-m", "not dicom_scenario"), set()),
    ):
        ran = run_pytest(pytester, "--collect-only", "-q", *select)
        assert set(re.findall(r"^site\.yaml::(\S+)$", ran.stdout.str(), re.MULTILINE)) == names


def test_combinations_of_parameters_are_items(pytester: pytest.Pytester) -> None:
    text = FILE[: FILE.index("    tags:")]
    text += "    parameters: {n: [1, 2]}\n    steps: [{find: {level: STUDY, keys: {PatientID: '${n}'}}}]\n"
    (pytester.path / "site.yaml").write_text(text, encoding="utf-8")
    ran = run_pytest(pytester, "site.yaml::answers[2]")
    ran.assert_outcomes(passed=1)


OTHERS = {
    "compose.yaml": "version: 1\nservices: {orthanc: {image: x}}\n",
    "features.yaml": "version: 1\nscenarios:\n  - name: another program's\n    given: [x]\n",
    "broken.yaml": "a: [1\nscenarios: x\n",
    "templated.yml": "{{ if scenarios }}\nversion: 1\n{{ end }}\n",
    "list.yaml": "[scenarios]\n",
    "binary.yaml": "\x00\x01scenarios:\n",
}


def test_yaml_of_others_is_left_alone(pytester: pytest.Pytester) -> None:
    for name, text in OTHERS.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    pytester.makepyfile(test_it="def test_it(): pass")
    ran = run_pytest(pytester)
    ran.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "version: 1\npeers: {b: {reference: {}}}\nscenarios: [{id: a, peer: b, steps: [{ecco: {}}]}]",
            "*did you*`echo`*",
        ),
        ("version: 1\nscenarios:\n  - {id: a, peer: [b\n", "broken.yaml:*"),
        ("{version: 1, scenarios: [{id: a, peer: b, steps: [{echo: {}}]}]}", "*there is no peer `b`*"),
    ],
)
def test_mistakes_in_scenario_files_are_told(pytester: pytest.Pytester, text: str, words: str) -> None:
    (pytester.path / "broken.yaml").write_text(text, encoding="utf-8")
    ran = run_pytest(pytester)
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([words])


def test_patterns_say_what_is_collected(pytester: pytest.Pytester, folder: Path) -> None:
    for patterns, number in (("", 0), ("other*", 0), ("*.dicom.yaml site.*", 5)):
        pytester.makeini(f"[pytest]\ndicom_scenarios = {patterns}\n")
        ran = run_pytest(pytester, "--collect-only", "-q")
        assert ran.stdout.str().count("site.yaml::") == number


def test_reports_of_the_harness_are_written(pytester: pytest.Pytester, folder: Path) -> None:
    run_pytest(pytester, "--dicom-report-dir=out", "-k", "finds")
    assert "3 matches" in (folder / "out" / "summary.md").read_text(encoding="utf-8")
    assert [path.name for path in (folder / "out" / "wire").iterdir()] == ["site_finds_2-1.pcapng"]


def test_reports_need_names_that_differ(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "site.yaml").write_text(FILE, encoding="utf-8")
    ran = run_pytest(pytester, "--dicom-report-dir=out")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*have the same name*"])
    ran = run_pytest(pytester, "-k", "answers")
    ran.assert_outcomes(passed=2, deselected=8)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("bundeld=A@127.0.0.1:104", "*no scenario file that was collected has or uses a peer `bundeld`*`bundled`*"),
        ("bundled", "*is not NAME=AE@HOST:PORT"),
    ],
)
def test_a_mistyped_peer_runs_nothing(pytester: pytest.Pytester, folder: Path, option: str, words: str) -> None:
    ran = run_pytest(pytester, f"--dicom-peer={option}")
    assert ran.ret != pytest.ExitCode.OK
    assert "passed" not in ran.parseoutcomes()
    assert any(re.search(words.strip("*").replace("*", ".*"), line) for line in [*ran.outlines, *ran.errlines])


def test_a_given_peer_takes_the_place_of_that_of_the_file_and_is_only_read_from(
    pytester: pytest.Pytester, folder: Path
) -> None:
    ran = run_pytest(pytester, "--dicom-peer=bundled=A@127.0.0.1:1", "-k", "answers")
    ran.assert_outcomes(failed=1, deselected=4)
    ran.stdout.fnmatch_lines(["*connection-refused*"])


def test_a_defect_of_the_harness_is_an_error_of_its_own(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("too bad")

    monkeypatch.setattr("harness.engine.scenario_run.execute", broken)
    ran = run_pytest(pytester, "-k", "answers")
    ran.assert_outcomes(errors=1, deselected=4)
    ran.stdout.fnmatch_lines(["internal error of the harness: ZeroDivisionError: too bad"])


def test_an_interruption_ends_the_session_and_stops_the_peers(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.engine.scenario_run.execute", interrupted)
    stopped: list[object] = []
    stop = ReferencePeer.stop

    def noted(peer: ReferencePeer) -> None:
        stopped.append(peer)
        stop(peer)

    monkeypatch.setattr(ReferencePeer, "stop", noted)
    ran = run_pytest(pytester, "--dicom-report-dir=out", "-k", "answers", ctrl_c=True)
    assert ran.ret == pytest.ExitCode.INTERRUPTED
    assert stopped
    assert "was interrupted" in (folder / "out" / "summary.md").read_text(encoding="utf-8")
