"""Faults of command sets and responses (PS3.7 6.3, 9, 10 and Annexes C, E)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.elements import DATA_SET_FOLLOWS, NO_DATA_SET, Command, Tag
from harness.proxy.fault import ChangeMessage, Fault, OnMessage
from harness.proxy.faults.changing import adding, putting, without
from harness.proxy.pieces import Close, Hang, Pause, Piece, Reset, Side, Whole, cut
from harness.proxy.session import Session
from harness.standard.status import Service, StatusCategory, describe_status
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, AAbort, PDataTF

LATE_SECONDS = 2.0
STORE, FIND, MOVE, GET, ECHO = (
    Command.C_STORE_RSP,
    Command.C_FIND_RSP,
    Command.C_MOVE_RSP,
    Command.C_GET_RSP,
    Command.C_ECHO_RSP,
)
PENDING = (0xFF00, 0xFF01)


def is_pending(command: CommandSet) -> bool:
    """Whether further responses are to follow."""
    return command.status in PENDING


def is_final(command: CommandSet) -> bool:
    """Whether this is the last response."""
    return command.is_response and not is_pending(command)


def _has_failed(command: CommandSet) -> bool:
    status = command.status
    return status is not None and describe_status(status, Service.NORMALIZED).category is StatusCategory.FAILURE


def fault(
    name: str,
    summary: str,
    change: ChangeMessage,
    *breaks: str,
    commands: tuple[int, ...] = (),
    among: Callable[[CommandSet], bool] = lambda command: command.is_response,
) -> Fault:
    """A fault of the acceptor's responses."""
    return Fault(name, Side.ACCEPTOR, summary, OnMessage(commands, change, among), breaks)


def _raw(rewrite: Callable[[bytes], bytes]) -> ChangeMessage:
    """The bytes of the command set rewritten, its group length included."""

    def change(message: Whole, session: Session) -> Sequence[Piece]:
        data = rewrite(encode_command(message.command))
        rest = list(cut(message, session.fragment_towards(Side.REQUESTOR)))[1:]
        return (
            encode_pdu(PDataTF((PDV(message.context_id, True, True, data),))),
            *(rest if message.data is not None else ()),
        )

    return change


_FIRST = 12
"""Bytes of the Command Group Length element."""


def _swapped(data: bytes) -> bytes:
    """The first two elements after the group length in each other's place."""
    first = _FIRST + 8 + int.from_bytes(data[_FIRST + 4 : _FIRST + 8], "little")
    second = first + 8 + int.from_bytes(data[first + 4 : first + 8], "little")
    return data[:_FIRST] + data[first:second] + data[_FIRST:first] + data[second:]


def _counted(body: bytes) -> bytes:
    """A command set with the right group length."""
    return bytes(4) + (4).to_bytes(4, "little") + len(body).to_bytes(4, "little") + body


def _odd(data: bytes) -> bytes:
    """An Error Comment of an odd number of bytes at the end."""
    return _counted(data[_FIRST:] + b"\x00\x00\x02\x09" + (3).to_bytes(4, "little") + b"odd")


def _foreign_group(data: bytes) -> bytes:
    return _counted(data[_FIRST:] + b"\x08\x00\x05\x00" + (2).to_bytes(4, "little") + b"XX")


def _doubled(data: bytes) -> bytes:
    """The last element twice."""
    at = last = _FIRST
    while at < len(data):
        last, at = at, at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    return _counted(data[_FIRST:] + data[last:])


def _unknown_element(data: bytes) -> bytes:
    return _counted(data[_FIRST:] + b"\x00\x00\x99\x99" + (2).to_bytes(4, "little") + b"XX")


def _overlong(data: bytes) -> bytes:
    """An Error Comment that ends before it is as long as it says."""
    return _counted(data[_FIRST:] + b"\x00\x00\x02\x09" + (64).to_bytes(4, "little") + b"cut off ")


def _with_data_set(message: Whole, session: Session) -> Sequence[Piece]:
    elements = {**message.command.elements, Tag.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS}
    return (replace(message, command=CommandSet(elements), data=b"\x08\x00\x05\x00\x00\x00\x00\x00"),)


def _twice(message: Whole, session: Session) -> Sequence[Piece]:
    return message, message


def _other_instance(message: Whole, session: Session) -> Sequence[Piece]:
    return putting(Tag.AFFECTED_SOP_INSTANCE_UID, "1.2.840.99999.1")(message, session)


FAULTS = (
    fault(
        "group-length-wrong",
        "Sends a wrong Command Group Length.",
        putting(Tag.COMMAND_GROUP_LENGTH, 6),
        "dimse/group-length",
    ),
    fault(
        "group-length-missing",
        "Sends command sets without Command Group Length.",
        _raw(lambda data: data[_FIRST:]),
        "dimse/group-length-present",
    ),
    fault("elements-out-of-order", "Sends command elements in the wrong order.", _raw(_swapped), "dimse/element-order"),
    fault("element-twice", "Sends a command element twice.", _raw(_doubled), "dimse/element-once"),
    fault("element-odd", "Sends a command element of an odd number of bytes.", _raw(_odd), "dimse/element-even"),
    fault(
        "element-of-another-group",
        "Sends an element in its command sets that does not belong there.",
        _raw(_foreign_group),
        "dimse/element-group",
    ),
    fault(
        "element-unknown",
        "Sends a command element that is not in the dictionary.",
        _raw(_unknown_element),
        "dimse/element-known",
    ),
    fault(
        "element-cut-off",
        "Sends a command element that announces more than the command set has.",
        _raw(_overlong),
        "dimse/element-vr",
    ),
    fault(
        "command-field-wrong",
        "Answers with the Command Field of another service.",
        putting(Tag.COMMAND_FIELD, int(Command.N_DELETE_RSP)),
        "dimse/response-command-field",
    ),
    fault(
        "command-field-unknown",
        "Answers with a Command Field that is not defined.",
        putting(Tag.COMMAND_FIELD, 0x8777),
        "dimse/command-field",
    ),
    fault(
        "message-id-wrong",
        "Answers another Message ID than that of the request.",
        adding(Tag.MESSAGE_ID_BEING_RESPONDED_TO, 7),
        "dimse/response-message-id",
    ),
    fault(
        "message-id-missing",
        "Leaves out the Message ID Being Responded To.",
        without(Tag.MESSAGE_ID_BEING_RESPONDED_TO),
        "dimse/response-message-id",
    ),
    fault("status-missing", "Answers without a status.", without(Tag.STATUS), "dimse/response-status", among=is_final),
    fault(
        "status-undefined",
        "Answers with the status 3333H, which no service has.",
        putting(Tag.STATUS, 0x3333),
        "dimse/status-class",
        among=is_final,
    ),
    fault(
        "status-failure",
        "Answers with the status A700H, out of resources.",
        putting(Tag.STATUS, 0xA700),
        among=is_final,
    ),
    fault(
        "status-processing-failure",
        "Answers with the status 0110H, processing failure.",
        putting(Tag.STATUS, 0x0110),
        among=is_final,
    ),
    fault(
        "failure-becomes-success",
        "Answers what has failed with success.",
        putting(Tag.STATUS, 0),
        among=_has_failed,
    ),
    fault("status-warning", "Answers with the status B000H, a warning.", putting(Tag.STATUS, 0xB000), among=is_final),
    fault(
        "status-pending",
        "Answers a C-STORE with the status FF00H, pending.",
        putting(Tag.STATUS, 0xFF00),
        "dimse/pending-of-query",
        commands=(STORE,),
    ),
    fault(
        "sop-class-changed",
        "Answers for another SOP class than that of the request.",
        putting(Tag.AFFECTED_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.7"),
        "dimse/response-sop-class",
    ),
    fault(
        "sop-instance-changed",
        "Answers a C-STORE for another SOP instance.",
        _other_instance,
        "dimse/response-sop-instance",
        commands=(STORE,),
    ),
    fault(
        "data-set-unannounced",
        "Announces no data set, and sends one.",
        putting(Tag.COMMAND_DATA_SET_TYPE, NO_DATA_SET),
        "dimse/data-set-announced",
        among=lambda command: command.has_data_set,
    ),
    fault(
        "data-set-announced-only",
        "Announces a data set, and sends none.",
        putting(Tag.COMMAND_DATA_SET_TYPE, DATA_SET_FOLLOWS),
        "dimse/data-set-announced",
        among=lambda command: command.is_response and not command.has_data_set,
    ),
    fault(
        "echo-with-data-set",
        "Answers a C-ECHO with a data set.",
        _with_data_set,
        "verification/echo-without-data-set",
        commands=(ECHO,),
    ),
    fault(
        "store-with-data-set",
        "Answers a C-STORE with a data set.",
        _with_data_set,
        "storage/response-without-data-set",
        commands=(STORE,),
    ),
    fault("response-twice", "Sends its last response twice.", _twice, "dimse/response-unsolicited", among=is_final),
    fault("response-missing", "Never sends the last response.", lambda message, session: (), among=is_final),
    fault(
        "response-late",
        f"Sends its last response {LATE_SECONDS:g} s late.",
        lambda message, session: (Pause(LATE_SECONDS), message),
        among=is_final,
    ),
    fault("hang-at-response", "Sends nothing more from its first response on.", lambda message, session: (Hang(),)),
    fault(
        "abort-at-response",
        "Aborts instead of answering.",
        lambda message, session: (encode_pdu(AAbort(0, 0)), Close()),
    ),
    fault(
        "close-at-response",
        "Closes the connection instead of responding.",
        lambda message, session: (Close(),),
        "ul/tcp-not-dropped",
    ),
    fault(
        "reset-at-response",
        "Resets the connection instead of answering.",
        lambda message, session: (Reset(),),
        "ul/tcp-not-dropped",
    ),
    fault(
        "abort-after-response",
        "Answers, and aborts at once.",
        lambda message, session: (message, encode_pdu(AAbort(2, 0)), Close()),
        among=is_final,
    ),
)
