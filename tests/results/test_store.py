"""`results.json`: complete, as its schema says, and read back without loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from harness.errors import UsageError
from harness.results.files import write_atomically
from harness.results.model import RunResult, Verdict
from harness.results.rollup import counts, exit_status
from harness.results.schemas import SCHEMAS
from harness.results.store import load_results, results_text, write_results
from tests.reporting.sample import sample
from tests.support.adhoc import adhoc
from tests.support.golden import check_golden
from tests.support.random_results import run_results
from tests.support.schemas import validator

GOLDEN = Path(__file__).parent / "golden"


SCHEMA = json.loads(SCHEMAS["results"].read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
CLOSED = validator("results")


def test_golden() -> None:
    check_golden(GOLDEN / "results.json", results_text(sample()))


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one_and_is_printed_on_request(name: str) -> None:
    printed = adhoc("schema", name)
    assert printed.stdout == SCHEMAS[name].read_text(encoding="utf-8")
    schema = json.loads(printed.stdout)
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "array" or schema["properties"]["schema"] == {"const": 1}


@settings(deadline=None)
@given(run_results())
def test_what_is_written_is_described_and_read_back(run: RunResult) -> None:
    text = results_text(run)
    data = json.loads(text.encode("utf-8", "backslashreplace"))
    CLOSED.validate(data)
    assert data["exit_status"] == exit_status(run)
    assert data["counts"] == {verdict.value: number for verdict, number in counts(run).items()}
    assert [check["verdict"] for check in data["checks"]].count("fail") == data["counts"]["fail"]
    assert [name for step in data["steps"] for name in step["checks"]] == [check["id"] for check in data["checks"]]


@settings(deadline=None)
@given(run=run_results())
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, run: RunResult) -> None:
    folder = tmp_path_factory.mktemp("run")
    path = write_results(run, folder)
    assert load_results(folder) == run
    assert load_results(path) == run
    assert [file.name for file in folder.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    "part", ["run", "exit_status", "counts", "peers", "checks", "left_behind", "scenarios", "steps"]
)
def test_the_schema_misses_every_missing_part(part: str) -> None:
    data = json.loads(results_text(sample()))
    del data[part]
    assert not VALIDATOR.is_valid(data)


def test_keys_of_later_versions_are_left_out(tmp_path: Path) -> None:
    data = json.loads(results_text(sample()))
    data["later"] = data["run"]["later"] = data["checks"][0]["later"] = data["peers"]["archive"]["later"] = 1
    VALIDATOR.validate(data)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert load_results(path) == sample()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cannot be read"),
        ("[]", "no results.json of schema 1"),
        ('{"schema": 2}', r"no results.json of schema 1 \(its schema: 2\)"),
        ('{"schema": 1}', "is not as results.schema.json says"),
        ('{"schema": 1, "run": {}}', "is not as results.schema.json says"),
    ],
)
def test_files_that_are_no_results(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=reason):
        load_results(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_results(tmp_path / "none.json")


def test_strict_runs_keep_what_was_a_warning(tmp_path: Path) -> None:
    run = sample()
    run.strict = True
    warned = [check for check in json.loads(results_text(run))["checks"] if check["verdict_unless_strict"] == "warning"]
    assert [check["verdict"] for check in warned] == ["fail"]
    write_results(run, tmp_path)
    assert Verdict.WARNING in {check.verdict for check in load_results(tmp_path).checks}


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "before")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "after")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file.txt", "before")]
