"""Faults of the A-ASSOCIATE-AC (PS3.8 9.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.proxy.fault import ChangePdu, Fault, OnPdu, Unit, permitted
from harness.proxy.faults.changing import after, answer, before, instead, user_items
from harness.proxy.pieces import Close, Hang, Pause, Piece, Reset, Side
from harness.proxy.session import Session
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

LATE_SECONDS = 2.0
_UNPROPOSED = "1.2.840.10008.1.2.4.201"
"""A transfer syntax (HTJ2K Lossless) that hardly anybody proposes."""

_IMPLICIT_VR_LE = "1.2.840.10008.1.2"
_VERIFICATION = "1.2.840.10008.1.1"
_ROLE = i.RoleSelection(_VERIFICATION, 1, 1)


def _fault(name: str, summary: str, change: ChangePdu, *breaks: str) -> Fault:
    return Fault(name, Side.ACCEPTOR, summary, OnPdu((p.ASSOCIATE_AC,), change), breaks)


def _items(change: Callable[[list[i.Item]], Sequence[i.Item]]) -> ChangePdu:
    return answer(lambda pdu, session: replace(pdu, items=tuple(change(list(pdu.items)))))


def _user(change: Callable[[list[i.UserItem]], Sequence[i.UserItem]]) -> ChangePdu:
    return answer(lambda pdu, session: replace(pdu, items=user_items(pdu.items, change)))


def _raised(item: i.UserItem) -> i.UserItem:
    return replace(item, scu_role=1, scp_role=1) if isinstance(item, i.RoleSelection) else item


def _results(change: Callable[[list[i.ContextResult]], Sequence[i.Item]]) -> ChangePdu:
    """Other results of presentation contexts, where they stood."""

    def changed(items: list[i.Item]) -> Sequence[i.Item]:
        results = [item for item in items if isinstance(item, i.ContextResult)]
        others = [item for item in items if not isinstance(item, i.ContextResult)]
        return (*others[:1], *change(results), *others[1:])

    return _items(changed)


def _first_accepted(change: Callable[[i.ContextResult], i.Item]) -> ChangePdu:
    """The first accepted result in another form."""

    def changed(results: list[i.ContextResult]) -> Sequence[i.Item]:
        place = next((at for at, result in enumerate(results) if result.result == 0), 0)
        return [change(result) if at == place else result for at, result in enumerate(results)]

    return _results(changed)


def _raw_result(result: i.ContextResult, *syntaxes: bytes) -> i.RawItem:
    """A result with these transfer syntaxes, however many."""
    value = bytes((result.context_id, 0, result.result, 0))
    for syntax in syntaxes:
        value += bytes((i.TRANSFER_SYNTAX, 0)) + len(syntax).to_bytes(2, "big") + syntax
    return i.RawItem(i.PRESENTATION_CONTEXT_AC, value)


def _no_kind(kind: type) -> ChangePdu:
    return _user(lambda items: [item for item in items if not isinstance(item, kind)])


def _twice(kind: type) -> ChangePdu:
    return _user(lambda items: [*items, *(item for item in items if isinstance(item, kind))])


def _length(amount: int) -> ChangePdu:
    """The PDU with a length field that is off by so much."""

    def change(unit: Unit, session: Session) -> Sequence[Piece]:
        length = len(unit.body) + amount
        return (unit.data[:2] + length.to_bytes(4, "big") + unit.body,)

    return change


def _half(unit: Unit, session: Session) -> Sequence[Piece]:
    return unit.data[: len(unit.data) // 2], Close()


def _implicit_refused(pdu: p.AssociateAC, session: Session) -> p.AssociateAC:
    """What was accepted with Implicit VR Little Endian is refused, but for Verification."""

    def refused(item: i.Item) -> i.Item:
        if not isinstance(item, i.ContextResult) or item.result or item.transfer_syntax != _IMPLICIT_VR_LE:
            return item
        context = session.contexts.get(item.context_id)
        is_verification = context is not None and context.abstract_syntax == _VERIFICATION
        return item if is_verification else i.ContextResult(item.context_id, 4, "")

    return replace(pdu, items=tuple(map(refused, pdu.items)))


def _all_accepted(pdu: p.AssociateAC, session: Session) -> p.AssociateAC:
    syntaxes = {context.context_id: context.transfer_syntaxes for context in session.contexts.values()}
    items = [
        replace(item, result=0, transfer_syntax=(syntaxes.get(item.context_id) or (_IMPLICIT_VR_LE,))[0])
        if isinstance(item, i.ContextResult) and item.result
        else item
        for item in pdu.items
    ]
    return replace(pdu, items=tuple(items))


def _uid(text: str) -> bytes:
    return text.encode("latin-1")


FAULTS = (
    _fault(
        "ac-protocol-version",
        "Answers with protocol version 0.",
        answer(lambda pdu, session: replace(pdu, protocol_version=0)),
        "ul/ac-protocol-version",
    ),
    _fault(
        "ac-called-title",
        "Does not repeat the called AE title of the request.",
        answer(lambda pdu, session: replace(pdu, called=p.title_field("SOMEBODY ELSE"))),
        "ul/ac-called-ae-title",
    ),
    _fault(
        "ac-calling-title",
        "Does not repeat the calling AE title of the request.",
        answer(lambda pdu, session: replace(pdu, calling=p.title_field("SOMEBODY ELSE"))),
        "ul/ac-calling-ae-title",
    ),
    _fault(
        "ac-no-application-context",
        "Leaves the application context out.",
        _items(lambda items: items[1:]),
        "ul/ac-application-context",
    ),
    _fault(
        "ac-two-application-contexts",
        "Sends the application context twice.",
        _items(lambda items: [*items[:1], *items]),
        "ul/ac-application-context",
    ),
    _fault(
        "ac-no-user-information",
        "Answers without user information.",
        _items(lambda items: [item for item in items if not isinstance(item, i.UserInformation)]),
        "ul/ac-user-information",
    ),
    _fault(
        "ac-two-user-informations",
        "Sends the user information twice.",
        _items(lambda items: [*items, *items[-1:]]),
        "ul/ac-user-information",
    ),
    _fault(
        "ac-empty-user-information",
        "Sends a user information without sub-items.",
        _user(lambda items: []),
        "ul/user-information-sub-items",
    ),
    _fault(
        "ac-items-out-of-order",
        "Sends the user information first.",
        _items(lambda items: [*items[-1:], *items[:-1]]),
        "ul/item-order",
    ),
    _fault(
        "ac-no-maximum-length",
        "Does not tell its maximum length.",
        _no_kind(i.MaximumLength),
        "ul/maximum-length-in-ac",
    ),
    _fault(
        "ac-two-maximum-lengths", "Tells its maximum length twice.", _twice(i.MaximumLength), "ul/maximum-length-once"
    ),
    _fault(
        "ac-maximum-length-of-two-bytes",
        "Tells its maximum length in two bytes.",
        _user(
            lambda items: [
                i.RawItem(i.MAXIMUM_LENGTH, b"\x40\x00") if isinstance(item, i.MaximumLength) else item
                for item in items
            ]
        ),
        "ul/maximum-length-item-length",
    ),
    _fault(
        "ac-no-implementation-class",
        "Does not tell its Implementation Class UID.",
        _no_kind(i.ImplementationClassUID),
        "ul/implementation-class-in-ac",
    ),
    _fault(
        "ac-implementation-class-invalid",
        "Tells an Implementation Class UID that is none.",
        _user(
            lambda items: [
                i.ImplementationClassUID("1.02.x") if isinstance(item, i.ImplementationClassUID) else item
                for item in items
            ]
        ),
        "ul/uid-syntax",
    ),
    _fault(
        "ac-version-name-too-long",
        "Tells an Implementation Version Name of 20 characters.",
        _user(
            lambda items: [
                *(item for item in items if not isinstance(item, i.ImplementationVersionName)),
                i.ImplementationVersionName("X" * 20),
            ]
        ),
        "ul/implementation-version-syntax",
    ),
    _fault(
        "ac-result-missing",
        "Gives no result for the first presentation context.",
        _results(lambda results: results[1:]),
        "ul/ac-result-per-context",
    ),
    _fault(
        "ac-result-for-nobody",
        "Gives a result for a presentation context that was not proposed.",
        _results(lambda results: [*results, i.ContextResult(253, 0, "1.2.840.10008.1.2")]),
        "ul/ac-result-per-context",
    ),
    _fault(
        "ac-result-twice",
        "Gives the result of the first presentation context twice.",
        _results(lambda results: [*results[:1], *results]),
        "ul/ac-result-per-context",
    ),
    _fault(
        "ac-result-undefined",
        "Gives the result 9, which is not defined.",
        _results(lambda results: [*(replace(result, result=9) for result in results[:1]), *results[1:]]),
        "ul/ac-result",
    ),
    _fault(
        "ac-transfer-syntax-unproposed",
        "Accepts with a transfer syntax that was not proposed.",
        _first_accepted(lambda result: replace(result, transfer_syntax=_UNPROPOSED)),
        "ul/ac-transfer-syntax-proposed",
    ),
    _fault(
        "ac-two-transfer-syntaxes",
        "Accepts a presentation context with two transfer syntaxes.",
        _first_accepted(lambda result: _raw_result(result, _uid(result.transfer_syntax), _uid(result.transfer_syntax))),
        "ul/ac-one-transfer-syntax",
    ),
    _fault(
        "ac-no-transfer-syntax",
        "Accepts a presentation context without a transfer syntax.",
        _first_accepted(_raw_result),
        "ul/ac-one-transfer-syntax",
    ),
    _fault(
        "ac-accepts-unknown",
        "Accepts presentation contexts that it does not support.",
        answer(_all_accepted),
        "ul/ac-abstract-syntax-reason",
    ),
    _fault(
        "ac-implicit-refused",
        "Refuses Implicit VR Little Endian, which all have to know, but for Verification.",
        answer(_implicit_refused),
        "ul/default-syntax-accepted",
    ),
    _fault(
        "ac-uid-padded",
        "Pads the accepted transfer syntax with a NUL.",
        _first_accepted(lambda result: replace(result, transfer_syntax=result.transfer_syntax + "\0")),
        "ul/uid-not-padded",
    ),
    _fault(
        "ac-role-unasked",
        "Answers a role selection that was not proposed.",
        _user(lambda items: [*items, _ROLE]),
        "ul/role-not-unasked",
    ),
    _fault(
        "ac-role-raised",
        "Answers 1 for all roles of each role selection, whatever was proposed.",
        _user(lambda items: [_raised(item) for item in items]),
        "ul/role-not-raised",
    ),
    _fault(
        "ac-window-unasked",
        "Answers an asynchronous operations window that was not proposed.",
        _user(lambda items: [*items, i.AsynchronousOperationsWindow(5, 5)]),
        "ul/async-not-unasked",
    ),
    _fault(
        "ac-identity-unasked",
        "Answers a user identity that was not offered.",
        _user(lambda items: [*items, i.UserIdentityAC(b"")]),
        "ul/identity-not-unasked",
    ),
    _fault(
        "ac-extended-unasked",
        "Answers an extended negotiation that was not proposed.",
        _user(lambda items: [*items, i.ExtendedNegotiation("1.2.840.10008.5.1.4.1.2.2.1", b"\x01")]),
        "ul/extended-not-unasked",
    ),
    _fault(
        "ac-common-extended",
        "Answers a common extended negotiation, which has no answer.",
        _user(lambda items: [*items, i.CommonExtendedNegotiation("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.4.2")]),
        "ul/common-extended-not-answered",
    ),
    _fault(
        "ac-reserved-not-repeated",
        "Does not repeat bytes 43 to 74 of the request.",
        answer(lambda pdu, session: replace(pdu, reserved=pdu.reserved[:2] + b"\x55" * 32)),
        "ul/ac-reserved-repeated",
    ),
    _fault("ac-length-too-long", "Announces one byte more than it sends.", _length(1), "ul/pdu-length"),
    _fault("ac-length-too-short", "Announces one byte less than it sends.", _length(-1), "ul/pdu-length"),
    _fault(
        "ac-item-length-too-long",
        "Sends an item whose length goes beyond the PDU.",
        _items(lambda items: [*items, i.RawItem(0x60, b"\0\0", 64)]),
        "ul/item-length",
    ),
    permitted(
        _fault(
            "ac-unknown-item",
            "Sends an item of a type that is not defined, which is to be ignored.",
            _items(lambda items: [*items, i.RawItem(0x60, b"\0\0")]),
        )
    ),
    _fault("ac-breaks-off", "Closes in the middle of its answer.", _half, "ul/tcp-not-dropped"),
    _fault("ac-late", f"Answers {LATE_SECONDS:g} s late.", before(Pause(LATE_SECONDS))),
    _fault("ac-never", "Never answers.", instead(Hang())),
    _fault(
        "ac-twice",
        "Sends its answer twice.",
        lambda unit, session: (unit.data, unit.data),
        "ul/state-ac-in-association",
    ),
    _fault("ac-then-abort", "Accepts, and aborts at once.", after(encode_pdu(p.AAbort(0, 0)), Close())),
    _fault("ac-then-close", "Accepts, and closes the connection at once.", after(Close()), "ul/tcp-not-dropped"),
    _fault("ac-then-reset", "Accepts, and resets the connection at once.", after(Reset()), "ul/tcp-not-dropped"),
    _fault("ac-closed", "Closes the connection instead of accepting.", instead(Close()), "ul/tcp-not-dropped"),
    _fault(
        "ac-unknown-pdu",
        "Sends a PDU of type 09H before its answer.",
        before(b"\x09\x00\x00\x00\x00\x04\x00\x00\x00\x00"),
        "ul/pdu-type",
    ),
    _fault(
        "ac-becomes-rejection",
        "Rejects without reason what it would accept.",
        instead(encode_pdu(p.AssociateRJ(1, 1, 1)), Close()),
    ),
    _fault(
        "rj-result-undefined",
        "Rejects with the result 3, which is not defined.",
        instead(encode_pdu(p.AssociateRJ(3, 1, 1)), Close()),
        "ul/rj-result",
    ),
    _fault(
        "rj-source-undefined",
        "Rejects with the source 4, which is not defined.",
        instead(encode_pdu(p.AssociateRJ(1, 4, 1)), Close()),
        "ul/rj-source",
    ),
    _fault(
        "rj-reason-undefined",
        "Rejects with the reason 9, which is reserved.",
        instead(encode_pdu(p.AssociateRJ(1, 1, 9)), Close()),
        "ul/rj-reason",
    ),
    _fault(
        "rj-length",
        "Rejects with a PDU of six bytes.",
        instead(b"\x03\x00\x00\x00\x00\x06\x00\x01\x01\x01\x00\x00", Close()),
        "ul/rj-length",
    ),
    _fault(
        "abort-source-undefined",
        "Aborts with the source 1, which is reserved.",
        instead(encode_pdu(p.AAbort(1, 0)), Close()),
        "ul/abort-source",
    ),
    _fault(
        "abort-reason-undefined",
        "Aborts as provider with the reason 3, which is reserved.",
        instead(encode_pdu(p.AAbort(2, 3)), Close()),
        "ul/abort-provider-reason",
    ),
    _fault(
        "abort-length",
        "Aborts with a PDU of six bytes.",
        instead(b"\x07\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00", Close()),
        "ul/abort-length",
    ),
)
