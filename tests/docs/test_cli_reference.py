"""The page of the command line is up to date, and says of every option what there is to say."""

from __future__ import annotations

from pathlib import Path

import click

from tools.make_cli_reference import PAGE, command_section, exit_status_table, page

README = Path(__file__).parents[2] / "README.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_the_readme_has_the_exit_statuses() -> None:
    assert "\n".join(exit_status_table()) in README.read_text(encoding="utf-8")


def test_a_command_is_told_whole() -> None:
    @click.command()
    @click.argument("files", nargs=-1, metavar="FILE...")
    @click.option(
        "--mode", type=click.Choice(["fast", "slow"]), help="Not with `--dry-run`, nor --now.  [default: fast]"
    )
    @click.option("--times", type=click.IntRange(1, 9), default=3, show_default=True, help="How *often* | how long.")
    @click.option("-q", "--quiet", is_flag=True, help="Says <nothing>.")
    @click.option("--secret", hidden=True)
    def made_up(**_: object) -> None:
        """Does what it does.

        In two lines,
        with --quiet.

        \b
        Examples:
        dicom-harness made-up --now
        """

    head, usage, *told = command_section("made-up", made_up).split("\n\n")
    assert (head, usage) == ("## made-up", "`dicom-harness made-up [OPTIONS] FILE...`")
    assert told[:2] == ["Does what it does.", "In two lines,\nwith `--quiet`."]
    assert told[2].splitlines()[1:] == ["```", "dicom-harness made-up --now", "```"]
    assert told[3].splitlines()[2:] == [
        "| `--mode` | `fast`, `slow` | fast | Not with `--dry-run`, nor `--now`. |",
        "| `--times` | 1 to 9 | 3 | How \\*often\\* \\| how long. |",
        "| `-q`, `--quiet` |  |  | Says &lt;nothing>. |",
    ]
