"""`--evidence` and `--compare-with`, of all commands that write reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.results.addresses import AddressMask
    from harness.results.history import History
    from harness.results.model import RunResult

F = TypeVar("F", bound=Callable[..., Any])


def evidence_option(function: F) -> F:
    """Where to write the bundle."""
    return click.option(
        "--evidence",
        type=click.Path(path_type=Path),
        metavar="FILE.zip",
        help="Write all reports, captures, scenarios without secrets, and versions into this new file, with hashes.",
    )(function)


def history_option(function: F) -> F:
    """What the report compares the run with."""
    return click.option(
        "--compare-with",
        type=click.Path(path_type=Path),
        metavar="RUN|DIR",
        help="Say in the report what changed since a former run; of a folder of runs, since its latest, and the trend.",
    )(function)


def redaction_option(function: F) -> F:
    """Reports for others to read."""
    return click.option(
        "--redact-addresses",
        is_flag=True,
        help="Put made-up names in the place of hosts in all files, for sharing them; AE titles stay.",
    )(function)


def take_history(path: Path | None, mask: AddressMask | None) -> History | None:
    """The former runs to compare with, masked as this one will be. Raises `UsageError`."""
    if path is None:
        return None
    from harness.results.addresses import mask_addresses
    from harness.results.history import load_history

    history = load_history(path)
    if mask is not None:
        for run in history.runs:
            mask_addresses(run, mask)
    return history


def take_mask(redact_addresses: bool) -> AddressMask | None:
    """What masks the hosts of a run and of all that goes with it; None where they may be told."""
    if not redact_addresses:
        return None
    from harness.results.addresses import AddressMask

    return AddressMask()


def check_evidence(path: Path | None) -> None:
    """Say before anything runs that the bundle cannot be written. Raises `UsageError`."""
    if path is None:
        return
    if path.exists():
        raise UsageError(f"--evidence: {path} is there already, and evidence is not written over")
    if not path.parent.is_dir():
        raise UsageError(f"--evidence: there is no folder {path.parent}")


@contextmanager
def reports_in(directory: Path | None, evidence: Path | None) -> Iterator[Path | None]:
    """The folder for reports: the one that was asked for, or for a bundle alone one that is gone afterwards."""
    if directory is not None or evidence is None:
        yield directory
        return
    with TemporaryDirectory(prefix="dicom-harness-") as folder:
        yield Path(folder)


def sources_of(scenarios: Iterable[Path], mask: AddressMask | None, **others: Path | None) -> dict[str, str]:
    """The files that said what to do, by their names in a bundle, without secrets. Raises OSError."""
    from harness.scenario.masked import text_without_secrets

    named = [(f"scenarios/{path.name}", path) for path in scenarios]
    named += [(f"{kind}/{path.name}", path) for kind, path in others.items() if path is not None]
    texts = {name: text_without_secrets(path) for name, path in named}
    return {name: mask.text(text) if mask is not None else text for name, text in texts.items()}


def write_bundle(
    run: RunResult, evidence: Path | None, reports: Mapping[str, Path], sources: Callable[[], Mapping[str, str]]
) -> None:
    """Write the bundle, if one is wanted, and print its seal; that it could not be written is an error of the run."""
    if evidence is None:
        return
    from harness.reporting.evidence import write_evidence

    try:
        seal = write_evidence(run, evidence, reports, sources())
    except OSError as error:
        reason = f"{evidence} could not be written: {error.strerror}"
        run.internal_error = "; ".join(filter(None, (run.internal_error, reason)))
        click.echo(reason, err=True)
    else:
        click.echo(f"Evidence: {evidence}")
        click.echo(f"Seal: {seal}")
