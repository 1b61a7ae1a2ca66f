"""What a requestor sees of each fault of the A-ASSOCIATE-AC."""

from __future__ import annotations

from collections.abc import Callable

from harness.proxy.pieces import Close, Hang, Pause, Reset
from harness.ul import items as i
from harness.ul import pdu as p
from tests.support.proxied import Passed

UNPROPOSED = 253
FIRST_ACCEPTED, REFUSED = 1, 3
"""Identifiers of the conversation's contexts: Verification, and a SOP class that nobody knows."""


def answer(seen: Passed) -> p.AssociateAC:
    found = seen.of(p.AssociateAC)
    assert found, "there is no A-ASSOCIATE-AC"
    assert isinstance(found[0], p.AssociateAC)
    return found[0]


def kinds(seen: Passed) -> list[type]:
    return [type(item) for item in answer(seen).items]


def sub_items(seen: Passed, kind: type) -> list[i.UserItem]:
    return [item for item in answer(seen).user_items if isinstance(item, kind)]


def results(seen: Passed) -> list[tuple[int, int]]:
    return [(result.context_id, result.result) for result in answer(seen).results]


def raw(seen: Passed, item_type: int) -> list[bytes]:
    """Values of the items of a type, at the top level, from the bytes."""
    body, at, found = seen.pdus()[0].body, 68, []
    while at + 4 <= len(body):
        end = at + 4 + int.from_bytes(body[at + 2 : at + 4], "big")
        if body[at] == item_type:
            found.append(body[at + 4 : end])
        at = end
    return found


def syntaxes_of_first(seen: Passed) -> int:
    """How many transfer syntaxes the first result has."""
    value, at, count = raw(seen, i.PRESENTATION_CONTEXT_AC)[0], 4, 0
    while at < len(value):
        count += value[at] == i.TRANSFER_SYNTAX
        at += 4 + int.from_bytes(value[at + 2 : at + 4], "big")
    return count


def begins_with(seen: Passed, *octets: int) -> bool:
    return seen.octets().startswith(bytes(octets))


def ends_by(seen: Passed, kind: type) -> bool:
    return isinstance(seen.pieces[-1][1], kind)


def alone(seen: Passed, pdu: p.PDU) -> bool:
    """The acceptor says this and then closes."""
    return [each.decoded for each in seen.pdus()] == [pdu] and ends_by(seen, Close)


def length_off(seen: Passed) -> int:
    """The announced length of the first PDU against its true one, which is told by what comes next."""
    data = seen.octets()
    announced = int.from_bytes(data[2:6], "big")
    true = data.index(b"\x04\x00\x00\x00\x00\x54") - 6
    return announced - true


SEEN: dict[str, Callable[[Passed], bool]] = {
    "ac-protocol-version": lambda seen: answer(seen).protocol_version == 0,
    "ac-called-title": lambda seen: answer(seen).called_ae_title == "SOMEBODY ELSE",
    "ac-calling-title": lambda seen: answer(seen).calling_ae_title == "SOMEBODY ELSE",
    "ac-no-application-context": lambda seen: i.ApplicationContext not in kinds(seen),
    "ac-two-application-contexts": lambda seen: kinds(seen).count(i.ApplicationContext) == 2,
    "ac-no-user-information": lambda seen: i.UserInformation not in kinds(seen),
    "ac-two-user-informations": lambda seen: kinds(seen).count(i.UserInformation) == 2,
    "ac-empty-user-information": lambda seen: i.UserInformation in kinds(seen) and not list(answer(seen).user_items),
    "ac-items-out-of-order": lambda seen: kinds(seen)[0] is i.UserInformation,
    "ac-no-maximum-length": lambda seen: not sub_items(seen, i.MaximumLength),
    "ac-two-maximum-lengths": lambda seen: len(sub_items(seen, i.MaximumLength)) == 2,
    "ac-maximum-length-of-two-bytes": lambda seen: b"\x51\x00\x00\x02\x40\x00" in seen.pdus()[0].body,
    "ac-no-implementation-class": lambda seen: not sub_items(seen, i.ImplementationClassUID),
    "ac-implementation-class-invalid": lambda seen: answer(seen).implementation_class_uid == "1.02.x",
    "ac-version-name-too-long": lambda seen: answer(seen).implementation_version_name == "X" * 20,
    "ac-result-missing": lambda seen: FIRST_ACCEPTED not in dict(results(seen)),
    "ac-result-for-nobody": lambda seen: UNPROPOSED in dict(results(seen)),
    "ac-result-twice": lambda seen: [number for number, _ in results(seen)].count(FIRST_ACCEPTED) == 2,
    "ac-result-undefined": lambda seen: 9 in dict(results(seen)).values(),
    "ac-transfer-syntax-unproposed": lambda seen: answer(seen).results[0].transfer_syntax == "1.2.840.10008.1.2.4.201",
    "ac-two-transfer-syntaxes": lambda seen: syntaxes_of_first(seen) == 2,
    "ac-no-transfer-syntax": lambda seen: syntaxes_of_first(seen) == 0,
    "ac-uid-padded": lambda seen: raw(seen, i.PRESENTATION_CONTEXT_AC)[0].endswith(b"1.2\0"),
    "ac-role-unasked": lambda seen: (
        "1.2.840.10008.1.1" in {item.sop_class_uid for item in answer(seen).role_selections}
    ),
    "ac-role-raised": lambda seen: (
        {(item.scu_role, item.scp_role) for item in answer(seen).role_selections} == {(1, 1)}
    ),
    "ac-window-unasked": lambda seen: answer(seen).asynchronous_operations is not None,
    "ac-identity-unasked": lambda seen: answer(seen).user_identity is not None,
    "ac-extended-unasked": lambda seen: bool(answer(seen).extended_negotiations),
    "ac-length-too-long": lambda seen: length_off(seen) == 1,
    "ac-length-too-short": lambda seen: length_off(seen) == -1,
    "ac-item-length-too-long": lambda seen: seen.pdus()[0].body.endswith(b"\x60\x00\x00\x40\0\0"),
    "ac-unknown-item": lambda seen: raw(seen, 0x60) == [b"\0\0"],
    "ac-breaks-off": lambda seen: not seen.pdus() and len(seen.octets()) > 6 and ends_by(seen, Close),
    "ac-late": lambda seen: seen.pieces[1][1] == Pause(2.0) and len(seen.of(p.AssociateAC)) == 1,
    "ac-never": lambda seen: not seen.octets() and seen.actions() == [Hang()],
    "ac-twice": lambda seen: len(seen.of(p.AssociateAC)) == 2,
    "ac-then-abort": lambda seen: [pdu.pdu_type for pdu in seen.pdus()] == [2, 7] and ends_by(seen, Close),
    "ac-then-close": lambda seen: [pdu.pdu_type for pdu in seen.pdus()] == [2] and ends_by(seen, Close),
    "ac-then-reset": lambda seen: [pdu.pdu_type for pdu in seen.pdus()] == [2] and ends_by(seen, Reset),
    "ac-closed": lambda seen: not seen.octets() and ends_by(seen, Close),
    "ac-unknown-pdu": lambda seen: [pdu.pdu_type for pdu in seen.pdus()][:2] == [9, 2],
    "ac-becomes-rejection": lambda seen: alone(seen, p.AssociateRJ(1, 1, 1)),
    "rj-result-undefined": lambda seen: alone(seen, p.AssociateRJ(3, 1, 1)),
    "rj-source-undefined": lambda seen: alone(seen, p.AssociateRJ(1, 4, 1)),
    "rj-reason-undefined": lambda seen: alone(seen, p.AssociateRJ(1, 1, 9)),
    "rj-length": lambda seen: begins_with(seen, 3, 0, 0, 0, 0, 6) and ends_by(seen, Close),
    "abort-source-undefined": lambda seen: alone(seen, p.AAbort(1, 0)),
    "abort-reason-undefined": lambda seen: alone(seen, p.AAbort(2, 3)),
    "abort-length": lambda seen: begins_with(seen, 7, 0, 0, 0, 0, 6) and ends_by(seen, Close),
}
