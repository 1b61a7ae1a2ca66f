"""The codec against pynetdicom's PDU classes, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from pynetdicom import pdu as theirs
from pynetdicom import pdu_items
from pynetdicom import pdu_primitives as primitives
from pynetdicom.presentation import build_context

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from tests.support.pdus import acceptances, data_pdus, requests

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
IVLE, EVLE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"

READ_USER_ITEMS: dict[type, Any] = {
    pdu_items.MaximumLengthSubItem: lambda t: i.MaximumLength(t.maximum_length_received),
    pdu_items.ImplementationClassUIDSubItem: lambda t: i.ImplementationClassUID(t.implementation_class_uid),
    pdu_items.ImplementationVersionNameSubItem: lambda t: i.ImplementationVersionName(t.implementation_version_name),
    pdu_items.AsynchronousOperationsWindowSubItem: lambda t: i.AsynchronousOperationsWindow(
        t.max_operations_invoked, t.max_operations_performed
    ),
    pdu_items.SCP_SCU_RoleSelectionSubItem: lambda t: i.RoleSelection(t.uid, t.scu, t.scp),
    pdu_items.SOPClassExtendedNegotiationSubItem: lambda t: i.ExtendedNegotiation(t.uid, t.app_info),
    pdu_items.SOPClassCommonExtendedNegotiationSubItem: lambda t: i.CommonExtendedNegotiation(
        t.sop_class_uid, t.service_class_uid, tuple(t.related_general_sop_class_identification or ())
    ),
    pdu_items.UserIdentitySubItemRQ: lambda t: i.UserIdentityRQ(
        t.id_type, int(t.response_requested), t.primary, t.secondary or b""
    ),
    pdu_items.UserIdentitySubItemAC: lambda t: i.UserIdentityAC(t.response),
}
"""pynetdicom's sub-items in our words."""


def read_by_them(data: bytes, kind: type) -> Any:
    pdu = kind()
    pdu.decode(data)
    return pdu


def their_user_items(pdu: Any) -> list[i.UserItem]:
    return [READ_USER_ITEMS[type(item)](item) for item in pdu.user_information.user_data]


@given(requests(unknown=False))
def test_they_read_our_request_as_we_mean_it(ours: p.AssociateRQ) -> None:
    read = read_by_them(encode_pdu(ours), theirs.A_ASSOCIATE_RQ)
    assert (read.called_ae_title.strip(), read.calling_ae_title.strip()) == (
        ours.called_ae_title,
        ours.calling_ae_title,
    )
    assert read.application_context_name == ours.application_context
    assert read.protocol_version == ours.protocol_version
    assert [
        (context.context_id, context.abstract_syntax, tuple(context.transfer_syntax))
        for context in read.presentation_context
    ] == [(context.context_id, context.abstract_syntax, context.transfer_syntaxes) for context in ours.contexts]
    assert their_user_items(read) == list(ours.user_items)


@given(acceptances(unknown=False))
def test_they_read_our_acceptance_as_we_mean_it(ours: p.AssociateAC) -> None:
    read = read_by_them(encode_pdu(ours), theirs.A_ASSOCIATE_AC)
    assert [
        (context.context_id, context.result, context.transfer_syntax or "") for context in read.presentation_context
    ] == [(result.context_id, result.result, result.transfer_syntax) for result in ours.results]
    assert their_user_items(read) == list(ours.user_items)


def _primitive(kind: type, **values: object) -> Any:
    primitive = kind()
    for name, value in values.items():
        setattr(primitive, name, value)
    return primitive


def _identity(kind: int, **fields: bytes) -> Any:
    return _primitive(
        primitives.UserIdentityNegotiation, user_identity_type=kind, positive_response_requested=True, **fields
    )


NEGOTIATED = [
    (_primitive(primitives.MaximumLengthNotification, maximum_length_received=16382), i.MaximumLength(16382)),
    (
        _primitive(primitives.ImplementationClassUIDNotification, implementation_class_uid="1.2.3.4"),
        i.ImplementationClassUID("1.2.3.4"),
    ),
    (
        _primitive(primitives.ImplementationVersionNameNotification, implementation_version_name="THEIRS"),
        i.ImplementationVersionName("THEIRS"),
    ),
    (
        _primitive(
            primitives.AsynchronousOperationsWindowNegotiation,
            maximum_number_operations_invoked=3,
            maximum_number_operations_performed=5,
        ),
        i.AsynchronousOperationsWindow(3, 5),
    ),
    (
        _primitive(primitives.SCP_SCU_RoleSelectionNegotiation, sop_class_uid=CT, scu_role=False, scp_role=True),
        i.RoleSelection(CT, 0, 1),
    ),
    (
        _primitive(primitives.SCP_SCU_RoleSelectionNegotiation, sop_class_uid=MR, scu_role=True, scp_role=True),
        i.RoleSelection(MR, 1, 1),
    ),
    (
        _primitive(
            primitives.SOPClassExtendedNegotiation, sop_class_uid=CT, service_class_application_information=b"\1\2\3"
        ),
        i.ExtendedNegotiation(CT, b"\1\2\3"),
    ),
]
ONLY_REQUESTED = [
    (
        _primitive(
            primitives.SOPClassCommonExtendedNegotiation,
            sop_class_uid=CT,
            service_class_uid="1.2.840.10008.4.2",
            related_general_sop_class_identification=["1.2.3", "1.2.34"],
        ),
        i.CommonExtendedNegotiation(CT, "1.2.840.10008.4.2", ("1.2.3", "1.2.34")),
    ),
    (
        _primitive(
            primitives.SOPClassCommonExtendedNegotiation, sop_class_uid=MR, service_class_uid="1.2.840.10008.4.2"
        ),
        i.CommonExtendedNegotiation(MR, "1.2.840.10008.4.2"),
    ),
]
IDENTITIES = [
    (_identity(1, primary_field=b"user"), i.UserIdentityRQ(1, 1, b"user")),
    (_identity(2, primary_field=b"user", secondary_field=b"pass"), i.UserIdentityRQ(2, 1, b"user", b"pass")),
    (_identity(5, primary_field=b"a.b.c"), i.UserIdentityRQ(5, 1, b"a.b.c")),
]
ANSWERED = [(_primitive(primitives.UserIdentityNegotiation, server_response=b"ticket"), i.UserIdentityAC(b"ticket"))]


def _their_association(kind: type, user: list[Any], **values: object) -> bytes:
    primitive = _primitive(
        primitives.A_ASSOCIATE,
        application_context_name=p.DICOM_APPLICATION_CONTEXT,
        calling_ae_title="CALLING",
        called_ae_title="CALLED",
        user_information=user,
        **values,
    )
    pdu = kind()
    pdu.from_primitive(primitive)
    data: bytes = pdu.encode()
    return data


def _context(context_id: int, abstract_syntax: str, result: int | None = None) -> Any:
    context = build_context(abstract_syntax, [EVLE] if result is not None else [IVLE, EVLE])
    context.context_id, context.result = context_id, result
    return context


@pytest.mark.parametrize("identity", IDENTITIES)
def test_we_read_their_request_and_write_the_same_bytes(identity: tuple[Any, i.UserItem]) -> None:
    pairs = [*NEGOTIATED, *ONLY_REQUESTED, identity]
    data = _their_association(
        theirs.A_ASSOCIATE_RQ,
        [primitive for primitive, _ in pairs],
        presentation_context_definition_list=[_context(1, CT), _context(3, MR)],
    )
    decoded, deviations = decode_pdu(data[0], data[6:])
    assert deviations == []
    assert isinstance(decoded, p.AssociateRQ)
    assert (decoded.called_ae_title, decoded.calling_ae_title) == ("CALLED", "CALLING")
    assert decoded.contexts == (i.ProposedContext(1, CT, (IVLE, EVLE)), i.ProposedContext(3, MR, (IVLE, EVLE)))
    assert set(decoded.user_items) == {item for _, item in pairs}
    assert encode_pdu(decoded) == data


def test_we_read_their_acceptance_and_write_the_same_bytes() -> None:
    pairs = [*NEGOTIATED, *ANSWERED]
    data = _their_association(
        theirs.A_ASSOCIATE_AC,
        [primitive for primitive, _ in pairs],
        result=0,
        result_source=1,
        presentation_context_definition_results_list=[_context(1, CT, 0), _context(3, MR, 3)],
    )
    decoded, deviations = decode_pdu(data[0], data[6:])
    assert deviations == []
    assert isinstance(decoded, p.AssociateAC)
    assert [(result.context_id, result.result) for result in decoded.results] == [(1, 0), (3, 3)]
    assert decoded.results[0].transfer_syntax == EVLE
    assert set(decoded.user_items) == {item for _, item in pairs}
    assert encode_pdu(decoded) == data


@pytest.mark.parametrize(("result", "source", "reason"), [(1, 1, 7), (2, 3, 2), (1, 2, 2)])
def test_rejection(result: int, source: int, reason: int) -> None:
    read = read_by_them(encode_pdu(p.AssociateRJ(result, source, reason)), theirs.A_ASSOCIATE_RJ)
    assert (read.result, read.source, read.reason_diagnostic) == (result, source, reason)
    assert decode_pdu(0x03, read.encode()[6:]) == (p.AssociateRJ(result, source, reason), [])


def test_abort() -> None:
    pdu = theirs.A_ABORT_RQ()
    pdu.from_primitive(_primitive(primitives.A_ABORT, abort_source=0))
    assert pdu.encode() == encode_pdu(p.AAbort(0, 0))
    pdu.from_primitive(_primitive(primitives.A_P_ABORT, provider_reason=6))
    assert pdu.encode() == encode_pdu(p.AAbort(2, 6))
    read = read_by_them(encode_pdu(p.AAbort(2, 5)), theirs.A_ABORT_RQ)
    assert (read.source, read.reason_diagnostic) == (2, 5)


def test_release() -> None:
    request, response = theirs.A_RELEASE_RQ(), theirs.A_RELEASE_RP()
    request.from_primitive(primitives.A_RELEASE())
    response.from_primitive(_primitive(primitives.A_RELEASE, result="affirmative"))
    assert request.encode() == encode_pdu(p.ReleaseRQ())
    assert response.encode() == encode_pdu(p.ReleaseRP())
    read_by_them(encode_pdu(p.ReleaseRQ()), theirs.A_RELEASE_RQ)
    read_by_them(encode_pdu(p.ReleaseRP()), theirs.A_RELEASE_RP)


@given(data_pdus())
def test_data(ours: p.PDataTF) -> None:
    data = encode_pdu(ours)
    read = read_by_them(data, theirs.P_DATA_TF)
    assert [
        (item.presentation_context_id, item.message_control_header_byte, item.presentation_data_value[1:])
        for item in read.presentation_data_value_items
    ] == [(pdv.context_id, format(pdv.is_command | pdv.is_last << 1, "08b"), bytes(pdv.fragment)) for pdv in ours.pdvs]
    again = theirs.P_DATA_TF()
    again.from_primitive(read.to_primitive())
    assert again.encode() == data
