"""Storage SCPs to send to, run as `python -m benchmarks.sinks KIND PORT [FOLDER]`.

`ours` is the harness's own, which writes files; `discard` stands on the same core and drops what comes; `bare` does the
least that one in Python must, and drops what comes when it has no folder; `pynetdicom` writes with `encoded_dataset()`,
the fastest way that its documentation shows. `answers` and `queries` are C-FIND SCPs that give so many answers as is
said in the place of the folder: one has them ready, one is pynetdicom's.
"""

from __future__ import annotations

import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.bare import BareLoop
from harness.dimse.command import encode_command
from harness.dimse.fragment import fragment_length, fragments
from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import accept
from harness.services.storage_scp import StorageSCP
from harness.standard.uids import storage_sop_classes


class _Nowhere:
    def write(self, data: bytes | memoryview, /) -> None:
        """Drop it."""


def ours(port: int, folder: str) -> None:
    StorageSCP("PEER", Path(folder), port=port).start()


def discard(port: int) -> None:
    def serve(association: Association) -> None:
        association.open_sink = lambda context_id, command: _Nowhere()
        with suppress(AssociationEnded):
            while True:
                message = association.receive()
                association.send(message.context_id, response_to(message.command, 0))

    Acceptor(lambda request, host: accept(request, lambda one: one.transfer_syntaxes[0]), serve, port=port).start()


def bare(port: int, folder: str = "") -> None:
    """What a Storage SCP in Python can do at best."""

    def serve(association: Association) -> None:
        BareLoop(association, folder).run()

    Acceptor(lambda request, host: accept(request, lambda one: one.transfer_syntaxes[0]), serve, port=port).start()


def _pynetdicom(port: int, handlers: list[Any]) -> None:
    from pynetdicom import AE, AllStoragePresentationContexts

    entity = AE(ae_title="PEER")
    entity.maximum_pdu_size = 131072
    # Few contexts: it copies all of them for each association, which would not be fair to measure elsewhere.
    wanted = set(storage_sop_classes()[:40])
    entity.supported_contexts = [one for one in AllStoragePresentationContexts if one.abstract_syntax in wanted]
    entity.add_supported_context("1.2.840.10008.1.1")
    entity.add_supported_context("1.2.840.10008.5.1.4.1.2.2.1")
    entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)


def pynetdicom(port: int, folder: str) -> None:
    from pynetdicom import evt

    def store(event: Any) -> int:
        (Path(folder) / f"{event.request.AffectedSOPInstanceUID}.dcm").write_bytes(event.encoded_dataset())
        return 0

    _pynetdicom(port, [(evt.EVT_C_STORE, store)])


def queries(port: int, count: str) -> None:
    from pydicom import Dataset
    from pynetdicom import evt

    def find(event: Any) -> Iterator[tuple[int, Dataset]]:
        for number in range(int(count)):
            answer = Dataset()
            answer.QueryRetrieveLevel = "STUDY"
            answer.StudyInstanceUID = f"1.2.3.{number}"
            answer.PatientName = f"Synthetic^Patient{number}"
            answer.PatientID = f"{number}"
            answer.StudyDate = "20240101"
            yield 0xFF00, answer

    _pynetdicom(port, [(evt.EVT_C_FIND, find)])


def answers(port: int, count: str) -> None:
    """A C-FIND SCP that has its answers ready, so that the requestor is what is measured."""
    ready: dict[tuple[int, bytes, int], list[bytes | memoryview]] = {}

    def serve(association: Association) -> None:
        with suppress(AssociationEnded):
            while True:
                message = association.receive()
                size = fragment_length(association.trace.peer_max_pdu_length)
                pending = encode_command(response_to(message.command, 0xFF00, data_set=True))
                key = (message.context_id, pending, size)
                if key not in ready:
                    ready[key] = _pieces(*key, int(count))
                assert association._wire is not None
                association._wire.send_bytes(ready[key])
                association.send(message.context_id, response_to(message.command, 0))

    Acceptor(lambda request, host: accept(request, lambda one: one.transfer_syntaxes[0]), serve, port=port).start()


def _pieces(context_id: int, pending: bytes, size: int, count: int) -> list[bytes | memoryview]:
    return [
        part
        for number in range(count)
        for is_command, data in ((True, pending), (False, _identifier(number)))
        for piece in fragments(context_id, is_command, memoryview(data), size)
        for part in piece
    ]


def _identifier(number: int) -> bytes:
    """An answer with eleven attributes, in Implicit VR Little Endian."""
    values = {
        0x00080020: "20240101",
        0x00080030: "120000",
        0x00080050: f"{number:08d}",
        0x00080052: "STUDY ",
        0x00080061: "CT",
        0x00081030: "Thorax with contrast",
        0x00100010: f"Synthetic^Patient{number:05d}",
        0x00100020: f"{number:08d}",
        0x0020000D: f"1.2.826.0.1.3680043.10.1{number:08d}",
        0x00200010: f"{number:08d}",
        0x00201208: "120 ",
    }
    data = b""
    for tag, text in values.items():
        value = text.encode() + b" " * (len(text) % 2)
        data += struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value
    return data


KINDS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (ours, discard, bare, answers, pynetdicom, queries)
}


if __name__ == "__main__":
    KINDS[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
    threading.Event().wait()
