"""Writes every report of a run; one that cannot be made never takes another with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harness.reporting.html import HTML_NAME, html_text
from harness.reporting.junit import JUNIT_NAME, junit_text
from harness.reporting.markdown import MARKDOWN_NAME, markdown_text
from harness.reporting.text import one_line
from harness.results.files import write_atomically
from harness.results.left_behind import LEFT_BEHIND_NAME, left_behind_text
from harness.results.model import RunResult
from harness.results.rollup import ExitStatus
from harness.results.store import RESULTS_NAME, results_text

if TYPE_CHECKING:
    from harness.results.history import History

Renderer = Callable[[RunResult], str]

RENDERERS: dict[str, tuple[str, Renderer]] = {
    "json": (RESULTS_NAME, results_text),
    "junit": (JUNIT_NAME, junit_text),
    "html": (HTML_NAME, html_text),
    "markdown": (MARKDOWN_NAME, markdown_text),
    "left_behind": (LEFT_BEHIND_NAME, lambda result: left_behind_text(result.left_behind)),
}
"""By the short name under which `write_reports` returns them."""


def write_reports(
    result: RunResult,
    directory: Path,
    renderers: dict[str, tuple[str, Renderer]] | None = None,
    history: History | None = None,
) -> dict[str, Path]:
    """Write all reports into a folder, which is made if it is not there; the paths of those that were written.

    A report that cannot be made or written is an internal error of the run: it is noted in `result`, so that the
    others and the exit status say so, and the file in its place holds the reason. Nothing is raised.

    With a `history` the HTML report says what changed since the former run.
    """
    if renderers is None:
        renderers = RENDERERS | {"html": (HTML_NAME, lambda run: html_text(run, history))}
    texts, reasons = _rendered(result, renderers)
    if reasons:
        # All others are made again, so that every report tells of the same problem.
        for reason in reasons.values():
            _note(result, reason)
        texts, _ = _rendered(result, renderers)
        texts |= {name: _instead(renderers[name][0], reason) for name, reason in reasons.items()}
    return _written(result, directory, {name: (renderers[name][0], text) for name, text in texts.items()})


def _rendered(result: RunResult, renderers: dict[str, tuple[str, Renderer]]) -> tuple[dict[str, str], dict[str, str]]:
    texts, reasons = {}, {}
    for name, (file_name, render) in renderers.items():
        try:
            texts[name] = render(result)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one report, the others are needed more than ever
            reasons[name] = one_line(f"{file_name} could not be made: {type(error).__name__}: {error}")
    return texts, reasons


def _written(result: RunResult, directory: Path, files: dict[str, tuple[str, str]]) -> dict[str, Path]:
    paths = {}
    for name, (file_name, text) in files.items():
        path = directory / file_name
        try:
            directory.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text)
        except OSError as error:
            _note(result, f"{path} could not be written: {error.strerror}")
        else:
            paths[name] = path
    return paths


def _note(result: RunResult, reason: str) -> None:
    result.internal_error = "; ".join(text for text in (result.internal_error, reason) if text)


def _instead(file_name: str, reason: str) -> str:
    """What stands in the place of a report that could not be made; in JUnit an error, so that CI does not go on."""
    from html import escape

    if file_name == JUNIT_NAME:
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<testsuites tests="1" failures="0" errors="1">'
            '<testsuite name="run" tests="1" failures="0" errors="1"><testcase classname="run" name="internal error">'
            f'<error type="error" message="{escape(reason)}"/></testcase></testsuite></testsuites>\n'
        )
    if file_name == HTML_NAME:
        title = "<title>Report</title>"
        return f'<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8">{title}<p>{escape(reason)}</p>\n'
    if file_name == RESULTS_NAME:
        import json

        return json.dumps({"schema": None, "exit_status": int(ExitStatus.INTERNAL), "internal_error": reason}) + "\n"
    return reason + "\n"
