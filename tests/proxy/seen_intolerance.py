"""What comes of each fault of an acceptor that does not bear what is uncommon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.messages import c_cancel_rq, c_echo_rq
from harness.proxy.pieces import Close, Side
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from harness.ul.items import MaximumLength, ProposedContext, RoleSelection
from tests.support.proxied import Passed, Said

_PLAIN = p.AssociateRQ(
    p.title_field("PEER"),
    p.title_field("HARNESS"),
    (
        i.ApplicationContext(p.DICOM_APPLICATION_CONTEXT),
        ProposedContext(1, "1.2.840.10008.1.1", ("1.2.840.10008.1.2",)),
        i.UserInformation((MaximumLength(16384), i.ImplementationClassUID("1.2.3"))),
    ),
)


def _with_user(*items: i.UserItem) -> p.AssociateRQ:
    *others, user = _PLAIN.items
    assert isinstance(user, i.UserInformation)
    return replace(_PLAIN, items=(*others, i.UserInformation((*user.items, *items))))


def _proposing(syntax: str) -> p.AssociateRQ:
    (context,) = _PLAIN.contexts
    return replace(_PLAIN, items=(_PLAIN.items[0], replace(context, transfer_syntaxes=(syntax,)), _PLAIN.items[-1]))


def _of(command: CommandSet) -> p.PDataTF:
    return p.PDataTF((p.PDV(1, True, True, encode_command(command)),))


_ECHO = encode_command(c_echo_rq(1))
_TO_END = CommandSet({**c_echo_rq(1).elements, 0x00000001: b"\0\0\0\0"})
_CONTROL_BITS = encode_pdu(_of(c_echo_rq(1)))[:11] + b"\xf3" + _ECHO

UNCOMMON: dict[str, p.PDU | bytes] = {
    "version-bits-refused": replace(_PLAIN, protocol_version=3),
    "reserved-fields-refused": replace(_PLAIN, reserved=b"\1" * 34),
    "unknown-items-refused": replace(_PLAIN, items=(*_PLAIN.items, i.RawItem(0x60, b"what"))),
    "unknown-sub-items-refused": _with_user(i.RawItem(0x70, b"what")),
    "sub-item-order-refused": replace(
        _PLAIN, items=(*_PLAIN.items[:-1], i.UserInformation((i.ImplementationClassUID("1.2.3"), MaximumLength(16384))))
    ),
    "title-spaces-refused": replace(_PLAIN, called=b"            PEER"),
    "unknown-syntaxes-refused": _proposing("1.2.3.4"),
    "no-limit-refused": replace(_PLAIN, items=(*_PLAIN.items[:-1], i.UserInformation((MaximumLength(0),)))),
    "window-refused": _with_user(i.AsynchronousOperationsWindow(4, 4)),
    "both-roles-refused": _with_user(RoleSelection("1.2.840.10008.1.1", 1, 1)),
    "extended-refused": _with_user(i.ExtendedNegotiation("1.2.840.10008.5.1.4.1.2.2.1", b"\1")),
    "malformed-unanswered": replace(_PLAIN, called=b" " * 16),
    "several-fragments-refused": p.PDataTF((p.PDV(1, True, False, _ECHO), p.PDV(1, True, True, _ECHO))),
    "small-fragments-refused": p.PDataTF((p.PDV(1, True, False, b"ab"),)),
    "empty-fragments-refused": p.PDataTF((p.PDV(1, True, True, b""),)),
    "control-bits-refused": _CONTROL_BITS,
    "message-ids-refused": _of(c_echo_rq(0)),
    "length-to-end-refused": _of(_TO_END),
    "cancel-refused": _of(c_cancel_rq(1)),
}
"""What each does not bear."""


def hearing(name: str) -> list[Said]:
    """A requestor that says so."""
    said = UNCOMMON[name]
    return [(Side.REQUESTOR, said if isinstance(said, bytes) else encode_pdu(said))]


COMMON: list[Said] = [(Side.REQUESTOR, encode_pdu(_PLAIN)), (Side.REQUESTOR, encode_pdu(_of(c_echo_rq(1))))]
"""What all of them bear."""


def is_rejected(passed: Passed) -> bool:
    return bool(passed.of(p.AssociateRJ)) and passed.actions() == [Close()] and not passed.octets(Side.REQUESTOR)


def is_aborted(passed: Passed) -> bool:
    return bool(passed.of(p.AAbort)) and passed.actions() == [Close()] and not passed.octets(Side.REQUESTOR)


def is_unanswered(passed: Passed) -> bool:
    return not passed.pieces


def seen_of(name: str) -> Callable[[Passed], bool]:
    """What is seen of a fault that strikes at what was said."""
    if name == "malformed-unanswered":
        return is_unanswered
    return is_rejected if isinstance(UNCOMMON[name], p.AssociateRQ) else is_aborted
