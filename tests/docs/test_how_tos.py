"""The how-tos: every command in them is run, in order, against a reference SCP; those that are not say why."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness import Peer
from harness.api.peer import listening_port
from harness.cli.main import cli

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
ADDRESS = "ARCHIVE@pacs.example.org:104"
BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<why>.+?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL
)
FILE = re.compile(r"# ([\w-]+\.yaml)\n")


def commands(page: Path, folder: Path) -> list[list[str]]:
    """The words of each command that is run; files that the page shows are written on the way."""
    found = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["language"] == "yaml":
            named = FILE.match(block["text"])
            assert named, f"{page.name}: a file in YAML begins with its name"
            (folder / named[1]).write_text(block["text"], encoding="utf-8")
        elif not block["why"]:
            found += [shlex.split(line)[1:] for line in block["text"].splitlines()]
            assert block["text"].startswith("dicom-harness "), f"{page.name}: {block['text']}"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    for path in (ROOT / "scenarios").glob("*.yaml"):
        # With time for what must be fast: where tests run the machine stalls now and then.
        text = re.sub(r"\bwithin: \d+ s\b", "within: 1 min", path.read_text(encoding="utf-8"))
        (tmp_path / "scenarios" / path.name).write_text(text, encoding="utf-8")
    words = commands(page, tmp_path)
    assert words
    with Peer(reference={"ae_title": "ARCHIVE"}) as archive:
        here = str(archive.address)
        for path in tmp_path.glob("*.yaml"):
            text = path.read_text(encoding="utf-8").replace(ADDRESS, here)
            # The archive of the test moves to a port that was chosen before it started.
            path.write_text(text.replace("listen: 11113", f"listen: {listening_port()}"), encoding="utf-8")
        if page.stem == "find-out-why":
            CliRunner().invoke(cli, ["init", "scenarios.yaml", "--address", here])
        for line in words:
            done = CliRunner().invoke(cli, [word.replace(ADDRESS, here) for word in line])
            assert done.exit_code == 0, f"{line}\n{done.output}"
