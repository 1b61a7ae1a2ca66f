"""Associations that are rejected or aborted, or never answered."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from harness.reference.settings import AcceptedIdentity
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDU, AAbort, AssociateRJ
from tests.lab.fault import Fault
from tests.lab.starting import listening, reference
from tests.support import servers
from tests.support.scripted import read_pdu

_TRIPLES = {
    (1, 1, 1): "rejected-no-reason",
    (2, 1, 1): "rejected-no-reason",
    (1, 1, 2): "application-context-refused",
    (1, 1, 3): "calling-ae-title-refused",
    (2, 1, 3): "calling-ae-title-refused",
    (1, 1, 7): "called-ae-title-refused",
    (2, 1, 7): "called-ae-title-refused",
    (1, 2, 1): "rejected-no-reason",
    (1, 2, 2): "protocol-version-refused",
    (1, 3, 1): "temporary-congestion",
    (2, 3, 1): "temporary-congestion",
    (1, 3, 2): "too-many-associations",
    (2, 3, 2): "too-many-associations",
    (2, 1, 2): "too-many-associations",
    (1, 1, 9): "rejected-nonstandard",
    (1, 3, 7): "rejected-nonstandard",
    (1, 4, 1): "rejected-nonstandard",
    (3, 0, 0): "rejected-nonstandard",
}
"""Every result, source and reason that PS3.8 Table 9-21 has, and others that real products send."""

_ABORTS = {
    (0, 0): "aborted-by-user",
    (0, 2): "aborted-by-user",
    (2, 0): "aborted-by-provider",
    (2, 1): "aborted-by-provider",
    (2, 2): "aborted-by-provider",
    (2, 4): "aborted-by-provider",
    (2, 5): "aborted-by-provider",
    (2, 6): "aborted-by-provider",
    (1, 9): "aborted-by-provider",
}


def _answering(pdu: PDU) -> Callable[[socket.socket], None]:
    return servers.answering(encode_pdu(pdu))


def _silent_in_the_middle(connection: socket.socket) -> None:
    """Sends half an A-ASSOCIATE-AC."""
    read_pdu(connection)
    connection.sendall(b"\x02\x00\x00\x00\x00\xb8\x00\x01")
    servers.mute(connection)


_IDENTITY: dict[str, Any] = {"options": ("--user", "somebody"), "peer": {"user_identity": {"username": "somebody"}}}

FAULTS = (
    *(
        Fault(
            f"rejected with {result}/{source}/{reason}",
            code,
            listening(_answering(AssociateRJ(result, source, reason))),
        )
        for (result, source, reason), code in _TRIPLES.items()
    ),
    *(
        Fault(
            f"aborted at the request, source {source}, reason {reason}",
            code,
            listening(_answering(AAbort(source, reason))),
        )
        for (source, reason), code in _ABORTS.items()
    ),
    Fault(
        "a user identity that nobody wants, as DCMTK says it",
        "user-identity-refused",
        listening(_answering(AssociateRJ(1, 1, 1)), **_IDENTITY),
        others=("rejected-no-reason",),
    ),
    Fault(
        "a user identity that is not known",
        "user-identity-refused",
        reference({"identities": (AcceptedIdentity(1, b"nightingale"),)}, **_IDENTITY),
    ),
    Fault(
        "the called AE title differs in case",
        "called-ae-title-refused",
        reference({"ae_title": "Archive"}, called="ARCHIVE"),
    ),
    Fault(
        "our AE title is not on the list",
        "calling-ae-title-refused",
        reference({"calling_ae_titles": frozenset({"WORKSTATION"})}),
    ),
    Fault("no association is free", "too-many-associations", reference({"maximum_associations": 0})),
    Fault("an answer that breaks off", "answer-broke-off", listening(_silent_in_the_middle)),
    Fault(
        "an answer that is no answer",
        "peer-protocol-error",
        listening(servers.answering(bytes.fromhex("06 00 00000004 00000000"))),
    ),
)
