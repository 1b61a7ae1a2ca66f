"""`results.json`: everything a report needs, written and read back. `results.schema.json` describes it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from harness.errors import UsageError
from harness.results.files import write_atomically
from harness.results.model import (
    AssociationRecord,
    Check,
    ContextRecord,
    Level,
    PduRecord,
    PeerRecord,
    RunResult,
    ScenarioRecord,
    StepResult,
    Verdict,
)
from harness.results.particulars import DiagnosisRecord, KnownDeviation, LeftBehind, LoadRecord, LoadWindow
from harness.results.rollup import counts, effective, exit_status, run_errors

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SCHEMA_VERSION = 1
RESULTS_NAME = "results.json"

_Record = TypeVar("_Record", bound="DataclassInstance")


def results_text(result: RunResult) -> str:
    """The text of `results.json`. Seconds are rounded to microseconds."""
    return json.dumps(to_json(result), indent=1, ensure_ascii=False) + "\n"


def to_json(result: RunResult) -> dict[str, Any]:
    """A run as JSON can hold it. A check's `verdict` is the one that counts; see `rollup.effective`."""
    return {
        "schema": SCHEMA_VERSION,
        "run": {
            "id": result.run_id,
            "started": result.started.isoformat(),
            "ended": result.ended.isoformat() if result.ended else None,
            "tool": result.tool,
            "python": result.python,
            "command": result.command,
            "strict": result.strict,
            "interrupted": result.interrupted,
            "internal_error": result.internal_error,
            "traceback": result.traceback,
            "errors": [_plain(error) for error in run_errors(result)],
        },
        "exit_status": int(exit_status(result)),
        "counts": {verdict.value: number for verdict, number in counts(result).items()},
        "lint": {"associations": result.linted},
        "peers": {name: _plain(peer) for name, peer in result.peers.items()},
        "scenarios": [_plain(scenario) for scenario in result.scenarios],
        "checks": [_check(check, strict=result.strict) for check in result.checks],
        "steps": [_plain(step) | {"checks": [check.id for check in step.checks]} for step in result.steps],
        "left_behind": [_plain(left) for left in result.left_behind],
        "attestations": list(result.attestations),
    }


def write_results(result: RunResult, directory: Path) -> Path:
    """Write `results.json` into a folder. Raises OSError."""
    path = directory / RESULTS_NAME
    write_atomically(path, results_text(result))
    return path


def load_results(path: Path) -> RunResult:
    """Read a run back from `results.json` or the folder that holds it. Raises `UsageError`."""
    path = results_file(path)
    return run_of(read_json(path), path)


def results_file(path: Path) -> Path:
    """The file meant by a path: itself, or `results.json` in it."""
    return path / RESULTS_NAME if path.is_dir() else path


def read_json(path: Path) -> Any:
    """The value in a file of JSON. Raises `UsageError`."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{path} cannot be read: it is no JSON ({problem})") from problem


def run_of(data: Any, path: Path) -> RunResult:
    """A run from what `results.json` holds; `path` is for messages. Raises `UsageError`."""
    version = data.get("schema") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        raise UsageError(f"{path} is no results.json of schema {SCHEMA_VERSION} (its schema: {version})")
    try:
        return _run(data)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as problem:
        raise UsageError(f"{path} is not as results.schema.json says: {problem!r}") from problem


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return round(value, 6) if isinstance(value, float) else value


def _check(check: Check, *, strict: bool) -> dict[str, Any]:
    counted = {"verdict": effective(check, strict=strict).value, "verdict_unless_strict": check.verdict.value}
    return {**_plain(check), **counted}


def _run(data: dict[str, Any]) -> RunResult:
    run = data["run"]
    checks = iter(data["checks"])
    return RunResult(
        run_id=run["id"],
        started=moment_of(run["started"]),
        ended=moment_of(run["ended"]) if run["ended"] else None,
        tool=run["tool"],
        python=run["python"],
        command=run["command"],
        strict=run["strict"],
        interrupted=run["interrupted"],
        internal_error=run["internal_error"],
        traceback=run["traceback"],
        peers={name: _build(PeerRecord, peer) for name, peer in data["peers"].items()},
        scenarios=[_build(ScenarioRecord, item, level=Level(item["level"])) for item in data["scenarios"]],
        steps=[
            _build(
                StepResult,
                step,
                checks=tuple(_load_check(next(checks)) for _ in step["checks"]),
                associations=tuple(_association(item) for item in step["associations"]),
                load=_load(step.get("load")),
            )
            for step in data["steps"]
        ],
        left_behind=[_build(LeftBehind, item) for item in data["left_behind"]],
        attestations=list(data.get("attestations", ())),
    )


def _load(data: dict[str, Any] | None) -> LoadRecord | None:
    if data is None:
        return None
    return _build(LoadRecord, data, windows=tuple(_build(LoadWindow, window) for window in data["windows"]))


def moment_of(text: str) -> datetime:
    """A moment from its text. Raises ValueError for one without an offset from UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return moment


def _load_check(data: dict[str, Any]) -> Check:
    diagnosis = _build(DiagnosisRecord, data["diagnosis"]) if data["diagnosis"] is not None else None
    known = data.get("deviation")
    return _build(
        Check,
        data,
        level=Level(data["level"]),
        verdict=Verdict(data["verdict_unless_strict"]),
        diagnosis=diagnosis,
        deviation=_build(KnownDeviation, known) if known is not None else None,
    )


def _association(data: dict[str, Any]) -> AssociationRecord:
    contexts = tuple(_build(ContextRecord, item) for item in data["contexts"])
    return _build(
        AssociationRecord, data, contexts=contexts, pdus=tuple(_build(PduRecord, item) for item in data["pdus"])
    )


def _build(record: type[_Record], data: dict[str, Any], **given: Any) -> _Record:
    """A record from JSON: lists become tuples, and keys that a later version may have added are left out."""
    known = {field.name for field in fields(record)}
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key in known}
    return record(**{**values, **given})
