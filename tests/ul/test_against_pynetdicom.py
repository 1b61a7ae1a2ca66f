"""The codec against pynetdicom's PDU classes, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom import pdu as theirs
from pynetdicom.pdu_primitives import (
    A_ABORT,
    A_ASSOCIATE,
    A_RELEASE,
    AsynchronousOperationsWindowNegotiation,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
    SOPClassCommonExtendedNegotiation,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)
from pynetdicom.presentation import build_context

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import association_items, encode_pdu
from tests.support.pdus import requests

CT = "1.2.840.10008.5.1.4.1.1.2"
IVLE = "1.2.840.10008.1.2"


def their_request() -> Any:
    primitive = A_ASSOCIATE()
    primitive.application_context_name = p.DICOM_APPLICATION_CONTEXT
    primitive.calling_ae_title, primitive.called_ae_title = "CALLING", "CALLED"
    context = build_context(CT, [IVLE, "1.2.840.10008.1.2.1"])
    context.context_id = 1
    primitive.presentation_context_definition_list = [context]
    length, class_uid, version = (
        MaximumLengthNotification(),
        ImplementationClassUIDNotification(),
        ImplementationVersionNameNotification(),
    )
    length.maximum_length_received = 16382
    class_uid.implementation_class_uid = "1.2.3.4"
    version.implementation_version_name = "THEIRS"
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked, window.maximum_number_operations_performed = 3, 5
    role = SCP_SCU_RoleSelectionNegotiation()
    role.sop_class_uid, role.scu_role, role.scp_role = CT, False, True
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid, extended.service_class_application_information = CT, b"\1\2\3"
    common = SOPClassCommonExtendedNegotiation()
    common.sop_class_uid, common.service_class_uid = CT, "1.2.840.10008.4.2"
    common.related_general_sop_class_identification = ["1.2.3", "1.2.34"]
    identity = UserIdentityNegotiation()
    identity.user_identity_type, identity.positive_response_requested = 2, True
    identity.primary_field, identity.secondary_field = b"user", b"pass"
    primitive.user_information = [length, class_uid, version, window, role, extended, common, identity]
    pdu = theirs.A_ASSOCIATE_RQ()
    pdu.from_primitive(primitive)
    return pdu


OUR_REQUEST_ITEMS = (
    i.MaximumLength(16382),
    i.ImplementationClassUID("1.2.3.4"),
    i.ImplementationVersionName("THEIRS"),
    i.AsynchronousOperationsWindow(3, 5),
    i.RoleSelection(CT, 0, 1),
    i.ExtendedNegotiation(CT, b"\1\2\3"),
    i.CommonExtendedNegotiation(CT, "1.2.840.10008.4.2", ("1.2.3", "1.2.34")),
    i.UserIdentityRQ(2, 1, b"user", b"pass"),
)


def test_their_request_is_read_and_ours_is_the_same_bytes() -> None:
    data = their_request().encode()
    decoded, deviations = decode_pdu(data[0], data[6:])
    assert deviations == []
    assert isinstance(decoded, p.AssociateRQ)
    assert (decoded.called_ae_title, decoded.calling_ae_title) == ("CALLED", "CALLING")
    assert decoded.contexts == (i.ProposedContext(1, CT, (IVLE, "1.2.840.10008.1.2.1")),)
    assert set(decoded.user_items) == set(OUR_REQUEST_ITEMS)
    assert encode_pdu(decoded) == data


def _theirs(data: bytes, kind: type) -> Any:
    pdu = kind()
    pdu.decode(data)
    return pdu


@given(requests)
def test_they_read_what_we_write(request: p.AssociateRQ) -> None:
    known = tuple(
        item
        for item in request.user_items
        if not isinstance(item, i.RawItem | i.UserIdentityAC | i.UserIdentityRQ | i.CommonExtendedNegotiation)
    )
    ours = p.AssociateRQ(request.called, request.calling, association_items(request.contexts, known))
    data = encode_pdu(ours)
    read = _theirs(data, theirs.A_ASSOCIATE_RQ)
    assert read.called_ae_title.strip() == ours.called_ae_title
    assert [item.context_id for item in read.presentation_context] == [item.context_id for item in ours.contexts]
    assert read.encode() == data


@pytest.mark.parametrize(("result", "source", "reason"), [(1, 1, 7), (2, 3, 2), (1, 2, 2)])
def test_rejection(result: int, source: int, reason: int) -> None:
    read = _theirs(encode_pdu(p.AssociateRJ(result, source, reason)), theirs.A_ASSOCIATE_RJ)
    assert (read.result, read.source, read.reason_diagnostic) == (result, source, reason)
    assert decode_pdu(0x03, read.encode()[6:]) == (p.AssociateRJ(result, source, reason), [])


def test_abort_and_release() -> None:
    abort = theirs.A_ABORT_RQ()
    primitive = A_ABORT()
    primitive.abort_source = 0
    abort.from_primitive(primitive)
    assert abort.encode() == encode_pdu(p.AAbort(0, 0))
    release = theirs.A_RELEASE_RQ()
    release.from_primitive(A_RELEASE())
    assert release.encode() == encode_pdu(p.ReleaseRQ())


@given(st.integers(0, 127), st.binary(min_size=2, max_size=50), st.booleans(), st.booleans())
def test_p_data(number: int, fragment: bytes, command: bool, last: bool) -> None:
    context_id = 2 * number + 1
    data = encode_pdu(p.PDataTF((p.PDV(context_id, command, last, fragment),)))
    read = _theirs(data, theirs.P_DATA_TF)
    (item,) = read.presentation_data_value_items
    assert item.presentation_context_id == context_id
    assert item.message_control_header_byte == format((1 if command else 0) | (2 if last else 0), "08b")
    assert item.presentation_data_value[1:] == fragment
    assert read.encode() == data
