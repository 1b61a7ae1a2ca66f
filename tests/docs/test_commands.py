"""Every command that a page shows is run against an archive, or says why not; and it has only options that exist.

The how-tos are run as a whole, in `test_how_tos.py`.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness import Peer
from harness.cli.main import cli
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page.parent.name != "how-to"
]
FILE = re.compile(r"^```yaml\n(?P<text># (?P<name>[\w-]+\.yaml)\n.*?)^```", re.MULTILINE | re.DOTALL)
"""A file that a page shows whole, with its name, for the commands of the page."""
BLOCK = re.compile(r"^(?:<!-- not run: (?P<why>.+?) -->\n)?```\w*\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\s*(?:\$ |- run: |- )?dicom-harness (?P<words>[^#\n]*)(?:# exit status (?P<status>\d))?.*")
OTHER = re.compile(
    r"\s*(?:\$ )?(?P<command>(?:make|pytest|python|pipx?|docker|git|locust|tcpdump|\.venv/bin/python|\.) .*?)(?:  #.*)?"
)
"""A command of another program."""
IN_A_TEST = re.compile(r"pytest scenarios/.*")
"""Those of docs/pytest.md are run in `test_python_pages.py`."""
ADDRESS = re.compile(r"[A-Z]+@(?:pacs|ris|test)\.example\.org:104|TEST@localhost:\d+")
STUDIES = ("1.2.3", "1.2.3.4")


@dataclass(frozen=True)
class Shown:
    """A command of a page, the exit status that it is said to have, and why it is not run; empty when it is."""

    words: tuple[str, ...]
    status: int
    why: str


def commands(page: Path) -> Iterator[Shown]:
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        for line in block["text"].replace("\\\n", " ").splitlines():
            found = COMMAND.fullmatch(line)
            if found is not None and found["words"].strip():
                words = tuple(shlex.split(found["words"].replace("${{ matrix.shard }}", "1")))
                yield Shown(words, int(found["status"] or 0), block["why"] or "")


SHOWN = {page.relative_to(ROOT).as_posix(): list(commands(page)) for page in PAGES}


@pytest.mark.parametrize("page", [page for page, shown in SHOWN.items() if shown])
def test_its_options_exist(page: str) -> None:
    for shown in SHOWN[page]:
        name, *words = shown.words
        command = cli if name.startswith("-") else cli.get_command(click.Context(cli), name)
        assert command is not None, f"there is no command {name}"
        try:
            command.make_context(name, words)
        except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
            continue
        except click.ClickException as error:
            pytest.fail(f"{' '.join(shown.words)}: {error.format_message()}")


@pytest.mark.parametrize("page", [*SHOWN, "benchmarks/README.md"])
def test_commands_of_other_programs_are_run_in_ci_or_say_why_not(page: str) -> None:
    in_ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for block in BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
        for line in block["text"].splitlines():
            found = OTHER.fullmatch(line)
            if found is not None and not block["why"] and not IN_A_TEST.fullmatch(found["command"]):
                assert any(ran.endswith(found["command"].strip()) for ran in in_ci), f"{page}: {line}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """An archive with what the pages ask for."""
    import pydicom

    folder = tmp_path_factory.mktemp("archive")
    with Peer(reference={"ae_title": "ARCHIVE"}) as peer:
        for uid in STUDIES:
            (made,) = generate(GenerateSpec(), folder / uid, uid)
            data_set = pydicom.dcmread(made.path)
            data_set.StudyInstanceUID = uid
            data_set.save_as(made.path)
            stored = CliRunner().invoke(cli, ["store", str(peer.address), "--environment", "test", str(made.path)])
            assert stored.exit_code == 0, stored.output
        yield peer


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page, shown in SHOWN.items() if any(not one.why for one in shown)])
def test_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: Peer, page: str) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    for shown_file in FILE.finditer((ROOT / page).read_text(encoding="utf-8")):
        text = ADDRESS.sub(str(archive.address), shown_file["text"])
        (tmp_path / shown_file["name"]).write_text(text, encoding="utf-8")
    for shown in SHOWN[page]:
        if not shown.why:
            words = [ADDRESS.sub(str(archive.address), word) for word in shown.words]
            done = CliRunner().invoke(cli, words)
            assert done.exit_code == shown.status, f"{' '.join(shown.words)}\n{done.output}"
