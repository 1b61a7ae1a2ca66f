"""`dicom-harness probe`: what does a peer accept?"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.adhoc.options import address_argument
from harness.cli.adhoc.running import refuse
from harness.cli.adhoc.security import security_options, take_security
from harness.cli.lines import print_lines
from harness.cli.probe_policy import add_new, compared_with, is_table, policy_of
from harness.cli.probe_request import further_options, request_of
from harness.cli.result import interrupt
from harness.errors import ScenarioError, UsageError
from harness.results.rollup import ExitStatus

if TYPE_CHECKING:
    from harness.checks.acceptance import Drift
    from harness.engine.probe.linting import ProbeLint
    from harness.observe.probe import Probe
    from harness.scenario.acceptance import PolicySpec


@click.command("probe")
@address_argument
@click.option(
    "--sop-class", "sop_classes", multiple=True, metavar="NAME", help="Only this, or its family (repeatable)."
)
@click.option(
    "--transfer-syntax", "transfer_syntaxes", multiple=True, metavar="NAME", help="Only this one (repeatable)."
)
@click.option("--calling", metavar="AE", default="HARNESS", help="Our AE title.  [default: HARNESS]")
@click.option("--timeout", metavar="TIME", default="10 s", help="Deadline of each answer.  [default: 10 s]")
@click.option("--within", metavar="TIME", default="5 min", help="Deadline of it all.  [default: 5 min]")
@further_options
@security_options
@click.option("--all", "every", is_flag=True, help="Name every SOP class, however many answer alike.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the matrix as CSV.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the matrix as a heat map.")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Write what is accepted as a new policy.")
@click.option("--against", type=click.Path(path_type=Path), metavar="FILE", help="Compare with this policy.")
@click.option("--add-new", is_flag=True, help="Add what is new to the policy as required; all else in it stays.")
@click.option(
    "--conformance-statement",
    "statement",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it in the shape of a conformance statement (.md or .csv).",
)
@click.option("--strict", is_flag=True, help="What the wire lint warns of fails; so does an object not stored.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON, for programs.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Find out what a peer accepts: SOP classes in transfer syntaxes, roles, limits.

    Proposes every SOP class of the current edition in every transfer syntax, each pair in a presentation context of its
    own, in as few associations as hold them. Associations are released at once; nothing is sent over them, unless
    --exercise has generated objects sent.

    Families for --sop-class: storage, query-retrieve, worklist, procedure-step, commitment, print and others; see the
    headings of the output.

    With --save what is accepted becomes a policy, a file to edit; with --against what is no longer accepted, or is
    accepted and forbidden, fails, and what is new is told. A table of a conformance statement, typed in as CSV, is a
    policy, too.

    Whether AE titles are checked, and how many associations may stand at once, is found out only where that is allowed:
    of a peer for tests (--environment test), or with --allow.

    Everything that is exchanged goes through the wire lint: what the peer gets wrong is a warning.

    Exit status 0 means that the matrix is whole and as the policy says, 1 that it is not as the policy says (with
    --strict also that the wire lint found something), 3 that the peer could not be asked for all of it.

    \b
    Examples:
    dicom-harness probe ARCHIVE@pacs:104
    dicom-harness probe ARCHIVE@pacs:104 --sop-class storage --csv matrix.csv
    dicom-harness probe ARCHIVE@pacs:104 --sop-class CTImageStorage --transfer-syntax "JPEG 2000"
    """
    try:
        policy = policy_of(given)
        request = request_of(given, take_security(given), policy)
    except (UsageError, ScenarioError) as error:
        refuse(ctx, str(error))
    from harness.engine.probe.linting import linted
    from harness.engine.probe.probing import probe

    signal.signal(signal.SIGTERM, interrupt)
    try:
        found = probe(request)
    except KeyboardInterrupt:
        study = request.further.exercise
        click.echo(f"interrupted{f'; what was sent is in {study}' if study is not None else ''}", err=True)
        ctx.exit(ExitStatus.INTERRUPTED)
    compared = compared_with(policy, found)
    lint = linted(found)
    _show(found, compared, policy, lint, given)
    _write(found, given)
    _add_new(found, compared, given)
    ctx.exit(_status(found, compared, lint, strict=given["strict"]))


def _status(found: Probe, compared: Drift | None, lint: ProbeLint, *, strict: bool) -> ExitStatus:
    from harness.results.model import Verdict
    from harness.results.rollup import effective
    from harness.standard.status import is_stored

    verdicts = {effective(check, strict=strict) for check in lint.checks}
    refused = strict and any(one.sent and not is_stored(one.status) for one in found.exercise.results.values())
    if (compared is not None and compared.fails) or refused or Verdict.FAIL in verdicts:
        return ExitStatus.FAILED
    return ExitStatus.OK if found.is_whole and Verdict.ERROR not in verdicts else ExitStatus.COULD_NOT_TEST


def _add_new(found: Probe, compared: Drift | None, given: dict[str, Any]) -> None:
    if not given["add_new"]:
        return
    try:
        added = add_new(found, compared, given["against"])
    except UsageError as error:
        added = str(error)
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be written: {error.strerror}") from None
    if added:
        click.echo(added, err=True)


def _write(found: Probe, given: dict[str, Any]) -> None:
    """The files that were asked for; policy and statement only of a whole matrix: what was not answered is not lost."""
    from harness.reporting.probe_data import probe_csv

    try:
        if given["csv_file"] is not None:
            given["csv_file"].write_text(probe_csv(found), encoding="utf-8", newline="")
        if given["html"] is not None:
            from harness.reporting.probe_html import probe_html

            given["html"].write_text(probe_html(found), encoding="utf-8")
        if given["statement"] is not None and found.is_whole:
            given["statement"].write_text(_statement(found, given["statement"]), encoding="utf-8", newline="")
        if given["save"] is not None and found.is_whole:
            given["save"].write_text(_policy(found), encoding="utf-8")
        for option, what in (("save", "policy"), ("statement", "conformance statement")):
            if given[option] is not None and not found.is_whole:
                click.echo(f"no {what} was written: not everything was answered", err=True)
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be written: {error.strerror}") from None


def _show(
    found: Probe, compared: Drift | None, policy: PolicySpec | None, lint: ProbeLint, given: dict[str, Any]
) -> None:
    from harness.reporting.probe_data import probe_data
    from harness.reporting.probe_lint import lint_data, lint_lines
    from harness.reporting.probe_text import probe_lines

    if given["as_json"]:
        import json

        drifted = _drifted(compared)
        wire_lint = {"lint": lint_data(lint, strict=given["strict"])}
        click.echo(json.dumps(probe_data(found) | drifted | wire_lint, indent=2, ensure_ascii=False))
        return
    print_lines(probe_lines(found, every=given["every"]))
    if compared is not None and policy is not None:
        from harness.reporting.probe_policy import drift_lines

        print_lines([[], *drift_lines(compared, policy)])
    print_lines(lint_lines(lint, strict=given["strict"]))


def _drifted(compared: Drift | None) -> dict[str, Any]:
    if compared is None:
        return {}
    from harness.reporting.probe_policy import drift_data

    return {"drift": drift_data(compared)}


# What knows of policies takes longer to load than many a peer to answer: only where it is wanted.


def _policy(found: Probe) -> str:
    from harness.reporting.probe_policy import policy_text

    return policy_text(found)


def _statement(found: Probe, path: Path) -> str:
    from harness.reporting.probe_statement import statement_csv, statement_markdown

    return statement_csv(found) if is_table(path) else statement_markdown(found)
