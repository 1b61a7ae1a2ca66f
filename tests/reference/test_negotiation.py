"""What the reference SCP answers to the sub-items of a request, asked by us and by pynetdicom."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.dcmtk import BANNER
from harness.peers.programs import find_program
from harness.reference.negotiation import further_answers
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import AcceptedIdentity, ReferenceSettings
from harness.standard.extended import MODALITY_WORKLIST_FIND
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from tests.support.archives import make
from tests.support.pynetdicom_requestor import associated

FIND = QueryModel.STUDY_ROOT.find_uid
ECHO = (VERIFICATION, (IMPLICIT_VR_LE,))
USER = AcceptedIdentity(1, b"nightingale")
WITH_PASSCODE = AcceptedIdentity(2, b"nightingale", b"lamp")
TOKEN = AcceptedIdentity(5, b"header.payload.signature")


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as started:
        yield started


@pytest.fixture
def guarded() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(identities=(USER, WITH_PASSCODE, TOKEN))) as started:
        yield started


def ask(scp: ReferenceSCP, *contexts: tuple[str, tuple[str, ...]], **more: object) -> Association:
    """An association that was asked for with these items, and is released already."""
    proposal = Proposal("US", "REFERENCE", contexts or (ECHO,), **more)  # type: ignore[arg-type]
    with request_association(scp.address, proposal, Timeouts()) as association:
        assert association.trace.deviations == []
        return association


@pytest.mark.parametrize(("asked", "answered"), [(None, None), ((1, 1), (1, 1)), ((5, 3), (1, 1)), ((0, 0), (1, 1))])
def test_asynchronous_operations(
    scp: ReferenceSCP, asked: tuple[int, int] | None, answered: tuple[int, int] | None
) -> None:
    assert ask(scp, asynchronous_operations=asked).trace.answers.asynchronous_operations == answered


def test_extended_negotiation_of_storage(scp: ReferenceSCP) -> None:
    asked = i.ExtendedNegotiation(CT_IMAGE_STORAGE, bytes.fromhex("030000000200"))
    association = ask(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)), extended=(asked,))
    assert association.extended(CT_IMAGE_STORAGE) == {
        "level_of_support": 2,
        "digital_signatures": 3,
        "element_coercion": 0,
    }


@pytest.mark.parametrize("offered", [b"\1", b"\1\1\1", b"\1\1\1\1\1", b"\1\1\1\1\1\1\1"])
def test_fuzzy_and_other_matching_is_not_claimed(scp: ReferenceSCP, offered: bytes) -> None:
    association = ask(scp, (FIND, (IMPLICIT_VR_LE,)), extended=(i.ExtendedNegotiation(FIND, offered),))
    ((uid, data),) = association.trace.answers.extended
    assert uid == FIND
    assert len(data) <= len(offered)
    values = association.extended(FIND)
    claimed = {name for name, value in values.items() if value}
    assert claimed <= {"relational_queries", "date_time_matching"}


def test_classes_that_are_not_served_get_no_answer(scp: ReferenceSCP) -> None:
    asked = (i.ExtendedNegotiation("1.2.3.4", b"\1"), i.ExtendedNegotiation(VERIFICATION, b"\1"))
    association = ask(scp, extended=asked)
    assert association.trace.answers.extended == ()
    assert association.extended("1.2.3.4") == {}


@pytest.mark.parametrize(
    ("uid", "asked", "supported", "expected"),
    [
        (FIND, "01", {"relational_queries": 1}, "01"),
        (FIND, "00", {"relational_queries": 1}, "00"),
        (FIND, "0101", {"relational_queries": 1}, "0100"),
        (FIND, "010101010101", {"relational_queries": 1, "fuzzy_matching": 1}, "0100010000"),
        (MODALITY_WORKLIST_FIND, "010101", {"fuzzy_matching": 1}, "010101"),
        (MODALITY_WORKLIST_FIND, "01010101", {}, "01010000"),
    ],
)
def test_what_is_supported_is_granted_when_asked_for(
    uid: str, asked: str, supported: Mapping[str, int], expected: str
) -> None:
    request = Proposal(
        "US", "THEM", ((uid, ("1.2",)),), extended=(i.ExtendedNegotiation(uid, bytes.fromhex(asked)),)
    ).to_pdu()
    (answer,) = further_answers(request, ReferenceSettings(), {uid: supported})
    assert answer == i.ExtendedNegotiation(uid, bytes.fromhex(expected))


def test_common_extended_negotiation_is_never_answered(scp: ReferenceSCP) -> None:
    """It is the requestor's to tell, and has no answer (PS3.7 D.3.3.6)."""
    asked = i.CommonExtendedNegotiation("1.2.3.4", "1.2.840.10008.4.2", (CT_IMAGE_STORAGE,))
    assert ask(scp, common_extended=(asked,)).established


@pytest.mark.parametrize(
    ("offered", "admitted"),
    [
        (None, False),
        (i.UserIdentityRQ(1, 0, b"nightingale"), True),
        (i.UserIdentityRQ(1, 0, b"somebody"), False),
        (i.UserIdentityRQ(2, 0, b"nightingale", b"lamp"), True),
        (i.UserIdentityRQ(2, 0, b"nightingale", b"wrong"), False),
        (i.UserIdentityRQ(2, 0, b"nightingale", b""), False),
        (i.UserIdentityRQ(5, 0, b"header.payload.signature"), True),
        (i.UserIdentityRQ(4, 0, b"header.payload.signature"), False),
        (i.UserIdentityRQ(3, 0, b"nightingale"), False),
    ],
)
def test_user_identity(guarded: ReferenceSCP, offered: i.UserIdentityRQ | None, admitted: bool) -> None:
    association = ask(guarded, user_identity=offered)
    assert association.trace.ending is not None
    assert not association.trace.answers.user_identity
    rejection = association.trace.ending.rejection
    assert (rejection is None) is admitted
    if rejection is not None:
        assert str(rejection) == "rejected-permanent, by service-provider-acse: no reason given (1/2/1)"
    assert "lamp" not in "\n".join(guarded.log_tail())
    assert "nightingale" not in "\n".join(guarded.log_tail())


def test_an_identity_that_was_checked_is_answered_when_asked(guarded: ReferenceSCP, scp: ReferenceSCP) -> None:
    offered = i.UserIdentityRQ(2, 1, b"nightingale", b"lamp")
    assert ask(guarded, user_identity=offered).trace.answers.user_identity
    # Who checks nobody must not look as if.
    assert not ask(scp, user_identity=offered).trace.answers.user_identity


def test_maximum_length() -> None:
    with ReferenceSCP(ReferenceSettings(maximum_length=4096)) as started:
        assert ask(started).trace.peer_max_pdu_length == 4096


def test_pynetdicom_asks(guarded: ReferenceSCP) -> None:
    from pynetdicom import AE
    from pynetdicom.pdu_primitives import (
        AsynchronousOperationsWindowNegotiation,
        SOPClassExtendedNegotiation,
        UserIdentityNegotiation,
    )

    ae = AE("THEIRS")
    ae.add_requested_context(VERIFICATION)
    ae.add_requested_context(FIND)
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked = 4
    window.maximum_number_operations_performed = 4
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid = FIND
    extended.service_class_application_information = b"\1\1\1"
    user = UserIdentityNegotiation()
    user.user_identity_type = 2
    user.primary_field = b"nightingale"
    user.secondary_field = b"lamp"
    user.positive_response_requested = True
    association = associated(ae, guarded.address, ext_neg=[window, extended, user])
    answered = association.acceptor
    assert answered.asynchronous_operations == (1, 1)
    ((uid, data),) = answered.sop_class_extended.items()
    assert (uid, len(data)) == (FIND, 3)
    assert answered.user_identity is not None
    assert association.send_c_echo().Status == 0
    association.release()


@pytest.mark.peer("storescu")
@pytest.mark.parametrize(
    ("options", "content", "admitted"),
    [
        (["--user", "nightingale"], "", True),
        (["--user", "nightingale", "--password", "lamp"], "", True),
        (["--user", "nightingale", "--password", "candle"], "", False),
        (["--user", "nightingale", "--password", "lamp", "--pos-response"], "", True),
        (["--jwt", "{file}"], "header.payload.signature", True),
        (["--jwt", "{file}"], "another.payload.signature", False),
        (["--kerberos", "{file}"], "\x01\x02ticket", True),
        (["--saml", "{file}", "--pos-response"], "<Assertion/>", True),
        ([], "", False),
    ],
)
def test_storescu_offers(tmp_path: Path, options: list[str], content: str, admitted: bool) -> None:
    """DCMTK's own items of each kind: it fails where a response that it asked for does not come."""
    secret = tmp_path / "secret"
    secret.write_bytes(content.encode())
    accepted = (
        USER,
        WITH_PASSCODE,
        TOKEN,
        AcceptedIdentity(3, b"\x01\x02ticket"),
        AcceptedIdentity(4, b"<Assertion/>"),
    )
    (file,) = make(tmp_path / "files")
    program, _ = find_program("storescu", BANNER)
    with ReferenceSCP(ReferenceSettings(identities=accepted)) as guarded:
        words = [option.format(file=secret) for option in options]
        address = ["-aec", "REFERENCE", "127.0.0.1", str(guarded.address.port)]
        command = [str(program), "-v", *words, *address, str(file.path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        output = done.stdout + done.stderr
        assert guarded.index.count() == int(admitted), output
        assert ("Association Rejected" in output) is not admitted, output
        assert (done.returncode == 0) is admitted, output
