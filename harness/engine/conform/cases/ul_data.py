"""P-DATA-TF and the fragments of messages, cut in every way that is allowed (PS3.8 9.3.5, Annexes D and E)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from harness.dimse.command import encode_command
from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import Script, demand
from harness.engine.conform.cases.fragments import FINDS, MESSAGE_ID, of_length, queried
from harness.engine.conform.model import Case, Kind, Profile, Seen
from harness.engine.conform.outcomes import answered
from harness.ul import pdu as p

_ANSWERED = "the C-ECHO is answered with success"

Pdus = Callable[[bytes], Sequence[p.PDU]]


def _echoed(pdus: Pdus) -> Script:
    """A C-ECHO, of which `pdus` makes PDUs."""

    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.send(*pdus(encode_command(c_echo_rq(MESSAGE_ID))))
            seen = talk.echo_answer(MESSAGE_ID)
            if seen.kind is Kind.FULFILLED:
                talk.release()
            return seen

    return script


def _fragments(data: bytes, size: int) -> list[p.PDV]:
    starts = range(0, len(data), size)
    return [p.PDV(1, True, at + size >= len(data), data[at : at + size]) for at in starts]


def _one_each(size: int) -> Pdus:
    return lambda data: [p.PDataTF((pdv,)) for pdv in _fragments(data, size)]


def _all_in_one(size: int) -> Pdus:
    return lambda data: [p.PDataTF(tuple(_fragments(data, size)))]


def _reserved_bits(data: bytes) -> Sequence[p.PDU]:
    return [p.RawPDU(p.P_DATA_TF, struct.pack(">IBB", len(data) + 2, 1, 0xF3) + data)]


def _together(command: bytes, data: bytes) -> Sequence[p.PDU]:
    return [p.PDataTF((p.PDV(3, True, True, command), p.PDV(3, False, True, data)))]


def _end_and_beginning(command: bytes, data: bytes) -> Sequence[p.PDU]:
    return [
        p.PDataTF((p.PDV(3, True, False, command[:20]),)),
        p.PDataTF((p.PDV(3, True, True, command[20:]), p.PDV(3, False, False, data[:10]))),
        p.PDataTF((p.PDV(3, False, True, data[10:]),)),
    ]


def _data_in_pieces(command: bytes, data: bytes) -> Sequence[p.PDU]:
    pieces = [p.PDV(3, False, at + 2 >= len(data), data[at : at + 2]) for at in range(0, len(data), 2)]
    return [p.PDataTF((p.PDV(3, True, True, command),)), *(p.PDataTF((piece,)) for piece in pieces)]


def _taken(name: str, title: str, requirement: str, pdus: Pdus) -> Case:
    return demand(f"ul/data/{name}", title, requirement, _ANSWERED, _echoed(pdus))


def _taken_query(name: str, title: str, requirement: str, script: Script) -> Case:
    allowed = (answered("a response to the C-FIND", lambda _: True),)
    return Case(f"ul/data/{name}", title, (requirement,), allowed, script, Profile.SAFE, needs=FINDS)


CASES = (
    _taken("two-byte-fragments", "Fragments of two bytes", "ul/message-fragments-received", _one_each(2)),
    _taken("sixteen-byte-fragments", "Fragments of 16 bytes", "ul/message-fragments-received", _one_each(16)),
    _taken("fragments-in-one-pdu", "All fragments in one PDU", "ul/message-fragments-received", _all_in_one(16)),
    _taken(
        "control-header-reserved",
        "Bits 2 to 7 of the Message Control Header are not checked",
        "ul/control-header-reserved-ignored",
        _reserved_bits,
    ),
    _taken_query(
        "command-and-data",
        "Command set and identifier in one PDU",
        "ul/message-in-one-pdu-received",
        queried(_together),
    ),
    _taken_query(
        "end-and-beginning",
        "The end of the command set and the beginning of the identifier in one PDU",
        "ul/message-in-one-pdu-received",
        queried(_end_and_beginning),
    ),
    _taken_query(
        "data-fragments",
        "An identifier in fragments of two bytes",
        "ul/message-fragments-received",
        queried(_data_in_pieces),
    ),
    _taken_query(
        "maximum-length-reached",
        "A P-DATA-TF of just the maximum length of the peer",
        "ul/maximum-length-reached",
        lambda bench: of_length(bench, 0),
    ),
)
