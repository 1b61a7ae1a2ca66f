"""A store streams from its file: anonymous memory does not grow with the size of the object."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import storescp
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.services.part10 import file_meta_bytes, read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE

SIZE = 256 << 20


def anonymous_memory() -> int:
    """Bytes of this process that are not backed by a file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    pytest.skip("this system does not say how much memory is anonymous")


def large_file(path: Path) -> None:
    """A CT instance of 256 MiB; the pixels are a hole in the file."""
    head = b"\x08\x00\x16\x00UI\x1a\x00" + CT_IMAGE_STORAGE.encode() + b"\0"
    head += b"\x08\x00\x18\x00UI\x08\x00" + b"1.2.3.4\0"
    head += b"\xe0\x7f\x10\x00OW\x00\x00" + SIZE.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(file_meta_bytes(CT_IMAGE_STORAGE, "1.2.3.4", EXPLICIT_VR_LE, "TEST") + head)
        file.truncate(file.tell() + SIZE)


@pytest.mark.slow
@pytest.mark.peer("storescp")
def test_memory_does_not_grow_with_the_object(tmp_path: Path) -> None:
    path = tmp_path / "large.dcm"
    large_file(path)
    meta = read_file_meta(path)
    given = RecipeInput(("STORESCP",), free_port(), tmp_path, "HARNESS", options=("--ignore",))
    peer = ProcessPeer("storescp", storescp, given)
    peer.start()
    highest = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            highest[0] = max(highest[0], anonymous_memory())

    try:
        association = request_association(
            peer.address, Proposal("HARNESS", "STORESCP", needed_contexts([meta])), Timeouts(response=60)
        )
        before = anonymous_memory()
        threading.Thread(target=watch, daemon=True).start()
        with association:
            (instance,) = store(association, [meta]).instances
    finally:
        done.set()
        peer.stop()
    assert instance.status == 0
    assert highest[0] - before < 16 << 20
    assert path.stat().st_size > SIZE
