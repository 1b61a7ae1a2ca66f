"""Each departure from the standard is found, alone, with its clause and its place."""

from __future__ import annotations

import pytest

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from tests.support.associations import (
    ABSTRACT,
    ACCEPTED,
    APPLICATION,
    AT_CONTEXT,
    AT_END,
    AT_USER,
    NEEDED,
    PROPOSED,
    TITLE,
    TRANSFER,
    acceptance,
    answered,
    answered_user,
    found_in,
    proposed,
    request,
    with_user,
)

VERSION = "PS3.7 D.3.3.2"
IDENTITY = "PS3.7 D.3.3.7"

SHORT_PDUS = [
    (p.RawPDU(0x03, b"\0\1\1\7\0"), "PS3.8 9.3.4", "the A-ASSOCIATE-RJ has a length of 5 bytes, not 4", 2),
    (p.RawPDU(0x05, b""), "PS3.8 9.3.6", "the A-RELEASE-RQ has a length of 0 bytes, not 4", 2),
    (p.RawPDU(0x06, bytes(8)), "PS3.8 9.3.7", "the A-RELEASE-RP has a length of 8 bytes, not 4", 2),
    (p.RawPDU(0x07, b"\0"), "PS3.8 9.3.8", "the A-ABORT has a length of 1 bytes, not 4", 2),
    (p.RawPDU(0x0A, b"abc"), "PS3.8 9.3.1", "PDU type 0AH is not defined", 0),
    (p.RawPDU(0x00, b""), "PS3.8 9.3.1", "PDU type 00H is not defined", 0),
    (p.AssociateRJ(0, 1, 1), "PS3.8 9.3.4", "the result 0 of the A-ASSOCIATE-RJ is not defined", 7),
    (p.AssociateRJ(1, 4, 1), "PS3.8 9.3.4", "the source 4 of the A-ASSOCIATE-RJ is not defined", 8),
    (
        p.AssociateRJ(1, 1, 4),
        "PS3.8 9.3.4",
        "the reason 4 of the A-ASSOCIATE-RJ is not defined for its source 1",
        9,
    ),
    (p.AAbort(1, 0), "PS3.8 9.3.8", "the source 1 of the A-ABORT is not defined", 8),
    (p.AAbort(2, 3), "PS3.8 9.3.8", "the reason 3 of the A-ABORT is not defined", 9),
]

FIXED_FIELDS = [
    (
        p.RawPDU(0x01, bytes(67)),
        "PS3.8 9.3.2",
        "the A-ASSOCIATE-RQ is 67 bytes long, too short for its fixed fields",
        2,
    ),
    (p.RawPDU(0x02, b""), "PS3.8 9.3.3", "the A-ASSOCIATE-AC is 0 bytes long, too short for its fixed fields", 2),
    (
        p.AssociateRQ(TITLE, TITLE, request().items, protocol_version=2),
        "PS3.8 9.3.2",
        "the protocol version is 0002H, without the bit of version 1",
        6,
    ),
    (
        p.AssociateAC(TITLE, TITLE, acceptance().items, protocol_version=0),
        "PS3.8 9.3.3",
        "the protocol version is 0000H, without the bit of version 1",
        6,
    ),
    (p.AssociateRQ(b" " * 16, TITLE, request().items), "PS3.8 9.3.2", "the called AE title is empty", 10),
    (
        p.AssociateRQ(TITLE, b"TITLE".ljust(16, b"\0"), request().items),
        "PS3.8 9.3.2",
        "the calling AE title has bytes that are no characters of the ISO 646 basic G0 set",
        26,
    ),
]

ITEMS_AS_A_WHOLE = [
    (
        p.AssociateRQ(TITLE, TITLE, (PROPOSED, i.UserInformation(NEEDED))),
        "PS3.8 9.3.2",
        "the A-ASSOCIATE-RQ has 0 application contexts, not one",
        None,
    ),
    (request(APPLICATION, PROPOSED), "PS3.8 9.3.2", "the A-ASSOCIATE-RQ has 2 application contexts, not one", None),
    (
        p.AssociateAC(TITLE, TITLE, (APPLICATION, i.UserInformation(NEEDED))),
        "PS3.8 9.3.3",
        "the A-ASSOCIATE-AC has no presentation context",
        None,
    ),
    (
        p.AssociateAC(TITLE, TITLE, (*acceptance().items, i.UserInformation(()))),
        "PS3.8 9.3.3",
        "the A-ASSOCIATE-AC has 2 user information items, not one",
        None,
    ),
    (
        p.AssociateRQ(TITLE, TITLE, (APPLICATION, i.UserInformation(NEEDED), PROPOSED)),
        "PS3.8 9.3.1",
        "the items of the A-ASSOCIATE-RQ are not in increasing order of their types",
        None,
    ),
    (request(PROPOSED, PROPOSED), "PS3.8 7.1.1.13", "presentation context id 1 is proposed more than once", None),
    (
        request(PROPOSED, i.RawItem(0x21, b"\1\0\0\0")),
        "PS3.8 9.3.2",
        "item 21H does not belong into an A-ASSOCIATE-RQ",
        AT_CONTEXT + 24,
    ),
    (
        acceptance(ACCEPTED, i.RawItem(0x40, b"1.2")),
        "PS3.8 9.3.3",
        "item 40H does not belong into an A-ASSOCIATE-AC",
        AT_CONTEXT + 15,
    ),
    (
        p.AssociateRQ(TITLE, TITLE, (*request().items, i.RawItem(0x60, b"abc", 50))),
        "PS3.8 9.3.1",
        "item 60H says 50 bytes and 3 are there",
        AT_END,
    ),
    (
        p.RawPDU(0x01, encode_pdu(request())[6:] + b"\x60\0\0"),
        "PS3.8 9.3.1",
        "an item is cut before its header ends",
        AT_END,
    ),
]

CONTEXTS = [
    (proposed(ABSTRACT, TRANSFER, context_id=2), "presentation context id 2 is even", AT_CONTEXT + 4),
    (proposed(ABSTRACT, TRANSFER, context_id=0), "presentation context id 0 is even", AT_CONTEXT + 4),
    (proposed(TRANSFER), "presentation context 1 has 0 abstract syntaxes, not one", AT_CONTEXT),
    (proposed(ABSTRACT, ABSTRACT, TRANSFER), "presentation context 1 has 2 abstract syntaxes, not one", AT_CONTEXT),
    (proposed(ABSTRACT), "presentation context 1 has no transfer syntax", AT_CONTEXT),
    (proposed(TRANSFER, ABSTRACT), "an abstract syntax comes after a transfer syntax", AT_CONTEXT + 8 + 7),
    (
        proposed(ABSTRACT, TRANSFER, i.RawItem(0x51, bytes(4))),
        "item 51H does not belong into a presentation context",
        AT_CONTEXT + 8 + 16,
    ),
    (i.RawItem(0x20, b"\1\0\0"), "a presentation context item is shorter than its fixed fields", AT_CONTEXT),
]
RESULTS = [
    (answered(0), "accepted presentation context 1 has 0 transfer syntaxes, not one", AT_CONTEXT),
    (answered(0, TRANSFER, TRANSFER), "accepted presentation context 1 has 2 transfer syntaxes, not one", AT_CONTEXT),
    (answered(0, ABSTRACT, TRANSFER), "the answer to presentation context 1 has an abstract syntax", AT_CONTEXT),
    (answered(5, TRANSFER), "presentation context 1 has the undefined result 5", AT_CONTEXT),
    (i.ContextResult(4, 1, "1.2"), "presentation context id 4 is even", AT_CONTEXT + 4),
    (i.RawItem(0x21, b""), "a presentation context item is shorter than its fixed fields", AT_CONTEXT),
]

USER_FORM = [
    (i.RawItem(0x53, bytes(6)), "PS3.7 D.3.3.3", "the fields of sub-item 53H do not fill its 6 bytes exactly"),
    (i.RawItem(0x54, b"\0\3" + b"1.2"), "PS3.7 D.3.3.4", "the fields of sub-item 54H do not fill its 5 bytes exactly"),
    (i.RawItem(0x56, b"\0\x091.2"), "PS3.7 D.3.3.5", "the fields of sub-item 56H do not fill its 5 bytes exactly"),
    (
        i.RawItem(0x57, b"\0\x031.2\0\x031.3\0\0more"),
        "PS3.7 D.3.3.6",
        "the fields of sub-item 57H do not fill its 16 bytes exactly",
    ),
    (
        i.RawItem(0x57, b"\0\x031.2\0\x031.3\0\5\0\x071.4"),
        "PS3.7 D.3.3.6",
        "the list of related general SOP classes is cut",
    ),
    (i.RawItem(0x58, b"\2\1\0\x20ab"), IDENTITY, "the fields of sub-item 58H do not fill its 6 bytes exactly"),
    (i.ImplementationVersionName("X" * 17), VERSION, "the implementation version name has 17 characters, not 1 to 16"),
    (i.ImplementationVersionName(""), VERSION, "the implementation version name has 0 characters, not 1 to 16"),
    (
        i.ImplementationVersionName("NAME\0"),
        VERSION,
        "the implementation version name has bytes that are no characters of the ISO 646 basic G0 set",
    ),
    (
        i.RoleSelection("1.2", 2, 1),
        "PS3.7 D.3.3.4",
        "a role selection has the roles 2 and 1, which are not 0 or 1",
    ),
    (
        i.RoleSelection("1.2", 0, 2),
        "PS3.7 D.3.3.4",
        "a role selection has the roles 0 and 2, which are not 0 or 1",
    ),
    (i.UserIdentityRQ(6, 0, b"x"), IDENTITY, "the user identity type 6 is reserved"),
    (i.UserIdentityRQ(0, 0, b"x"), IDENTITY, "the user identity type 0 is reserved"),
    (i.UserIdentityRQ(1, 7, b"x"), IDENTITY, "the positive response requested is 7, not 0 or 1"),
    (
        i.UserIdentityRQ(1, 0, b"x", b"y"),
        IDENTITY,
        "the user identity of type 1 has a secondary field, which belongs to type 2",
    ),
    (i.RoleSelection("1..2", 1, 1), "PS3.8 F.1", "the SOP class UID of a role selection is no valid UID"),
    (i.ExtendedNegotiation("", b"\1"), "PS3.8 F.1", "the SOP class UID of an extended negotiation is empty"),
    (
        i.CommonExtendedNegotiation("1.2", "", ()),
        "PS3.8 F.1",
        "the service class UID of a common extended negotiation is empty",
    ),
    (
        i.CommonExtendedNegotiation("1.2", "1.3", ("01.2",)),
        "PS3.8 F.1",
        "the related general SOP class UID is no valid UID",
    ),
    (
        i.CommonExtendedNegotiation("1.02", "1.3", ()),
        "PS3.8 F.1",
        "the SOP class UID of a common extended negotiation is no valid UID",
    ),
    (i.RawItem(0x20, b""), "PS3.8 9.3.2.3", "item 20H does not belong into the user information"),
]

TWICE = "the user information has more than one "
USER_AS_A_WHOLE: list[tuple[p.PDU, str, str]] = [
    (request(user=NEEDED[:1]), "PS3.7 D.3.3.2", "the A-ASSOCIATE-RQ has no implementation class UID"),
    (acceptance(user=NEEDED[1:]), "PS3.7 D.3.3.1", "the A-ASSOCIATE-AC has no maximum length"),
    (with_user(i.MaximumLength(1)), "PS3.8 D.1", TWICE + "maximum length"),
    (with_user(i.ImplementationClassUID("1.2")), VERSION, TWICE + "implementation class UID"),
    (
        with_user(i.ImplementationVersionName("A"), i.ImplementationVersionName("A")),
        VERSION,
        TWICE + "implementation version name",
    ),
    (
        with_user(i.AsynchronousOperationsWindow(1, 1), i.AsynchronousOperationsWindow(1, 1)),
        "PS3.7 D.3.3.3",
        TWICE + "asynchronous operations window",
    ),
    (with_user(i.UserIdentityRQ(1, 0, b"a"), i.UserIdentityRQ(1, 0, b"b")), IDENTITY, TWICE + "user identity"),
    (answered_user(i.UserIdentityAC(b""), i.UserIdentityAC(b"")), IDENTITY, TWICE + "user identity response"),
    (
        with_user(i.RoleSelection("1.2", 0, 1), i.RoleSelection("1.3", 0, 1), i.RoleSelection("1.2", 1, 1)),
        "PS3.7 D.3.3.4",
        TWICE + "role selection for 1.2",
    ),
    (
        with_user(i.ExtendedNegotiation("1.2", b""), i.ExtendedNegotiation("1.2", b"\1")),
        "PS3.7 D.3.3.5",
        TWICE + "extended negotiation for 1.2",
    ),
    (
        with_user(i.CommonExtendedNegotiation("1.2", "1.3"), i.CommonExtendedNegotiation("1.2", "1.4")),
        "PS3.7 D.3.3.6",
        TWICE + "common extended negotiation for 1.2",
    ),
    (
        answered_user(i.CommonExtendedNegotiation("1.2", "1.3")),
        "PS3.7 D.3.3.6",
        "the A-ASSOCIATE-AC has a common extended negotiation",
    ),
    (answered_user(i.UserIdentityRQ(1, 0, b"a")), IDENTITY, "the A-ASSOCIATE-AC has a user identity"),
    (with_user(i.UserIdentityAC(b"")), IDENTITY, "the A-ASSOCIATE-RQ has a user identity response"),
]

PDVS: list[tuple[p.PDU, str, str, int | None]] = [
    (p.PDataTF(()), "PS3.8 9.3.5", "the P-DATA-TF holds no PDV item", 6),
    (p.RawPDU(0x04, b"\0\0\0"), "PS3.8 9.3.5.1", "a PDV item is cut before its header ends", 6),
    (p.RawPDU(0x04, b"\0\0\0\1\1\3"), "PS3.8 9.3.5.1", "a PDV item has the length 1, below the least of 2", 6),
    (p.RawPDU(0x04, b"\0\0\0\0\1\3"), "PS3.8 9.3.5.1", "a PDV item has the length 0, below the least of 2", 6),
    (
        p.RawPDU(0x04, b"\0\0\0\4\1\3ab\0\0\0\5\1\0ab"),
        "PS3.8 9.3.5.1",
        "a PDV item of 5 bytes reaches beyond its PDU",
        14,
    ),
    (
        p.PDataTF((p.PDV(1, True, True, b"abc"), p.PDV(1, False, True, b"a"))),
        "PS3.8 E.1",
        "a PDV fragment has an odd number of bytes",
        None,
    ),
    (p.PDataTF((p.PDV(1, False, True, b"abc"),)), "PS3.8 E.1", "a PDV fragment has an odd number of bytes", None),
    (
        p.PDataTF((p.PDV(1, False, True, b""),)),
        "PS3.8 E.1",
        "a PDV has no fragment, only a message control header",
        None,
    ),
]


@pytest.mark.parametrize(("pdu", "clause", "text", "offset"), [*SHORT_PDUS, *FIXED_FIELDS, *ITEMS_AS_A_WHOLE, *PDVS])
def test_what_is_wrong_with_a_pdu_is_found(pdu: p.PDU, clause: str, text: str, offset: int | None) -> None:
    assert found_in(pdu) == [(clause, text, offset)]


@pytest.mark.parametrize(("item", "text", "offset"), CONTEXTS)
def test_what_is_wrong_with_a_proposed_context_is_found(item: i.RawItem, text: str, offset: int) -> None:
    assert found_in(request(item)) == [("PS3.8 9.3.2.2", text, offset)]


@pytest.mark.parametrize(("item", "text", "offset"), RESULTS)
def test_what_is_wrong_with_a_context_result_is_found(item: i.Item, text: str, offset: int) -> None:
    assert found_in(acceptance(item)) == [("PS3.8 9.3.3.2", text, offset)]


@pytest.mark.parametrize(("item", "clause", "text"), USER_FORM)
def test_what_is_wrong_with_a_user_item_is_found(item: i.UserItem, clause: str, text: str) -> None:
    assert found_in(with_user(item)) == [(clause, text, AT_END)]


@pytest.mark.parametrize(
    ("user", "clause", "text", "offset"),
    [
        (
            (i.RawItem(0x51, b"\0\0"), NEEDED[1]),
            "PS3.8 D.1",
            "the fields of sub-item 51H do not fill its 2 bytes exactly",
            AT_USER,
        ),
        (
            (i.RawItem(0x51, bytes(5)), NEEDED[1]),
            "PS3.8 D.1",
            "the fields of sub-item 51H do not fill its 5 bytes exactly",
            AT_USER,
        ),
        (
            (NEEDED[0], i.ImplementationClassUID("not.a.uid")),
            "PS3.8 F.1",
            "the implementation class UID is no valid UID",
            AT_USER + 8,
        ),
    ],
)
def test_what_is_wrong_with_a_needed_item_is_found(
    user: tuple[i.UserItem, ...], clause: str, text: str, offset: int
) -> None:
    assert found_in(request(user=user)) == [(clause, text, offset)]


def test_an_answered_identity_has_its_form() -> None:
    item = i.RawItem(0x59, b"\0\x09short")
    text = "the fields of sub-item 59H do not fill its 7 bytes exactly"
    assert found_in(answered_user(item)) == [(IDENTITY, text, AT_END - 9)]
    item = i.RawItem(0x10, b"")
    text = "item 10H does not belong into the user information"
    assert found_in(answered_user(item)) == [("PS3.8 9.3.3.3", text, AT_END - 9)]


@pytest.mark.parametrize(("pdu", "clause", "text"), USER_AS_A_WHOLE)
def test_what_is_wrong_with_the_user_information_is_found(pdu: p.PDU, clause: str, text: str) -> None:
    assert found_in(pdu) == [(clause, text, None)]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("1.2.3\0", "is padded, which it must not be"),
        ("1.2.3 ", "is padded, which it must not be"),
        ("", "is empty"),
        ("\0\0", "is empty"),
        ("1.2." + "3" * 61, "is 65 bytes long, more than 64"),
        ("1", "is no valid UID"),
        ("1.2.", "is no valid UID"),
        (".1.2", "is no valid UID"),
        ("1..2", "is no valid UID"),
        ("1.02", "is no valid UID"),
        ("1.2a", "is no valid UID"),
        (" 1.2", "is no valid UID"),
    ],
)
def test_names_that_are_no_uids_are_found_wherever_they_stand(name: str, fault: str) -> None:
    def at(offset: int, what: str) -> list[tuple[str, str, int | None]]:
        return [("PS3.8 F.1", f"the {what} {fault}", offset)]

    named = p.AssociateRQ(TITLE, TITLE, (i.ApplicationContext(name), PROPOSED, i.UserInformation(NEEDED)))
    assert found_in(named) == at(74, "application context name")
    assert found_in(request(i.ProposedContext(1, name, ("1.2",)))) == at(AT_CONTEXT + 8, "abstract syntax name")
    context = i.ProposedContext(1, "1.2.3", ("1.2", name))
    assert found_in(request(context)) == at(AT_CONTEXT + 8 + 9 + 7, "transfer syntax name")
    assert found_in(acceptance(i.ContextResult(1, 0, name))) == at(AT_CONTEXT + 8, "transfer syntax name")


def test_padding_is_taken_off() -> None:
    data = encode_pdu(request(i.ProposedContext(1, "1.2.3\0", ("1.2 \0",))))
    decoded, _ = decode_pdu(1, data[6:])
    assert isinstance(decoded, p.AssociateRQ)
    assert decoded.contexts == (PROPOSED,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (p.PDV(1, True, False, b"ab"), p.PDV(3, True, True, b"ab")),
        (p.PDV(1, True, True, b"ab"), p.PDV(1, True, True, b"ab")),
        (p.PDV(1, False, True, b"ab"), p.PDV(1, True, True, b"ab")),
        (p.PDV(1, False, False, b"ab"), p.PDV(1, True, False, b"ab")),
        (p.PDV(1, False, True, b"ab"), p.PDV(1, False, True, b"ab")),
    ],
)
def test_two_messages_in_one_pdu_are_found(before: p.PDV, after: p.PDV) -> None:
    text = "a P-DATA-TF holds fragments of more than one message"
    assert found_in(p.PDataTF((before, after))) == [("PS3.8 E.1", text, None)]


def test_a_pdu_full_of_bad_pdvs_has_few_deviations() -> None:
    assert len(found_in(p.PDataTF((p.PDV(1, True, True, b""), p.PDV(2, True, True, b"a")) * 1000))) == 3


def test_a_pdu_that_cannot_be_followed_comes_back_raw() -> None:
    for pdu_type, body in ((0x01, bytes(67)), (0x02, b""), (0x04, b"\0\0\0\x09\1\3ab"), (0x99, b"x")):
        assert decode_pdu(pdu_type, body)[0] == p.RawPDU(pdu_type, body)
