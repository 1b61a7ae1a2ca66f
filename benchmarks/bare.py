"""The limit of a Storage SCP in Python: a loop that takes PDUs apart, writes what comes and answers, and that is all.

It takes for granted that all goes well, keeps no record, and looks at nothing but what it needs for the file's head and
the response.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from harness.dimse.command import CommandSet, decode_command, encode_command
from harness.dimse.fragment import lone
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.net.transport import RECEIVE_BUFFER
from harness.services.part10 import file_meta_bytes
from harness.ul.encode import encode_pdu
from harness.ul.pdu import HEADER_LENGTH, LONE_HEADERS_LENGTH, P_DATA_TF, ReleaseRP

Write = Callable[[memoryview], object]


class BareLoop:
    """Serves an association whose requestor sends C-STORE only; without a folder it drops what comes."""

    def __init__(self, association: Association, folder: str) -> None:
        assert association._wire is not None
        self._socket = association._wire.transport.socket
        self._socket.setblocking(True)
        self._contexts = association.contexts
        self._folder = folder
        self._buffer = memoryview(bytearray(RECEIVE_BUFFER))
        self._come = self._buffer[:0]

    def run(self) -> None:
        """Until the requestor releases the association or is gone."""
        number = 0
        with suppress(EOFError):
            while (header := self._exactly(HEADER_LENGTH))[0] == P_DATA_TF:
                body = self._exactly(int.from_bytes(header[2:], "big"))
                context_id, command = body[4], decode_command(body[6:])[0]
                number += 1
                if self._folder:
                    self._to_file(f"{self._folder}/{number}", context_id, command)
                else:
                    self._data_set(lambda piece: None)
                answer = encode_command(response_to(command, 0))
                self._socket.send(lone(context_id, True, answer))
            self._socket.send(encode_pdu(ReleaseRP()))

    def _to_file(self, name: str, context_id: int, command: CommandSet) -> None:
        uids = command.affected_sop_class_uid or "", command.affected_sop_instance_uid or ""
        pieces = [memoryview(file_meta_bytes(*uids, self._contexts[context_id].transfer_syntax, "BENCHMARK"))]
        descriptor = os.open(f"{name}.part", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)

        def write(piece: memoryview) -> None:
            os.writev(descriptor, (*pieces, piece))
            pieces.clear()

        self._data_set(write)
        os.close(descriptor)
        os.rename(f"{name}.part", f"{name}.dcm")  # noqa: PTH104 - pathlib takes longer than the system does

    def _data_set(self, write: Write) -> None:
        last = False
        while not last:
            headers = self._exactly(LONE_HEADERS_LENGTH)
            left, last = int.from_bytes(headers[2:6], "big") - 6, bool(headers[11] & 2)
            while left:
                piece = self._take(left)
                write(piece)
                left -= len(piece)

    def _exactly(self, count: int) -> bytes:
        taken = bytes(self._take(count))
        while len(taken) < count:
            taken += self._take(count - len(taken))
        return taken

    def _take(self, most: int) -> memoryview:
        """What has come, at least a byte and at most so many; good until the next is asked for."""
        if not self._come:
            self._come = self._buffer[: self._socket.recv_into(self._buffer)]
            if not self._come:
                raise EOFError
        taken, self._come = self._come[:most], self._come[most:]
        return taken
