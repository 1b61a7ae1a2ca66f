"""What all scenarios of one pytest session share: the options, the result, and the reports."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.api import addresses
from harness.engine.options import RunOptions
from harness.engine.policy import Permissions
from harness.errors import UsageError
from harness.reporting.write import write_reports
from harness.results.begin import new_result
from harness.results.model import RunResult
from harness.standard.ae import AEAddress

SESSION_RUN = pytest.StashKey[RunResult]()
"""What the scenarios of this session found, once there are any."""

REFUSAL = pytest.StashKey[str]()
"""Why nothing may be run, in a worker of pytest-xdist, where a UsageError would look like a crash."""


def refuse(config: pytest.Config, text: str) -> None:
    """Have nothing run, and say why. Raises pytest's UsageError."""
    if not hasattr(config, "workerinput"):
        raise pytest.UsageError(text)
    config.stash[REFUSAL] = text


def given_peers(config: pytest.Config) -> dict[str, AEAddress]:
    """The peers of `--dicom-peer`. Raises pytest's UsageError."""
    try:
        return addresses(config.getoption("dicom_peer"), "--dicom-peer")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def peers_file(config: pytest.Config) -> Path | None:
    """The file of `--dicom-peers`."""
    given = config.getoption("dicom_peers")
    return None if given is None else config.invocation_params.dir / given


def report_directory(config: pytest.Config) -> Path | None:
    """Where reports go; each worker of pytest-xdist has a folder of its own in there."""
    given = config.getoption("dicom_report_dir")
    if given is None:
        return None
    worker: str = getattr(config, "workerinput", {}).get("workerid", "")
    return Path(config.invocation_params.dir / given / worker)


def run_options(config: pytest.Config) -> RunOptions:
    """How scenarios are carried out."""
    allowed = frozenset(config.getoption("dicom_allow_writes"))
    return RunOptions(
        report_directory(config),
        permissions=Permissions(allowed, config.getoption("dicom_allow_commands"), options="--dicom-"),
        trace=config.getoption("dicom_trace"),
        show_values=config.getoption("dicom_show_values"),
    )


def session_run(config: pytest.Config) -> RunResult:
    """The one result of this session."""
    if SESSION_RUN not in config.stash:
        command = shlex.join(["pytest", *config.invocation_params.args])
        config.stash[SESSION_RUN] = new_result(command, strict=config.getoption("dicom_strict"))
    return config.stash[SESSION_RUN]


def write(config: pytest.Config) -> None:
    """Write the reports, if they were asked for and there was a scenario."""
    directory, run = report_directory(config), config.stash.get(SESSION_RUN, None)
    if directory is not None and run is not None:
        run.ended = datetime.now(UTC).astimezone()
        write_reports(run, directory)
