"""`dicom-harness conform`: does an SCP do what the standard says? Case by case, down to the bytes."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.api.keeping import Keeping, Kept, source_of
from harness.cli.adhoc.options import address_argument
from harness.cli.adhoc.running import refuse
from harness.cli.adhoc.security import security_options, take_security
from harness.cli.conform_request import LEVELS, PROFILES, environment_of, listening_of, request_of, selection_of
from harness.cli.keeping import keeping_options, tell_kept
from harness.cli.result import interrupt, new_result
from harness.errors import ScenarioError, UsageError
from harness.net.listening import listening_failure
from harness.results.addresses import mask_addresses
from harness.results.rollup import ExitStatus, exit_status

if TYPE_CHECKING:
    from harness.engine.conform.model import Case
    from harness.engine.conform.request import ConformRequest
    from harness.results.model import RunResult
    from harness.services.storage_scp import StorageSCP


@click.command("conform")
@address_argument
@click.option(
    "--environment",
    type=click.Choice(["test", "production"]),
    help="What the peer is used for; only a peer for tests is written to, or sent what breaks rules.",
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    help="How far to go.  [default: acceptance on a peer for tests, else safe]",
)
@click.option("--only", multiple=True, metavar="ID", help="Only these: an id, ul/ for all that begin so, *.")
@click.option("--exclude", multiple=True, metavar="ID", help="Leave these out (repeatable).")
@click.option("--level", type=click.Choice(LEVELS), default=LEVELS[-1], help="Only cases that bind at least so much.")
@click.option("--listen", metavar="PORT", help="Port of our Storage SCP, as the peer knows it, for it to send to us.")
@click.option("--listen-host", metavar="ADDRESS", help="Its address.  [default: all, or loopback]")
@click.option("--listen-tls", is_flag=True, help="It takes nothing but TLS, with our certificate (--tls-certificate).")
@click.option("--timers", is_flag=True, help="Also wait for the peer's timers, and tell how long they are.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    default=1,
    help="Run so many cases that only read at once; others never.  [default: 1]",
)
@click.option("--strict", is_flag=True, help="Warnings fail: what is recommended is demanded.")
@click.option("--calling", metavar="AE", default="HARNESS", help="Our AE title.  [default: HARNESS]")
@click.option("--timeout", metavar="TIME", default="10 s", help="Deadline of each answer.  [default: 10 s]")
@click.option("--report-dir", type=click.Path(path_type=Path), metavar="DIR", help="Write all reports here.")
@keeping_options
@click.option("--list", "list_only", is_flag=True, help="List the selected cases and stop.")
@security_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Test an SCP against the standard.

    First it is found out what the peer supports; cases about anything else are skipped with that evidence. After every
    case a C-ECHO on a new association shows whether the peer is still there. A failure shows clause and requirement,
    what is allowed, what was seen, the bytes, and the command that runs just this case.

    \b
    Examples:
    dicom-harness conform ARCHIVE@pacs:104
    dicom-harness conform TEST@localhost:4242 --environment test --profile strict --report-dir reports/conform
    dicom-harness conform TEST@localhost:4242 --environment test --only ul/request/
    """
    from harness.engine.conform.cases.catalogue import CASES
    from harness.engine.conform.destination import listening

    security = take_security(given)
    selection = selection_of(given)
    if unmatched := selection.unmatched(CASES):
        refuse(ctx, f"no case fits {', '.join(unmatched)}; see --list")
    cases = selection.chosen(CASES, environment_of(given))
    if given["list_only"]:
        for case in cases:
            click.echo(f"{case.id}  {case.title}  [{case.level.value}, {case.profile.word}]")
        ctx.exit(ExitStatus.OK)
    try:
        ids = [*(f"conform/{case.id}/" for case in CASES), "conform/lint/"]
        kept = Keeping(*(given[name] for name in Keeping.__slots__)).begin(ids)
        request = replace(request_of(given, security), baseline=kept.known)
        where = listening_of(given, security)
    except (UsageError, ScenarioError) as error:
        refuse(ctx, str(error))
    run = new_result(strict=given["strict"])
    with ExitStack() as stack:
        try:
            storage_scp = stack.enter_context(listening(request.target, *where)) if where is not None else None
        except OSError as error:
            refuse(ctx, f"--listen: {listening_failure(error, where[1] if where is not None else 0)}")
        directory = stack.enter_context(kept.folder(given["report_dir"]))
        _run(request, cases, run, directory, storage_scp, kept, told=given["report_dir"] is not None)
    tell_kept(kept)
    ctx.exit(exit_status(run))


def _run(
    request: ConformRequest,
    cases: list[Case],
    run: RunResult,
    directory: Path | None,
    storage_scp: StorageSCP | None,
    kept: Kept,
    *,
    told: bool,
) -> None:
    """Run, and write the reports whatever happened.

    Where they are is `told` unless they are only there for a bundle.
    """
    from harness.engine.conform.running import ConformRun
    from harness.reporting.console import console_for
    from harness.reporting.write import write_reports

    console = console_for()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        ConformRun(run, request, directory, [console], storage_scp).execute(cases)
        run.ended = datetime.now(UTC).astimezone()
        if kept.mask is not None:
            mask_addresses(run, kept.mask)
        reports = write_reports(run, directory, history=kept.history) if directory is not None else {}
        kept.finish(run, reports, source_of("baseline", kept.asked.baseline))
        console.summarize(run, reports if told else {})
    finally:
        console.close()
    if run.traceback:
        click.echo(run.traceback, err=True)
