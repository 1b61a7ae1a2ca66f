"""A first scenario file: from answers or options, one that loads and runs, and never over another."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from harness import ExitStatus, Peer, load, run
from harness.cli.main import cli
from harness.scenario.first import SCHEMA_FILE
from harness.scenario.schema import schema


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def init(*options: str, answers: str = "") -> Result:
    return CliRunner().invoke(cli, ["init", *options], input=answers)


def test_what_is_written_runs() -> None:
    done = init("--reference")
    assert (done.exit_code, done.stdout) == (
        0,
        "scenarios.yaml is written. Next:\n  dicom-harness run scenarios.yaml\n",
    )
    result = run("scenarios.yaml")
    assert result.passed, result.text
    assert [view.scenario.id for view in result.scenarios] == ["scenarios/answers", "scenarios/keeps"]


def test_a_test_system_is_written_to() -> None:
    with Peer(reference={}) as archive:
        assert init("--address", str(archive.address), "--environment", "test").exit_code == 0
        assert run("scenarios.yaml").passed


def test_others_are_only_read_from() -> None:
    for name, environment in (("a.yaml", ()), ("b.yaml", ("--environment", "production"))):
        done = init(
            name, "--address", "ARCHIVE@[::1]:104", *environment, "--patient-id", '0012 "x": #', "--name", "pacs"
        )
        assert done.exit_code == 0, done.stderr
        (file,) = load(name)
        assert [scenario.slug for scenario in file.scenarios] == ["answers", "finds"]
        assert str(file.peers["pacs"].address) == "ARCHIVE@[::1]:104"
        assert file.peers["pacs"].effective_environment.value == (environment[1] if environment else "unspecified")
        assert yaml.safe_load(Path(name).read_text())["scenarios"][1]["steps"][0]["find"]["keys"] == {
            "PatientID": '0012 "x": #'
        }


def test_answers_are_asked_for_again_when_they_do_not_fit() -> None:
    done = init(answers="ARCHIVE\nARCHIVE@pacs:104\nA TITLE THAT IS TOO LONG\nUS\nmaybe\nproduction\n4711\ny\n")
    assert done.exit_code == 0, done.output
    assert "address `ARCHIVE` has no `@`; write TITLE@host:port" in done.output
    assert "at most 16 are allowed" in done.output
    (file,) = load("scenarios.yaml")
    assert (file.local.ae_title, file.peers["archive"].environment) == ("US", "production")
    written = yaml.safe_load(Path(SCHEMA_FILE).read_text())
    assert written == schema()
    jsonschema.Draft202012Validator(written).validate(yaml.safe_load(Path("scenarios.yaml").read_text()))
    assert Path("scenarios.yaml").read_text().startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")


def test_no_answers_are_the_bundled_reference_scp() -> None:
    assert init(answers="\n\nn\n").exit_code == 0
    assert run("scenarios.yaml").passed
    assert not Path(SCHEMA_FILE).exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--address", "ARCHIVE"), "has no `@`"),
        (("--reference", "--calling", "A" * 17), "at most 16"),
        (("--reference", "--name", "not good"), "not good"),
        (("--reference", "--environment", "test"), "do not go with it"),
        (("nowhere/a.yaml", "--reference"), "nowhere/a.yaml cannot be written: No such file or directory"),
        ((), "without a terminal, say --address AE@HOST:PORT or --reference"),
    ],
)
def test_what_does_not_fit_writes_nothing(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    done = init(*options)
    assert done.exit_code == ExitStatus.USAGE, done.output
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_ever_written_over(tmp_path: Path) -> None:
    (tmp_path / "scenarios.yaml").write_text("mine")
    (tmp_path / SCHEMA_FILE).write_text("mine")
    done = init("--reference")
    assert done.exit_code == ExitStatus.USAGE
    assert done.stderr == "scenarios.yaml is there already; nothing was written\n"
    assert init("other.yaml", "--reference", "--schema").exit_code == 0
    assert [(tmp_path / name).read_text() for name in ("scenarios.yaml", SCHEMA_FILE)] == ["mine", "mine"]


def test_ctrl_c_at_a_terminal_is_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.cli.init._is_terminal", lambda: True)
    done = init()
    assert (done.exit_code, list(tmp_path.iterdir())) == (ExitStatus.INTERRUPTED, [])
    assert "Nothing was written" in done.stderr
