"""Data sets in windows: whole, even, and never more in memory than a window."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.dimse.command import CommandSet
from harness.net.association import Association, FileRange
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.net.windows import windows
from harness.observe.ending import EndingKind
from harness.services.part10 import FileMeta
from harness.services.store import store
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE
from tests.support.accepting import accepting

SIZE = 5 << 20


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("windows") / "file"
    data = bytes(range(251)) * (SIZE // 251)
    path.write_bytes(data)
    return path, data


@given(
    offset=st.integers(0, 1000),
    length=st.integers(1, SIZE - 2000),
    fragment=st.integers(1, 1 << 19).map(lambda n: n * 2),
)
def test_the_windows_are_the_data_set(content: tuple[Path, bytes], offset: int, length: int, fragment: int) -> None:
    path, data = content
    expected = data[offset : offset + length] + bytes(length % 2)
    for given_data in (FileRange(path, offset, length), data[offset : offset + length]):
        found = [(bytes(window), last) for window, last in windows(given_data, fragment)]
        assert b"".join(window for window, _ in found) == expected
        assert [last for _, last in found] == [False] * (len(found) - 1) + [True]
        assert all(len(window) % fragment == 0 and len(window) <= max(fragment, 1 << 19) for window, _ in found[:-1])


def test_a_file_that_is_shorter_is_noticed_before_anything_is_sent(content: tuple[Path, bytes]) -> None:
    path, data = content
    with pytest.raises(OSError, match="it has become shorter"):
        next(windows(FileRange(path, 1000, len(data) - 999), 16000))


def test_a_file_that_is_cut_while_it_is_sent_ends_the_association(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(SIZE * 4))
    meta = FileMeta(path, CT_IMAGE_STORAGE, "1.2.3", EXPLICIT_VR_LE, 0, SIZE * 4)

    class Cutting:
        def write(self, data: bytes | memoryview) -> None:
            if path.stat().st_size:
                path.write_bytes(b"")

    def cut(_context_id: int, _command: CommandSet) -> Cutting:
        return Cutting()

    def serve(association: Association) -> None:
        association.open_sink = cut
        association.receive(30)

    proposal = Proposal("HARNESS", "PEER", ((CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)),))
    with accepting(serve) as address, request_association(address, proposal, Timeouts()) as association:
        observation = store(association, [meta, meta])
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.ABORTED_BY_US
    assert "it has become shorter" in observation.ending.text
    assert [instance.status for instance in observation.instances] == [None, None], "nothing half sent counts as sent"
