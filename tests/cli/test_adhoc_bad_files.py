"""A folder as people have them, and a file larger than memory should have to be."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import file_meta_bytes
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE
from tests.support.accepting import accepting
from tests.support.adhoc import adhoc

FILES = 10_000
LARGE = (1 << 31) + (1 << 20)
MOST_MEMORY = 120 << 20


def element(tag: int, vr: bytes, text: str) -> bytes:
    value = text.encode() + b"\0" * (len(text) % 2)
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, vr, len(value)) + value


def instance(number: int, pixels: bytes = b"\1\2" * 100) -> bytes:
    """A whole file. `pixels` is its last value."""
    uid = f"2.25.777.{number}"
    data_set = (
        element(0x00080016, b"UI", CT_IMAGE_STORAGE)
        + element(0x00080018, b"UI", uid)
        + element(0x00100010, b"PN", "ZZ-SYNTHETIC^MIXED")
        + element(0x00100020, b"LO", "ZZSYN-1")
        + element(0x0020000D, b"UI", "2.25.777")
        + element(0x0020000E, b"UI", "2.25.778")
        + struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, len(pixels))
        + pixels
    )
    return file_meta_bytes(CT_IMAGE_STORAGE, uid, EXPLICIT_VR_LE, "TEST") + data_set


@pytest.mark.slow
def test_a_folder_with_10_000_mixed_files(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    kinds = ("whole", "empty", "text", "cut", "bare", "no uid")
    for number in range(FILES):
        whole = instance(number)
        content = {
            "whole": whole,
            "empty": b"",
            "text": b"nothing of DICOM " * 20,
            "cut": whole[:-50],
            "bare": whole[whole.index(b"\x08\0\x16\0UI") :],
            "no uid": bytes(128) + b"DICM" + element(0x00020010, b"UI", EXPLICIT_VR_LE),
        }[kinds[number % len(kinds)]]
        below = folder / f"{number % 50:02}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number:05}-{kinds[number % len(kinds)].replace(' ', '-')}").write_bytes(content)
    whole_ones = len(range(0, FILES, len(kinds)))
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("store", scp.address, folder, "--environment", "test", "--report-dir", tmp_path / "reports")
        assert scp.index.count() == whole_ones
    assert done.exit_code == 3
    assert f"{whole_ones} of 10,000 files stored" in done.stdout
    assert len(done.stdout) < 5000, "the console names a few of each kind"
    (step,) = json.loads((tmp_path / "reports" / "results.json").read_text())["steps"]
    not_sent = [line for line in step["details"] if line.startswith("not sent: ")]
    assert len({line.split(": ")[1] for line in not_sent}) == FILES - whole_ones, "the results name each file"
    reasons = Counter(line.split(": ", 2)[2] for line in not_sent)
    assert sorted(reasons) == [
        "a data set without File Meta Information (PS3.10 7.1)",
        "not a DICOM file: no `DICM` after the preamble of 128 bytes",
        "the File Meta Information has no Media Storage SOP Class UID (0002,0002) and no Media Storage SOP Instance "
        "UID (0002,0003)",
        "the data set ends within element (7FE0,0010)",
        "the file is empty",
    ]


class Nowhere:
    """A sink that counts what it is given, and keeps nothing."""

    def __init__(self) -> None:
        self.taken = 0

    def write(self, data: bytes | memoryview) -> None:
        self.taken += len(data)


@pytest.mark.slow
def test_memory_does_not_depend_on_the_size_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "large.dcm"
    head = instance(1, b"")[:-4] + struct.pack("<I", LARGE)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + LARGE)
    sink = Nowhere()

    def open_sink(_context_id: int, _command: CommandSet) -> Nowhere:
        return sink

    def serve(association: Association) -> None:
        association.open_sink = open_sink
        while True:
            message = association.receive(120)
            association.send(message.context_id, response_to(message.command, 0))

    script = (
        "import atexit, pathlib\n"
        "status = pathlib.Path('/proc/self/status')\n"
        "atexit.register(lambda: print([line for line in status.read_text().splitlines() if 'VmHWM' in line][0]))\n"
        "from harness.cli.start import main\nmain()\n"
    )
    with accepting(serve) as address:
        words = ["store", str(address), str(path), "--environment", "test", "--timeout", "120"]
        done = subprocess.run(
            [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=600, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sink.taken > LARGE
    highest = int(done.stdout.split()[-2]) * 1024
    assert highest < MOST_MEMORY


def test_a_deflated_file_is_not_inflated_to_look_at_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 1 MiB that inflates to 1 GiB is sent as it is; only its beginning is looked at."""
    import zlib

    deflated = "1.2.840.10008.1.2.1.99"
    whole = instance(2, b"")
    data_set = whole[whole.index(b"\x08\0\x16\0UI") : -4] + struct.pack("<I", 1 << 30)
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(data_set) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(64))
    path = tmp_path / "deflated.dcm"
    path.write_bytes(file_meta_bytes(CT_IMAGE_STORAGE, "2.25.777.2", deflated, "TEST") + body + packer.flush())
    from harness.services import elements
    from harness.services.sendable import select_files

    pieces = 0
    fill = elements._Inflated._fill

    def counted(inflated: elements._Inflated) -> bool:
        nonlocal pieces
        pieces += 1
        return fill(inflated)

    monkeypatch.setattr(elements._Inflated, "_fill", counted)
    selection = select_files([path])
    assert 0 < pieces < 200, "all of it is more than a thousand"
    assert [file.sop_instance_uid for file in selection.files] == ["2.25.777.2"]
    assert selection.identities[path].patient_id == "ZZSYN-1"
