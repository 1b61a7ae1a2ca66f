"""Many associations at once: each is served, and none leaves a thread or a file open."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.elements import Command
from harness.dimse.messages import c_get_rq, c_store_rq
from harness.net.listener import MOST_WAITING
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.services.identifier import build_identifier, encode_identifier
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.negotiation import Rejection
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, PDataTF
from tests.support.archives import associate, make, put, wait_until

REQUESTORS = 150
PATIENCE = Timeouts(connect=60, association=60, response=60, release=60)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def one(address: AEAddress, file: FileMeta, together: threading.Barrier, statuses: list[int | None]) -> None:
    contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)), *needed_contexts([file]))
    with request_association(address, Proposal("TEST", address.ae_title, contexts), PATIENCE) as association:
        together.wait(60)  # all associations stand before the first request
        statuses += echo(association).statuses
        statuses += [instance.status for instance in store(association, [file]).instances]


@pytest.mark.slow
def test_each_of_many_is_served(tmp_path: Path) -> None:
    files = [
        read_file_meta(file.path)
        for file in generate(GenerateSpec(instances=REQUESTORS, rows=16, columns=16), tmp_path, "many")
    ]
    with ReferenceSCP(ReferenceSettings(maximum_associations=REQUESTORS)) as scp:
        threads_before, files_before = threading.active_count(), open_files()
        together = threading.Barrier(REQUESTORS)
        statuses: list[int | None] = []
        requestors = [threading.Thread(target=one, args=(scp.address, file, together, statuses)) for file in files]
        for requestor in requestors:
            requestor.start()
        for requestor in requestors:
            requestor.join(90)
        assert statuses == [0] * (2 * REQUESTORS)
        assert scp.index.count() == REQUESTORS
        # A few threads stay to wait for who comes next; what other tests left may end meanwhile.
        few = threads_before + MOST_WAITING
        wait_until(lambda: threading.active_count() <= few and open_files() <= files_before)


def test_one_too_many_is_rejected_until_another_leaves() -> None:
    with ReferenceSCP(ReferenceSettings(maximum_associations=2)) as scp:
        contexts = (VERIFICATION, (IMPLICIT_VR_LE,))
        first, second = associate(scp, contexts), associate(scp, contexts)
        third = associate(scp, contexts)
        assert third.ending is not None
        assert third.ending.rejection == Rejection(2, 3, 2)
        first.release()
        wait_until(lambda: associated(scp))
        assert echo(second).statuses == [0], "who is there notices nothing"
        second.release()


def associated(scp: ReferenceSCP) -> bool:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        return association.established


def test_who_stalls_holds_up_nobody(tmp_path: Path) -> None:
    """One has sent half an instance, another leaves a sub-operation of its C-GET without an answer."""
    files = make(tmp_path / "stalled", instances=3, rows=16, columns=16)
    model = QueryModel.STUDY_ROOT
    with ReferenceSCP(ReferenceSettings()) as scp:
        assert put(scp, files[:2]) == [0, 0]
        get = (model.get_uid, (EXPLICIT_VR_LE,))
        sender = associate(scp, *needed_contexts([files[2]]))
        getter = associate(scp, get, *needed_contexts(files), scp_roles=(CT_IMAGE_STORAGE,))
        half = PDV(1, False, False, files[2].path.read_bytes()[files[2].data_set_offset :][:100])
        request = c_store_rq(1, files[2].sop_class_uid, files[2].sop_instance_uid)
        assert sender._wire is not None
        sender._wire.send_bytes(
            [encode_pdu(PDataTF((pdv,))) for pdv in (PDV(1, True, True, encode_command(request)), half)]
        )
        keys = {"StudyInstanceUID": scp.index.rows("STUDY", {})[0].uid}
        identifier = encode_identifier(build_identifier("STUDY", keys), EXPLICIT_VR_LE)
        getter.send(1, c_get_rq(1, model.get_uid), identifier)
        assert getter.receive().command.command_field == Command.C_STORE_RQ
        wait_until(lambda: len(list(scp.index.instances.glob("*.part"))) == 1)
        assert put(scp, files) == [0] * 3
        sender.abort()
        getter.abort()
        wait_until(lambda: not list(scp.index.instances.glob("*.part")))
        assert scp.index.count() == 3
