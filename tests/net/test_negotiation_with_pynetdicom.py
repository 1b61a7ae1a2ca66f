"""Our requestor before an acceptor of others: each item that we propose is understood, each answer is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pynetdicom import AE, evt

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i

FIND = QueryModel.STUDY_ROOT.find_uid
PRIVATE = "1.2.3.4.5"


class Acceptor:
    """What pynetdicom was told, and what it answers."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    def user_identity(self, event: Any) -> tuple[bool, bytes | None]:
        self.seen["identity"] = (event.user_id_type, event.primary_field, event.secondary_field)
        return event.primary_field != b"stranger", b"a ticket of the server"

    def asynchronous(self, event: Any) -> tuple[int, int]:
        self.seen["window"] = (event.nr_invoked, event.nr_performed)
        return 3, 1  # pynetdicom knows better, and answers 1 and 1

    def extended(self, event: Any) -> dict[str, bytes]:
        self.seen["extended"] = dict(event.app_info)
        return {uid: data[:2] for uid, data in event.app_info.items()}

    def common(self, event: Any) -> dict[str, Any]:
        self.seen["common"] = {
            uid: list(item.related_general_sop_class_identification) for uid, item in event.items.items()
        }
        return {}

    @contextmanager
    def listening(self) -> Iterator[AEAddress]:
        ae = AE("THEIRS")
        ae.maximum_pdu_size = 5000
        ae.add_supported_context(VERIFICATION)
        ae.add_supported_context(FIND)
        ae.add_supported_context(CT_IMAGE_STORAGE, scu_role=True, scp_role=True)
        handlers: list[Any] = [
            (evt.EVT_USER_ID, self.user_identity),
            (evt.EVT_ASYNC_OPS, self.asynchronous),
            (evt.EVT_SOP_EXTENDED, self.extended),
            (evt.EVT_SOP_COMMON, self.common),
        ]
        server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        assert server is not None
        try:
            yield AEAddress("THEIRS", "127.0.0.1", server.server_address[1])
        finally:
            server.shutdown()


def ask(address: AEAddress, **more: Any) -> Association:
    contexts = tuple((uid, (IMPLICIT_VR_LE,)) for uid in (VERIFICATION, FIND, CT_IMAGE_STORAGE, PRIVATE))
    proposal = Proposal("OURS", "THEIRS", contexts, **more)
    association = request_association(address, proposal, Timeouts())
    if association.established:
        association.release()
    return association


def test_everything_at_once() -> None:
    theirs = Acceptor()
    with theirs.listening() as address:
        association = ask(
            address,
            roles=(i.RoleSelection(CT_IMAGE_STORAGE, 0, 1),),
            user_identity=i.UserIdentityRQ(5, 1, b"header.payload.signature"),
            asynchronous_operations=(5, 2),
            extended=(i.ExtendedNegotiation(FIND, b"\1\1\1"), i.ExtendedNegotiation(PRIVATE, b"\7")),
            common_extended=(i.CommonExtendedNegotiation(PRIVATE, "1.2.840.10008.4.2", (CT_IMAGE_STORAGE,)),),
            maximum_length=0xFFFFFFFF,
            implementation_class_uid="1.2.3",
            implementation_version_name="ANYTHING",
        )
    trace = association.trace
    assert trace.ending is not None
    assert trace.ending.rejection is None
    assert theirs.seen == {
        "identity": (5, b"header.payload.signature", b""),
        "window": (5, 2),
        "extended": {FIND: b"\1\1\1", PRIVATE: b"\7"},
        "common": {PRIVATE: [CT_IMAGE_STORAGE]},
    }
    assert trace.answers.user_identity
    assert "a ticket of the server" not in repr(trace)
    assert trace.answers.asynchronous_operations == (1, 1)
    assert dict(trace.answers.extended) == {FIND: b"\1\1", PRIVATE: b"\7"}
    assert association.extended(FIND)["date_time_matching"] == 1
    assert association.extended(FIND)["fuzzy_matching"] == 0
    assert trace.peer_max_pdu_length == 5000
    results = {context.abstract_syntax: context for context in trace.contexts}
    assert (results[CT_IMAGE_STORAGE].scu_role, results[CT_IMAGE_STORAGE].scp_role) == (False, True)
    assert (results[VERIFICATION].scu_role, results[VERIFICATION].scp_role) == (True, False)
    assert results[PRIVATE].result == 3
    assert trace.deviations == []


def test_an_identity_that_they_refuse() -> None:
    with Acceptor().listening() as address:
        ending = ask(address, user_identity=i.UserIdentityRQ(1, 0, b"stranger")).ending
    assert ending is not None
    assert ending.rejection is not None


def test_each_kind_of_identity_is_understood() -> None:
    theirs = Acceptor()
    with theirs.listening() as address:
        for kind in (1, 3, 4, 5):
            association = ask(address, user_identity=i.UserIdentityRQ(kind, 0, b"\x00anything"))
            assert theirs.seen["identity"] == (kind, b"\x00anything", b"")
            assert not association.trace.answers.user_identity
            assert association.trace.deviations == []
