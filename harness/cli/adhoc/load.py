"""`dicom-harness load`: many operations at once, for a time, on a test peer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from harness.cli.adhoc.options import address_argument, common_options
from harness.cli.adhoc.words import WordsCommand

if TYPE_CHECKING:
    from harness.cli.adhoc.build import Building
    from harness.observe.outcomes import Observation

_EXPECTED = ("errors", "throughput", "p50", "p95", "p99")
_PARAMS = ("per_association", "most_associations", "most_operations", "quota", "patience", "seed")
_STAGE = ("duration", "associations", "rate", "start")
_RETRIEVED = ("find", "move")


@click.command("load", cls=WordsCommand)
@address_argument
@click.option("--duration", metavar="TIME", default="10 s", show_default=True, help="How long.")
@click.option("--associations", metavar="N", help="So many at once, each asking anew when it has its answer (closed).")
@click.option("--rate", metavar="N", help="So many operations per second, whether the peer keeps up or not (open).")
@click.option("--start", metavar="N", help="Rise evenly from so many to --associations or --rate.")
@click.option("--mix", metavar="MIX", default="echo=1", show_default=True, help="What, by weight: echo=5,store=2.")
@click.option("--size", "sizes", multiple=True, metavar="SIZE[=WEIGHT]", help="Of store: size of the pixel data.")
@click.option("--modality", metavar="MODALITY", help="Of store: what is made.  [default: CT]")
@click.option("-k", "--key", "keys", multiple=True, metavar="KEY=VALUE", help="Of find and move: a key to match.")
@click.option("--level", metavar="LEVEL", help="Of find and move: the level.  [default: STUDY]")
@click.option("--listen", metavar="PORT", help="Of move: port of our Storage SCP.  [default: any free port]")
@click.option("--per-association", metavar="N", help="Release an association after so many operations.")
@click.option("--most-associations", metavar="N", help="With --rate: so many at once at most.  [default: 64]")
@click.option("--most-operations", metavar="N", help="End after so many operations.  [default: 1000000]")
@click.option("--quota", metavar="SIZE", help="End when so much was stored.  [default: 1 GB]")
@click.option("--patience", metavar="TIME", help="End when nothing succeeded for so long.  [default: 10 s]")
@click.option("--seed", metavar="TEXT", help="Same seed, same order of operations and same UIDs.")
@click.option("--errors", metavar="COUNT", help="How many operations may fail: 0, '<= 5'.  [default: 0]")
@click.option("--throughput", metavar="COUNT", help="How many must succeed per second: '>= 100'.")
@click.option("--p50", metavar="LIMIT", help="How long half of the operations may take: '< 50 ms'.")
@click.option("--p95", metavar="LIMIT", help="How long 95 of 100 operations may take.")
@click.option("--p99", metavar="LIMIT", help="How long 99 of 100 operations may take.")
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Put load on a peer that is there for tests: `--environment test` has to say so.

    With --rate each operation has its time, and its latency counts from then, so that a peer that hangs for a second
    shows it in all that was due meanwhile. Exit status 0 means that no operation failed, and that the limits were kept.

    \b
    Examples:
    dicom-harness load TEST@localhost:4242 --environment test --associations 8
    dicom-harness load TEST@localhost:4242 --environment test --rate 500 --start 1 --duration "1 min"
    dicom-harness load TEST@localhost:4242 --environment test --mix echo=5,store=1 --size "64 KB=9" --size "10 MB=1"
    """
    from harness.cli.adhoc.build import begin
    from harness.cli.adhoc.running import refuse, run_step
    from harness.errors import UsageError
    from harness.scenario.service_names import ServiceName

    try:
        building = begin(ctx, ServiceName.LOAD, given)
    except UsageError as error:
        refuse(ctx, str(error))
    if given["associations"] is None and given["rate"] is None:
        given["associations"] = "1"
    for name in _STAGE:
        if given[name] is not None:
            building.step.param(("stages", 0, name), given[name], building.words.mark(given[name], f"--{name}"))
    for name in _PARAMS:
        building.param(name, given[name])
    _put_mix(building, given)
    for name in _EXPECTED:
        if given[name] is not None:
            building.step.expect(name, given[name], building.words.mark(given[name], f"--{name}"))
    if given["listen"] is not None:
        building.step.local("listen", given["listen"], building.words.mark(given["listen"], "--listen"))
    run_step(ctx, building.step, building.common, _show, building.permissions(None))


def _put_mix(building: Building, given: dict[str, Any]) -> None:
    step, words = building.step, building.words
    mark = words.mark(given["mix"], "--mix")
    named = []
    for part in given["mix"].split(","):
        name, equals, weight = part.strip().partition("=")
        named.append(name)
        step.param(("mix", name, "weight"), weight if equals else "1", mark)
    if "store" in named:
        for size in given["sizes"]:
            number, _, weight = size.partition("=")
            step.param(("mix", "store", "sizes", number.strip()), weight or "1", words.mark(size, "--size"))
        if given["modality"] is not None:
            step.param(("mix", "store", "modality"), given["modality"], words.mark(given["modality"], "--modality"))
    for name in _RETRIEVED:
        if name in named:
            _put_query(building, name, given)


def _put_query(building: Building, name: str, given: dict[str, Any]) -> None:
    level = given["level"] or "STUDY"
    building.step.param(("mix", name, "level"), level, building.words.mark(level, "--level"))
    for key in given["keys"]:
        keyword, _, value = key.partition("=")
        building.step.param(("mix", name, "keys", keyword), value, building.words.mark(key, "-k"))


def _show(observation: Observation) -> str:
    from harness.engine.load_details import load_details
    from harness.observe.load import LoadObservation

    assert isinstance(observation, LoadObservation)
    summary, *lines = load_details(observation)
    for line in lines:
        click.echo(line)
    return summary
