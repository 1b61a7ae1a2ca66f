"""The limit of a requestor in Python: the PDUs of a C-STORE, one instance read while the peer takes the one before.

Everything else that a client owes its user is left out: nothing is noted, and of a response only its end is looked for.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contest import Measure, seconds_of
from harness.dimse.command import encode_command
from harness.dimse.fragment import lone
from harness.dimse.messages import c_store_rq
from harness.net.negotiation import Proposal
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.store import needed_contexts
from harness.standard.ae import AEAddress
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu, pdata_header

_HEADER = struct.Struct(">BxI")


def replayed(address: AEAddress, paths: Sequence[Path]) -> Measure:
    """Store files of one SOP class and transfer syntax, whose meta information is known before."""
    files = [read_file_meta(path) for path in paths]
    request = Proposal("BENCHMARK", address.ae_title, needed_contexts(files)).to_pdu()
    syntax = (files[0].transfer_syntax_uid,)
    (context_id,) = [context.context_id for context in request.contexts if context.transfer_syntaxes == syntax]

    def work() -> None:
        with socket.create_connection((address.host, address.port)) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.sendall(encode_pdu(request))
            _read_pdu(sock)
            message = _message(context_id, 1, files[0])
            for message_id, file in enumerate((*files[1:], files[0]), 2):
                sock.sendall(message)
                message = _message(context_id, message_id, file)
                _read_pdu(sock)
            sock.sendall(encode_pdu(p.ReleaseRQ()))
            _read_pdu(sock)

    return lambda: seconds_of(work, len(paths))


def _message(context_id: int, message_id: int, file: FileMeta) -> bytes:
    command = encode_command(c_store_rq(message_id, file.sop_class_uid, file.sop_instance_uid))
    with file.path.open("rb", buffering=0) as opened:
        opened.seek(file.data_set_offset)
        data = opened.read(file.data_set_length)
    header = pdata_header(len(data), context_id, is_command=False, is_last=True)
    return b"".join((lone(context_id, True, command), header, data))


def _read_pdu(sock: socket.socket) -> None:
    """Read one PDU, acknowledged at once where only a part of it has come."""
    read = sock.recv(4096)
    while len(read) < _HEADER.size or len(read) < _HEADER.size + _HEADER.unpack_from(read)[1]:
        assert read, "the peer closed the connection"
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        read += sock.recv(4096)
