"""Every command on the page about ad-hoc commands runs, and ends as the page says."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from harness.peers.base import RecipeInput
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.peers.wlmscpfs import wlmscpfs
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from tests.support.adhoc import adhoc

PAGE = Path(__file__).parents[2] / "docs" / "ad-hoc.md"
_COMMAND = re.compile(r"^\$ dicom-harness (?P<words>.*?)(?: +# exit status (?P<status>\d))?$", re.MULTILINE)
COMMANDS = [(found["words"], int(found["status"] or 0)) for found in _COMMAND.finditer(PAGE.read_text())]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What the page names, and what stands for it here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    image = get_testdata_file("CT_small.dcm")
    assert isinstance(image, str)
    shutil.copy(image, tmp_path / "image.dcm")
    shutil.copy(image, tmp_path / "folder" / "copy.dcm")
    port = free_port()
    us = AEAddress("HARNESS", "127.0.0.1", port)
    settings = ReferenceSettings(ae_title="ARCHIVE", check_called_ae_title=False, move_destinations={"HARNESS": us})
    with ReferenceSCP(settings) as scp:
        (tmp_path / "ris").mkdir()
        ris = ProcessPeer("wlmscpfs", wlmscpfs, RecipeInput(("RIS",), free_port(), tmp_path / "ris", "HARNESS"))
        stored = adhoc("store", scp.address, "--environment", "test", "--generate", "CT")
        assert stored.exit_code == 0
        found = adhoc("find", scp.address, "-r", "StudyInstanceUID")
        study = found.stdout.splitlines()[2].strip()
        with ris:
            yield {
                "pacs.example.org:104": f"127.0.0.1:{scp.address.port}",
                "localhost:11112": f"127.0.0.1:{scp.address.port}",
                "ris.example.org:104": f"127.0.0.1:{ris.address.port}",
                "11113": str(port),
                "1.2.3.4": study,
            }


@pytest.mark.peer("wlmscpfs", "dump2dcm")
def test_every_command_of_the_page(place: dict[str, str]) -> None:
    assert len(COMMANDS) > 15
    for words, status in COMMANDS:
        line = words
        for named, here in place.items():
            line = line.replace(named, here)
        done = adhoc(*shlex.split(line))
        assert done.exit_code == status, f"{words}\n{done.output}"


def test_the_scenario_of_the_page_is_what_is_printed() -> None:
    (words,) = [words for words, _ in COMMANDS if "--as-yaml" in words]
    assert f"```yaml\n{adhoc(*shlex.split(words)).stdout}```\n" in PAGE.read_text()


def test_the_mistake_of_the_page_is_what_is_said() -> None:
    ((words, _),) = [command for command in COMMANDS if command[1] == 2]
    said, _, _ = adhoc(*shlex.split(words)).stderr.rpartition("\n\n")
    assert f"{said}\n```" in PAGE.read_text()


def test_every_kind_of_file_is_explained() -> None:
    from harness.services.part10 import Unsendable

    explained = re.findall(r"^\| `([a-z][a-z-]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert set(explained) == {kind.value for kind in Unsendable}
