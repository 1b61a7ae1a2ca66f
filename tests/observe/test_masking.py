"""What the masker lets through: everything about the protocol, nothing about patients or users."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.dimse.command import decode_command, encode_command
from harness.dimse.elements import Tag
from harness.dimse.messages import c_find_rq, response_to
from harness.net.negotiation import Proposal
from harness.observe.masking import Masker
from harness.observe.wire import WireRecord
from harness.ul.encode import association_items, encode_pdu
from harness.ul.items import UserIdentityAC, UserIdentityRQ
from harness.ul.pdu import PDV, AssociateAC, PDataTF

COMMENT = "DOE^JOHN cannot be found"
COMMAND = encode_command(response_to(c_find_rq(1, "1.2.3"), 0xA900, more={Tag.ERROR_COMMENT: COMMENT}))


def masked(*pdvs: PDV) -> bytes:
    record = WireRecord()
    masker = Masker(record, sent=False)
    for pdv in pdvs:
        masker.p_data(0.0, encode_pdu(PDataTF((pdv,))))
    return b"".join(bytes(entry.head)[12:] for entry in record.entries)


@given(st.integers(1, len(COMMAND) - 1))
def test_an_error_comment_is_masked_however_it_is_cut(cut: int) -> None:
    kept = masked(PDV(1, True, False, COMMAND[:cut]), PDV(1, True, True, COMMAND[cut:]))
    assert len(kept) == len(COMMAND)
    command, deviations = decode_command(kept)
    assert deviations == []
    assert command.status == 0xA900
    assert command.text(Tag.ERROR_COMMENT) == "*" * len(COMMENT)


@given(st.binary(min_size=2, max_size=200))
def test_data_sets_become_zeros_of_equal_length(data: bytes) -> None:
    record = WireRecord()
    masker = Masker(record, sent=True)
    masker.p_data(0.0, encode_pdu(PDataTF((PDV(1, True, True, COMMAND), PDV(1, False, True, data)))))
    kept = bytes(record.entries[0].head)
    assert kept.endswith(bytes(len(data)))
    assert len(kept) == 6 + 6 + len(COMMAND) + 6 + len(data)


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_broken_pdus_never_raise(bodies: list[bytes]) -> None:
    masker = Masker(WireRecord(), sent=False)
    for body in bodies:
        masker.p_data(0.0, b"\x04\x00" + len(body).to_bytes(4, "big") + body)
        masker.associate(0.0, b"\x01\x00" + len(body).to_bytes(4, "big") + body)
        masker.loose(0.0, body)


def test_a_full_record_keeps_everything() -> None:
    record = WireRecord(full=True)
    Masker(record, sent=True).p_data(0.0, encode_pdu(PDataTF((PDV(1, True, True, COMMAND),))))
    assert COMMENT.encode() in bytes(record.entries[0].head)


@pytest.mark.parametrize("full", [False, True])
def test_a_user_identity_is_masked_even_in_a_full_record(full: bool) -> None:
    """Secrets of the site are no evidence of anything."""
    proposal = Proposal("US", "THEM", (), user_identity=UserIdentityRQ(2, 1, b"nightingale", b"lamp-oil"))
    answer = AssociateAC(b" " * 16, b" " * 16, association_items([], [UserIdentityAC(b"server-ticket")]))
    for pdu in (proposal.to_pdu(), answer):
        data = encode_pdu(pdu)
        for cut in (len(data), len(data) - 3):
            record = WireRecord(full=full)
            masker = Masker(record, sent=True)
            masker.associate(0.0, data) if cut == len(data) else masker.loose(0.0, data[:cut])
            kept = bytes(record.entries[0].head)
            assert not any(secret in kept for secret in (b"nighting", b"lamp", b"server"))
            if full:
                assert len(kept) == cut
