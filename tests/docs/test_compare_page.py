"""Every command on the page about `compare` runs."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.results.store import write_results
from harness.standard.uids import CT_IMAGE_STORAGE
from tests.reporting.sample import sample
from tests.support.adhoc import adhoc

PAGE = Path(__file__).parents[2] / "docs" / "compare.md"


def test_every_command_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^(?:\$ )?dicom-harness (compare .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 4
    folders = {word for words in commands for word in shlex.split(words) if word.startswith("reports/")}
    for number, folder in enumerate(sorted(folders)):
        Path(folder).mkdir(parents=True)
        run = sample()
        write_results(replace(run, started=run.started + timedelta(days=number)), Path(folder))
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("probe", scp.address, "--json", "--sop-class", CT_IMAGE_STORAGE)
    Path("monday.json").write_text(done.stdout)
    Path("friday.json").write_text(json.dumps(json.loads(done.stdout) | {"started": "2099-01-01T00:00:00+00:00"}))
    for words in commands:
        done = adhoc(*shlex.split(words))
        assert done.exit_code == 0, done.output
        assert "Nothing changed." in done.stdout
