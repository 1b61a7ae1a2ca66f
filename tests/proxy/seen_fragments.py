"""What a requestor sees of each fault of P-DATA-TF PDUs: the first answers a C-ECHO on context 1."""

from __future__ import annotations

from collections.abc import Callable

from harness.proxy.pieces import Chop
from harness.ul import pdu as p
from tests.support.proxied import Passed, Pdu

ECHO_LENGTH = 84
"""The variable field of a P-DATA-TF with a C-ECHO-RSP, in bytes."""


def first(seen: Passed) -> bytes:
    """What follows the acceptance: the PDU with the first answer, and all after it."""
    data = seen.octets()
    return data[6 + int.from_bytes(data[2:6], "big") :]


def pdvs(seen: Passed) -> tuple[p.PDV, ...]:
    """Those of the first P-DATA-TF."""
    (pdu, *_) = seen.of(p.PDataTF)
    assert isinstance(pdu, p.PDataTF)
    return pdu.pdvs


def pdv_length(seen: Passed) -> int:
    return int.from_bytes(first(seen)[6:10], "big")


def control(seen: Passed) -> int:
    return first(seen)[11]


def data_pdus(seen: Passed) -> list[Pdu]:
    return [pdu for pdu in seen.pdus() if pdu.pdu_type == p.P_DATA_TF]


def small_pdus(seen: Passed) -> bool:
    """The first message comes in PDUs of two bytes, all of it."""
    fragments = [pdu for pdu in data_pdus(seen) if len(pdu.body) == 8]
    return len(fragments) == (ECHO_LENGTH - 6) // 2 and seen.messages()[0].command.name == "C-ECHO-RSP"


def has_command_and_data(seen: Passed) -> bool:
    """A PDU with the last fragment of a command and the first of a data set."""
    for pdu in seen.of(p.PDataTF):
        assert isinstance(pdu, p.PDataTF)
        if [pdv.is_command for pdv in pdu.pdvs] == [True, False]:
            return True
    return False


SEEN: dict[str, Callable[[Passed], bool]] = {
    "pdv-wrong-context": lambda seen: pdvs(seen)[0].context_id == 101,
    "pdv-even-context": lambda seen: pdvs(seen)[0].context_id == 2,
    "pdv-two-contexts": lambda seen: [pdv.context_id for pdv in pdvs(seen)] == [1, 3],
    "pdv-length-too-long": lambda seen: pdv_length(seen) == ECHO_LENGTH,
    "pdv-length-too-short": lambda seen: pdv_length(seen) == ECHO_LENGTH - 8,
    "pdv-length-zero": lambda seen: pdv_length(seen) == 0,
    "pdu-length-too-long": lambda seen: int.from_bytes(first(seen)[2:6], "big") == ECHO_LENGTH + 4,
    "pdv-odd": lambda seen: [len(pdv.fragment) % 2 for pdv in pdvs(seen)] == [1, 1],
    "pdv-never-last": lambda seen: control(seen) == 1,
    "pdv-not-a-command": lambda seen: control(seen) == 2,
    "pdv-reserved-bits": lambda seen: control(seen) == 0xF3,
    "pdv-empty-before": lambda seen: [len(pdv.fragment) for pdv in pdvs(seen)] == [0, ECHO_LENGTH - 6],
    "pdata-empty": lambda seen: first(seen).startswith(b"\x04\x00\x00\x00\x00\x00\x04"),
    "pdata-unknown-pdu": lambda seen: [pdu.pdu_type for pdu in seen.pdus()][:3] == [2, 9, 4],
    "pdata-oversized": lambda seen: max(len(pdu.body) for pdu in data_pdus(seen)) > 16384,
    "fragments-of-two-bytes": small_pdus,
    "all-in-one-pdu": has_command_and_data,
    "byte-by-byte": lambda seen: seen.actions() == [Chop(1), Chop(0)],
    "garbage-after": lambda seen: first(seen)[6 + ECHO_LENGTH :].startswith(b"\xde\xad\xbe\xef" * 4),
}
