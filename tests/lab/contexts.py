"""Associations that are accepted, with presentation contexts that are not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from harness.net.negotiation import accept
from harness.reference.settings import Refusals
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, VERIFICATION
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.items import ProposedContext
from harness.ul.pdu import PDU, AAbort, AssociateRJ, AssociateRQ, ReleaseRP
from tests.lab.fault import Fault, Start, Way
from tests.lab.starting import accepting, listening, reference
from tests.support.accepting import choose_first, choose_none
from tests.support.misbehaving import answering, silent
from tests.support.scripted import read_pdu

_NOBODYS = "1.2.840.99999.1"
QUERY: dict[str, Any] = {
    "options": ("--service", "find"),
    "steps": ({"find": {"level": "STUDY", "keys": {"StudyInstanceUID": _NOBODYS}}},),
}
_STORE: dict[str, Any] = {"steps": ({"store": {"generate": {"modality": "CT"}}},)}
_GET: dict[str, Any] = {"steps": ({"get": {"level": "STUDY", "keys": {"StudyInstanceUID": _NOBODYS}}},)}
_FIND = QueryModel.STUDY_ROOT.find_uid


def _policy(**line: Any) -> dict[str, Any]:
    return {"contexts": [{"sop_classes": ["CT Image Storage"], **line}]}


def _refusing(uid: str, result: int) -> dict[str, Refusals]:
    return {"refusals": Refusals(contexts={uid: result})}


def _bearing_few(answer: PDU | None) -> Start:
    """A peer that answers so to more than eight presentation contexts at once; with nothing, it closes."""

    def serve(connection: socket.socket) -> None:
        request, _ = decode_pdu(*read_pdu(connection))
        assert isinstance(request, AssociateRQ)
        if len(request.contexts) <= _FEW:
            connection.sendall(encode_pdu(accept(request, choose_first)))
            read_pdu(connection)
            connection.sendall(encode_pdu(ReleaseRP()))
        elif answer is not None:
            connection.sendall(encode_pdu(answer))
        connection.close()

    return listening(serve, options=("--service", "store-negotiation"), **_GET)


_FEW = 8


def _always(result: int) -> Callable[[ProposedContext], int]:
    return lambda context: result


FAULTS = (
    Fault("no SOP class is supported", "sop-class-not-supported", accepting(silent, choose_none)),
    Fault("no transfer syntax is supported", "transfer-syntaxes-not-supported", accepting(silent, _always(4))),
    Fault("the user refuses every context", "contexts-user-rejected", accepting(silent, _always(1))),
    Fault("every context is refused without reason", "contexts-no-reason", accepting(silent, _always(2))),
    Fault("C-ECHO is not supported", "sop-class-not-supported", reference(_refusing(VERIFICATION, 3))),
    Fault("queries are not supported", "sop-class-not-supported", reference(_refusing(_FIND, 3), **QUERY)),
    Fault(
        "queries only in another transfer syntax",
        "transfer-syntaxes-not-supported",
        reference(_refusing(_FIND, 4), **QUERY),
    ),
    Fault("queries are refused by the user", "contexts-user-rejected", reference(_refusing(_FIND, 1), **QUERY)),
    Fault(
        "CT images are not taken",
        "sop-class-not-supported",
        reference(_refusing(CT_IMAGE_STORAGE, 3), **_STORE),
        ways=(Way.RUN,),
    ),
    Fault(
        "CT images only in another transfer syntax",
        "transfer-syntaxes-not-supported",
        reference(_refusing(EXPLICIT_VR_LE, 4), **_STORE),
        ways=(Way.RUN,),
    ),
    *(
        Fault(f"many contexts at once: {name}", "too-many-contexts", _bearing_few(answer), ("sop-class-not-supported",))
        for name, answer in {
            "closes": None,
            "aborts": AAbort(2, 0),
            "rejects without reason": AssociateRJ(1, 1, 1),
        }.items()
    ),
    *(
        Fault(f"a policy: {name}", code, reference({}, steps=({"policy": policy},)), ways=(Way.RUN,))
        for name, code, policy in (
            ("something forbidden is accepted", "accepted-beyond-policy", _policy(forbidden=["JPEG 2000"])),
            (
                "another version than is required",
                "another-implementation",
                {"implementation": {"version_name": {"required": ["OTHER"]}}},
            ),
        )
    ),
    Fault("a C-GET has no role", "role-not-granted", accepting(answering(0xA702), **_GET), ways=(Way.RUN,)),
)
