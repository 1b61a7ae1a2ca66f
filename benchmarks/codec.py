"""The codec beside pynetdicom's PDU and message classes: the same bytes built and read, alternated in one run.

Run `python -m benchmarks.codec`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from pynetdicom import dimse_messages, dimse_primitives
from pynetdicom import pdu as theirs
from pynetdicom import pdu_primitives as primitives
from pynetdicom.presentation import PresentationContext, build_context

from benchmarks.machine import conditions
from harness.dimse.command import decode_command, encode_command
from harness.dimse.fragment import fragments
from harness.dimse.messages import c_echo_rq, response_to
from harness.net.transport import RECEIVE_BUFFER
from harness.standard.uids import IMPLEMENTATION_CLASS_UID, IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import association_items, encode_pdu
from harness.ul.stream import PduStream

ROUNDS = 9
SECONDS = 0.02
"""How long each sample runs."""

MAXIMUM = 16384
THEIR_PIECE = 4096
"""Bytes that one read of pynetdicom's transport takes."""


@dataclass(frozen=True)
class Task:
    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object]


def our_request(contexts: int) -> bytes:
    proposed = [i.ProposedContext(2 * index + 1, VERIFICATION, (IMPLICIT_VR_LE,)) for index in range(contexts)]
    user: list[i.UserItem] = [i.MaximumLength(MAXIMUM), i.ImplementationClassUID(IMPLEMENTATION_CLASS_UID)]
    items = association_items(proposed, user)
    return encode_pdu(p.AssociateRQ(p.title_field("CALLED"), p.title_field("CALLING"), items))


def _their_association(contexts: int) -> primitives.A_ASSOCIATE:
    primitive = primitives.A_ASSOCIATE()
    primitive.application_context_name = p.DICOM_APPLICATION_CONTEXT
    primitive.calling_ae_title, primitive.called_ae_title = "CALLING", "CALLED"
    length, class_uid = primitives.MaximumLengthNotification(), primitives.ImplementationClassUIDNotification()
    length.maximum_length_received = MAXIMUM
    class_uid.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    primitive.user_information = [length, class_uid]
    proposed: list[PresentationContext] = []
    for index in range(contexts):
        proposed.append(build_context(VERIFICATION, IMPLICIT_VR_LE))
        proposed[-1].context_id = 2 * index + 1
    primitive.presentation_context_definition_list = proposed
    return primitive


def their_request(contexts: int) -> bytes:
    pdu = theirs.A_ASSOCIATE_RQ()
    pdu.from_primitive(_their_association(contexts))
    return pdu.encode()


def acceptance(contexts: int) -> bytes:
    results = [i.ContextResult(2 * index + 1, 0, IMPLICIT_VR_LE) for index in range(contexts)]
    user: list[i.UserItem] = [i.MaximumLength(MAXIMUM), i.ImplementationClassUID(IMPLEMENTATION_CLASS_UID)]
    pdu = p.AssociateAC(p.title_field("CALLED"), p.title_field("CALLING"), association_items(results, user))
    return encode_pdu(pdu)


def their_acceptance(data: bytes) -> object:
    pdu = theirs.A_ASSOCIATE_AC()
    pdu.decode(data)
    return pdu.to_primitive()


def our_echo() -> bytes:
    command = memoryview(encode_command(c_echo_rq(1)))
    return b"".join(part for piece in fragments(1, True, command, MAXIMUM - 6) for part in piece)


def their_echo() -> bytes:
    primitive = dimse_primitives.C_ECHO()
    primitive.MessageID, primitive.AffectedSOPClassUID = 1, VERIFICATION
    message = dimse_messages.C_ECHO_RQ()
    message.primitive_to_message(primitive)
    (data,) = message.encode_msg(1, MAXIMUM)
    pdu = theirs.P_DATA_TF()
    pdu.from_primitive(data)
    return pdu.encode()


def our_response(data: bytes) -> object:
    pdu, _ = decode_pdu(data[0], data[6:])
    assert isinstance(pdu, p.PDataTF)
    return decode_command(bytes(pdu.pdvs[0].fragment))


def their_response(data: bytes) -> object:
    pdu = theirs.P_DATA_TF()
    pdu.decode(data)
    message = dimse_messages.DIMSEMessage()
    message.decode_msg(pdu.to_primitive())
    return message.message_to_primitive()


def our_stream(data: bytes) -> int:
    """Pieces as they come from a socket, cut into PDUs and decoded."""
    stream, count = PduStream(1 << 20), 0
    for start in range(0, len(data), RECEIVE_BUFFER):
        stream.feed(data[start : start + RECEIVE_BUFFER])
        while (whole := stream.next_pdu()) is not None:
            decode_pdu(*whole)
            count += 1
    return count


def their_stream(data: bytes) -> int:
    """PDUs read as pynetdicom reads them from a socket: the header, then the rest in pieces, then joined."""
    count, start = 0, 0
    while start < len(data):
        whole = bytearray(data[start : start + 6])
        end = start + 6 + int.from_bytes(whole[2:6], "big")
        for begin in range(start + 6, end, THEIR_PIECE):
            whole.extend(data[begin : min(begin + THEIR_PIECE, end)])
        pdu = theirs.P_DATA_TF()
        pdu.decode(bytes(whole))
        pdu.to_primitive()
        count, start = count + 1, end
    return count


def tasks() -> list[Task]:
    accepted, many = acceptance(1), acceptance(128)
    command = encode_command(response_to(c_echo_rq(1), 0))
    response = encode_pdu(p.PDataTF((p.PDV(1, True, True, command),)))
    data = encode_pdu(p.PDataTF((p.PDV(1, False, False, bytes(MAXIMUM - 6)),))) * 64
    assert our_request(128) == their_request(128)
    assert our_echo() == their_echo()
    return [
        Task("build and encode A-ASSOCIATE-RQ, 1 context", lambda: our_request(1), lambda: their_request(1)),
        Task("build and encode A-ASSOCIATE-RQ, 128 contexts", lambda: our_request(128), lambda: their_request(128)),
        Task(
            "decode A-ASSOCIATE-AC, 1 context", lambda: decode_pdu(2, accepted[6:]), lambda: their_acceptance(accepted)
        ),
        Task("decode A-ASSOCIATE-AC, 128 contexts", lambda: decode_pdu(2, many[6:]), lambda: their_acceptance(many)),
        Task("build and encode C-ECHO-RQ", our_echo, their_echo),
        Task("decode C-ECHO-RSP", lambda: our_response(response), lambda: their_response(response)),
        Task("cut and decode 64 P-DATA-TF of 16 KB", lambda: our_stream(data), lambda: their_stream(data)),
    ]


def sample(call: Callable[[], object]) -> float:
    """Microseconds per call, over about `SECONDS`."""
    count, begun = 0, time.perf_counter()
    while (passed := time.perf_counter() - begun) < SECONDS:
        for _ in range(10):
            call()
        count += 10
    return passed / count * 1e6


def time_task(task: Task) -> tuple[float, float]:
    """Medians of both, in microseconds."""
    sample(task.ours), sample(task.theirs)
    samples = [(sample(task.ours), sample(task.theirs)) for _ in range(ROUNDS)]
    ours, theirs = zip(*samples, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def main() -> None:
    print(conditions())
    for task in tasks():
        ours, theirs = time_task(task)
        print(f"{task.name:48} {ours:9.1f} µs, pynetdicom {theirs:9.1f} µs: {theirs / ours:5.1f} times as fast")


if __name__ == "__main__":
    main()
