"""Faults of P-DATA-TF PDUs and their presentation data values (PS3.8 9.3.5, Annex E)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.command import CommandSet
from harness.proxy.fault import ChangeMessage, ChangePdu, Fault, OnMessage, OnPdu, Unit, permitted
from harness.proxy.faults.changing import after, before
from harness.proxy.pieces import Chop, Piece, Side, Whole, cut
from harness.proxy.session import Session
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

_HEADERS = 12
"""Bytes before the first fragment: PDU header, length, context id, control header."""


def _fault(
    name: str, summary: str, change: ChangePdu, *breaks: str, among: Callable[[Unit], bool] | None = None
) -> Fault:
    what = OnPdu((p.P_DATA_TF,), change) if among is None else OnPdu((p.P_DATA_TF,), change, among)
    return Fault(name, Side.ACCEPTOR, summary, what, breaks)


def _of_message(
    name: str,
    summary: str,
    change: ChangeMessage,
    *breaks: str,
    among: Callable[[CommandSet], bool] = lambda command: True,
) -> Fault:
    return Fault(name, Side.ACCEPTOR, summary, OnMessage((), change, among), breaks)


def _is_command(unit: Unit) -> bool:
    return len(unit.data) >= _HEADERS and bool(unit.data[11] & 1)


def _pdvs(change: Callable[[p.PDV], Sequence[p.PDV]]) -> ChangePdu:
    """Other presentation data values in place of each."""

    def changed(unit: Unit, session: Session) -> Sequence[Piece]:
        pdu = unit.pdu
        if not isinstance(pdu, p.PDataTF):
            return (unit.data,)
        return (encode_pdu(p.PDataTF(tuple(new for pdv in pdu.pdvs for new in change(pdv)))),)

    return changed


def _byte(place: int, change: Callable[[int], int]) -> ChangePdu:
    """The PDU with another byte at this place."""

    def changed(unit: Unit, session: Session) -> Sequence[Piece]:
        data = bytearray(unit.data)
        if place < len(data):
            data[place] = change(data[place]) & 0xFF
        return (bytes(data),)

    return changed


def _pdv_length(amount: int) -> ChangePdu:
    """The length of the first presentation data value off by so much."""

    def changed(unit: Unit, session: Session) -> Sequence[Piece]:
        length = (int.from_bytes(unit.data[6:10], "big") + amount) % (1 << 32)
        return (unit.data[:6] + length.to_bytes(4, "big") + unit.data[10:],)

    return changed


def _pdu_length(unit: Unit, session: Session) -> Sequence[Piece]:
    return (unit.data[:2] + (len(unit.body) + 4).to_bytes(4, "big") + unit.body,)


def _odd(pdv: p.PDV) -> Sequence[p.PDV]:
    """The fragment in two of an odd number of bytes."""
    fragment = bytes(pdv.fragment)
    if len(fragment) < 2:
        return (pdv,)
    return pdv._replace(fragment=fragment[:1], is_last=False), pdv._replace(fragment=fragment[1:])


def _on_two_contexts(pdv: p.PDV) -> Sequence[p.PDV]:
    fragment = bytes(pdv.fragment)
    half = len(fragment) // 4 * 2
    other = (pdv.context_id + 2) % 256
    return pdv._replace(fragment=fragment[:half], is_last=False), pdv._replace(
        fragment=fragment[half:], context_id=other
    )


def _oversized(message: Whole, session: Session) -> Sequence[Piece]:
    """As one PDU above the maximum length of the requestor, filled up with a private element of the command."""
    limit = (session.request.maximum_length if session.request is not None else None) or 0
    if not limit:
        return (message,)
    (whole,) = cut(replace(message, data=None), 1 << 26)
    body = whole[_HEADERS:]
    room = max(0, limit - len(body) + 2)
    padded = body + b"\x00\x00\x02\x09" + (room + room % 2).to_bytes(4, "little") + b" " * (room + room % 2)
    rest = list(cut(message, session.fragment_towards(Side.REQUESTOR)))[1:]
    return (encode_pdu(p.PDataTF((p.PDV(message.context_id, True, True, padded),))), *rest)


def _tiny(message: Whole, session: Session) -> Sequence[Piece]:
    return tuple(cut(message, 2))


def _together(message: Whole, session: Session) -> Sequence[Piece]:
    """All presentation data values in a single PDU."""
    parts = list(cut(message, session.fragment_towards(Side.REQUESTOR)))
    body = b"".join(part[p.HEADER_LENGTH :] for part in parts)
    return (b"\x04\x00" + len(body).to_bytes(4, "big") + body,)


FAULTS = (
    _fault(
        "pdv-wrong-context",
        "Answers on a presentation context that was not accepted.",
        _pdvs(lambda pdv: (pdv._replace(context_id=(pdv.context_id + 100) % 256 | 1),)),
        "ul/pdv-context-id",
    ),
    _fault(
        "pdv-even-context",
        "Answers on a presentation context with an even identifier.",
        _pdvs(lambda pdv: (pdv._replace(context_id=pdv.context_id + 1 & 0xFE),)),
        "ul/pdv-context-id",
    ),
    _fault(
        "pdv-two-contexts",
        "Spreads one message over two presentation contexts.",
        _pdvs(_on_two_contexts),
        "ul/message-one-context",
        among=_is_command,
    ),
    _fault(
        "pdv-length-too-long",
        "Announces a presentation data value that goes beyond its PDU.",
        _pdv_length(4),
        "ul/pdv-length",
    ),
    _fault(
        "pdv-length-too-short", "Announces less than the presentation data value has.", _pdv_length(-4), "ul/pdv-length"
    ),
    _fault(
        "pdv-length-zero",
        "Announces a presentation data value of no bytes.",
        lambda unit, session: (unit.data[:6] + bytes(4) + unit.data[10:],),
        "ul/pdv-length",
    ),
    _fault("pdu-length-too-long", "Announces four bytes more than the P-DATA-TF has.", _pdu_length, "ul/pdu-length"),
    _fault("pdv-odd", "Sends fragments of an odd number of bytes.", _pdvs(_odd), "ul/pdv-even", among=_is_command),
    _fault(
        "pdv-never-last",
        "Never marks the last fragment of its command sets.",
        _byte(11, lambda control: control & ~2),
        "ul/control-header-last",
        among=_is_command,
    ),
    _fault(
        "pdv-not-a-command",
        "Marks its command sets as data sets.",
        _byte(11, lambda control: control & ~1),
        "ul/control-header-command",
        among=_is_command,
    ),
    _fault(
        "pdv-reserved-bits",
        "Sets reserved bits of the message control header.",
        _byte(11, lambda control: control | 0xF0),
        "ul/control-header-reserved",
    ),
    _fault(
        "pdv-empty-before",
        "Sends an empty fragment before the others.",
        _pdvs(lambda pdv: (pdv._replace(fragment=b"", is_last=False), pdv)),
        "ul/pdv-not-empty",
        among=_is_command,
    ),
    _fault(
        "pdata-empty",
        "Sends a P-DATA-TF without presentation data values.",
        before(b"\x04\x00\x00\x00\x00\x00"),
        "ul/pdata-not-empty",
    ),
    _fault(
        "pdata-unknown-pdu",
        "Sends a PDU of type 09H within the association.",
        before(b"\x09\x00\x00\x00\x00\x04\x00\x00\x00\x00"),
        "ul/pdu-type",
    ),
    _of_message(
        "pdata-oversized",
        "Sends a P-DATA-TF above the maximum length of the requestor.",
        _oversized,
        "ul/maximum-length-kept-by-acceptor",
    ),
    permitted(
        _of_message(
            "fragments-of-two-bytes", "Sends fragments of two bytes, each in a PDU of its own, as it may.", _tiny
        )
    ),
    permitted(
        _of_message(
            "all-in-one-pdu",
            "Sends command set and data set in one PDU, as it may.",
            _together,
            among=lambda command: command.has_data_set,
        )
    ),
    permitted(
        _fault(
            "byte-by-byte",
            "Has TCP deliver its bytes one by one, as it may.",
            lambda unit, session: (Chop(1), unit.data, Chop(0)),
            among=_is_command,
        )
    ),
    _fault(
        "garbage-after",
        "Sends bytes behind a P-DATA-TF that belong to no PDU.",
        after(b"\xde\xad\xbe\xef" * 4),
        "ul/pdu-type",
        among=_is_command,
    ),
)
