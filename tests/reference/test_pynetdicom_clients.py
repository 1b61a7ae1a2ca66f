"""pynetdicom as SCU of every service, and as the destination of a C-MOVE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.filereader import dcmread
from pynetdicom import AE, build_role, evt

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import FileMeta
from harness.standard.ae import AEAddress
from harness.standard.models import UNIQUE_KEYS, QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, VERIFICATION
from tests.support.archives import make
from tests.support.pynetdicom_requestor import associated

GET, MOVE = QueryModel.PATIENT_ROOT.get_uid, QueryModel.STUDY_ROOT.move_uid


class Destination:
    """A Storage SCP of pynetdicom's."""

    def __init__(self) -> None:
        self.received: list[Dataset] = []
        self.originators: set[tuple[str, int]] = set()
        entity = AE("DEST")
        entity.add_supported_context(CT_IMAGE_STORAGE, EXPLICIT_VR_LE)
        handlers: list[Any] = [(evt.EVT_C_STORE, self._store)]
        server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        assert server is not None
        self.stop = server.shutdown
        self.address = AEAddress("DEST", "127.0.0.1", server.server_address[1])

    def _store(self, event: Any) -> int:
        self.received.append(event.dataset)
        self.originators.add(
            (event.request.MoveOriginatorApplicationEntityTitle, event.request.MoveOriginatorMessageID)
        )
        return 0x0000


@pytest.fixture(scope="module")
def destination() -> Iterator[Destination]:
    made = Destination()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def scp(destination: Destination) -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(move_destinations={"DEST": destination.address})) as running:
        yield running


@pytest.fixture(scope="module")
def files(scp: ReferenceSCP, tmp_path_factory: pytest.TempPathFactory) -> list[FileMeta]:
    """Instances that pynetdicom has stored."""
    made = make(tmp_path_factory.mktemp("pynetdicom") / "files", studies=2, series=2, instances=2)
    association = associate(scp, CT_IMAGE_STORAGE)
    statuses = [association.send_c_store(dcmread(file.path)).Status for file in made]
    association.release()
    assert statuses == [0] * 8
    assert scp.index.count() == 8
    return made


def associate(scp: ReferenceSCP, *contexts: str, roles: tuple[str, ...] = (), handlers: Any = None) -> Any:
    entity = AE("PYNETDICOM")
    for context in contexts:
        entity.add_requested_context(context, EXPLICIT_VR_LE)
    negotiation: list[Any] = [build_role(uid, scp_role=True) for uid in roles]
    association = associated(entity, scp.address, ext_neg=negotiation, evt_handlers=handlers or [])
    assert len(association.accepted_contexts) == len(contexts)
    return association


def identifier(level: str, **keys: str) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(made, keyword, value)
    return made


def test_echo(scp: ReferenceSCP) -> None:
    association = associate(scp, VERIFICATION)
    assert association.send_c_echo().Status == 0
    association.release()


@pytest.mark.parametrize(("model", "level"), [(model, level) for model in QueryModel for level in model.levels])
def test_find(scp: ReferenceSCP, files: list[FileMeta], model: QueryModel, level: str) -> None:
    """All models at all levels, with the unique keys that the levels above need and none at the level itself."""
    stored = [dcmread(file.path) for file in files]
    key = UNIQUE_KEYS[level]
    above = {name: str(stored[0][name].value) for name in model.unique_keys_to(level)[:-1]}
    association = associate(scp, model.find_uid)
    *pending, (final, nothing) = association.send_c_find(identifier(level, **above, **{key: ""}), model.find_uid)
    association.release()
    assert (final.Status, nothing) == (0, None)
    assert {status.Status for status, _ in pending} == {0xFF00}
    expected = {each[key].value for each in stored if all(each[name].value == above[name] for name in above)}
    assert {answer[key].value for _, answer in pending} == expected
    assert len(pending) == len(expected)


def test_get(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    received: list[Dataset] = []

    def keep(event: Any) -> int:
        received.append(event.dataset)
        return 0x0000

    association = associate(scp, GET, CT_IMAGE_STORAGE, roles=(CT_IMAGE_STORAGE,), handlers=[(evt.EVT_C_STORE, keep)])
    patient = str(dcmread(files[0].path).PatientID)
    *_, (final, _) = association.send_c_get(identifier("PATIENT", PatientID=patient), GET)
    association.release()
    assert (final.Status, final.NumberOfCompletedSuboperations) == (0, 8)
    unchanged(received, files)


def test_move(scp: ReferenceSCP, destination: Destination, files: list[FileMeta]) -> None:
    association = associate(scp, MOVE)
    study = str(dcmread(files[0].path).StudyInstanceUID)
    answers = list(association.send_c_move(identifier("STUDY", StudyInstanceUID=study), "DEST", MOVE, msg_id=77))
    association.release()
    assert answers[-1][0].Status == 0
    assert [status.NumberOfRemainingSuboperations for status, _ in answers[:-1]] == [3, 2, 1]
    unchanged(destination.received, files[:4])
    assert destination.originators == {("PYNETDICOM", 77)}


def unchanged(received: list[Dataset], files: list[FileMeta]) -> None:
    by_uid = {each.SOPInstanceUID: each for each in received}
    assert len(by_uid) == len(received) == len(files)
    for file in files:
        assert by_uid[file.sop_instance_uid] == dcmread(file.path)


def test_a_canceled_get(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    """The cancel goes out before the second instance is answered, so it is there before the third would be sent."""
    received: list[str] = []

    def take(event: Any) -> int:
        received.append(str(event.dataset.SOPInstanceUID))
        if len(received) == 2:
            event.assoc.send_c_cancel(1, query_model=GET)
        return 0x0000

    association = associate(scp, GET, CT_IMAGE_STORAGE, roles=(CT_IMAGE_STORAGE,), handlers=[(evt.EVT_C_STORE, take)])
    patient = str(dcmread(files[0].path).PatientID)
    *pending, final = [
        status for status, _ in association.send_c_get(identifier("PATIENT", PatientID=patient), GET, msg_id=1)
    ]
    association.release()
    assert final.Status == 0xFE00
    assert len(received) == 2
    counters = (final.NumberOfCompletedSuboperations, final.NumberOfRemainingSuboperations)
    assert counters == (2, 6)
    assert [status.NumberOfRemainingSuboperations for status in pending] == [7, 6]


def test_a_canceled_move(scp: ReferenceSCP, destination: Destination, files: list[FileMeta]) -> None:
    """Canceled on the first response: how many were sent until it was noticed is counted, and so is what remains."""
    before = len(destination.received)
    association = associate(scp, MOVE)
    study = str(dcmread(files[0].path).StudyInstanceUID)
    statuses: list[Dataset] = []
    for status, _ in association.send_c_move(identifier("STUDY", StudyInstanceUID=study), "DEST", MOVE, msg_id=77):
        if not statuses:
            association.send_c_cancel(77, query_model=MOVE)
        statuses.append(status)
    association.release()
    final = statuses[-1]
    completed = final.NumberOfCompletedSuboperations
    received = destination.received[before:]
    del destination.received[before:]
    assert len(received) == completed
    if final.Status == 0xFE00:
        assert completed + final.NumberOfRemainingSuboperations == 4
    else:
        # It came after the last instance: a normal race (PS3.7 9.3.2.3), and there is nothing left to cancel.
        assert (final.Status, completed) == (0, 4)


def test_a_cancel_that_comes_after_everything(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    model = QueryModel.STUDY_ROOT.find_uid
    association = associate(scp, model)
    for _ in range(2):
        statuses = [
            status.Status
            for status, _ in association.send_c_find(identifier("STUDY", StudyInstanceUID=""), model, msg_id=1)
        ]
        assert statuses == [0xFF00] * 2 + [0]
        association.send_c_cancel(1, query_model=model)
    association.release()
