"""What two ends say on a connection, as steps of a `conversation` of packets."""

from __future__ import annotations

from harness.dimse.command import CommandSet, encode_command
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul.encode import association_items, encode_pdu
from harness.ul.items import ImplementationClassUID, MaximumLength, ProposedContext
from harness.ul.pdu import PDU, PDV, AssociateRQ, PDataTF, ReleaseRP, ReleaseRQ, title_field
from tests.support.packets import ACK, FIN, PSH, RST, SYN, Step

CONTEXTS = {1: VERIFICATION, 3: CT_IMAGE_STORAGE}
"""By id, what `request` proposes."""


def request(called: str = "THEIRS", calling: str = "OURS") -> AssociateRQ:
    """A request for C-ECHO and CT images."""
    contexts = [ProposedContext(number, uid, (IMPLICIT_VR_LE,)) for number, uid in CONTEXTS.items()]
    items = association_items(contexts, [MaximumLength(16384), ImplementationClassUID("1.2.3")])
    return AssociateRQ(title_field(called), title_field(calling), items)


def we(said: PDU | CommandSet | bytes, context_id: int = 1) -> Step:
    """What the requestor says."""
    return True, PSH | ACK, _octets(said, context_id)


def they(said: PDU | CommandSet | bytes, context_id: int = 1) -> Step:
    """What the acceptor says."""
    return False, PSH | ACK, _octets(said, context_id)


def _octets(said: PDU | CommandSet | bytes, context_id: int) -> bytes:
    if isinstance(said, CommandSet):
        said = PDataTF((PDV(context_id, True, True, encode_command(said)),))
    return said if isinstance(said, bytes) else encode_pdu(said)


WE_ASK: Step = (True, SYN, b"")
OPEN: tuple[Step, ...] = (WE_ASK, (False, SYN | ACK, b""), (True, ACK, b""))
WE_CLOSE: tuple[Step, ...] = ((True, FIN | ACK, b""), (False, FIN | ACK, b""))
THEY_CLOSE: tuple[Step, ...] = ((False, FIN | ACK, b""), (True, FIN | ACK, b""))
WE_RESET: Step = (True, RST | ACK, b"")
THEY_RESET: Step = (False, RST | ACK, b"")
RELEASED: tuple[Step, ...] = (we(ReleaseRQ()), they(ReleaseRP()), *WE_CLOSE)
KEEPALIVE: Step = (True, ACK, b"")
