"""Several AE titles, each with a store of its own: who may come in, what they may do, how much there is room for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import Access, FurtherTitle, Quota, ReferenceSettings
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.retrieve import move
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.archives import make

FIND = QueryModel.STUDY_ROOT.find_uid
TITLES = (
    FurtherTitle("READ ONLY/..", Access.READ),
    FurtherTitle("DROP", Access.WRITE),
    FurtherTitle("CLOSED", calling_ae_titles=frozenset({"FRIEND"})),
    FurtherTitle("SMALL", quota=Quota(studies=1)),
    FurtherTitle("..", move_destinations={}),
)


@pytest.fixture
def files(tmp_path: Path) -> list[FileMeta]:
    made = generate(GenerateSpec(studies=2, instances=2), tmp_path / "source", "stores")
    return [read_file_meta(file.path) for file in made]


@pytest.fixture
def scp(tmp_path: Path) -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(folder=tmp_path / "archive", further=TITLES)) as running:
        yield running


def proposal(called: str, files: list[FileMeta], calling: str = "TEST") -> Proposal:
    contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)), (FIND, (EXPLICIT_VR_LE,)), *needed_contexts(files))
    return Proposal(calling, called, contexts)


def stored(scp: ReferenceSCP, called: str, files: list[FileMeta]) -> list[int | None]:
    with request_association(scp.address, proposal(called, files), Timeouts()) as association:
        return [instance.status for instance in store(association, files).instances]


def found(scp: ReferenceSCP, called: str) -> tuple[int | None, int]:
    with request_association(scp.address, proposal(called, []), Timeouts()) as association:
        result = find(association, FIND, build_identifier("STUDY", {}, ["StudyInstanceUID"]))
        return result.status, len(result.matches)


def ending(scp: ReferenceSCP, called: str, calling: str = "TEST") -> Ending | None:
    with request_association(scp.address, proposal(called, [], calling), Timeouts()) as association:
        return None if association.established and echo(association).statuses == [0] else association.ending


def test_each_title_has_a_store_of_its_own(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    assert stored(scp, "REFERENCE", files) == [0] * 4
    assert stored(scp, "SMALL", files[:2]) == [0] * 2
    assert found(scp, "REFERENCE") == (0, 2)
    assert found(scp, "SMALL") == (0, 1)
    assert found(scp, "READ ONLY/..") == (0, 0)
    assert scp.index.count() == 4
    assert scp.index_of("SMALL").count() == 2


def test_what_a_title_is_not_open_for_is_refused(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    assert stored(scp, "READ ONLY/..", files) == [0x0124] * 4
    assert scp.index_of("READ ONLY/..").count() == 0
    assert stored(scp, "DROP", files) == [0] * 4
    assert found(scp, "DROP") == (0x0124, 0)
    assert ending(scp, "DROP") is None


def test_who_may_come_in(scp: ReferenceSCP) -> None:
    assert ending(scp, "CLOSED", "FRIEND") is None
    refused = ending(scp, "CLOSED", "STRANGER")
    assert refused is not None
    assert str(refused.rejection) == "rejected-permanent, by service-user: calling AE title not recognized (1/1/3)"
    unknown = ending(scp, "NOBODY")
    assert unknown is not None
    assert str(unknown.rejection) == "rejected-permanent, by service-user: called AE title not recognized (1/1/7)"


def test_a_quota_of_studies(scp: ReferenceSCP, files: list[FileMeta]) -> None:
    assert stored(scp, "SMALL", files) == [0, 0, 0xA700, 0xA700]
    assert stored(scp, "SMALL", files[:2]) == [0, 0], "what is there already needs no room"
    assert found(scp, "SMALL") == (0, 1)
    instances = scp.index_of("SMALL").instances
    assert len(list(instances.iterdir())) == 2, "nothing is left of what was refused"


def test_a_quota_of_bytes(tmp_path: Path, files: list[FileMeta]) -> None:
    size = max(file.data_set_offset + file.data_set_length for file in files)
    with ReferenceSCP(ReferenceSettings(quota=Quota(size=3 * size + 100))) as scp:
        assert stored(scp, "REFERENCE", files) == [0, 0, 0, 0xA700]


def test_the_oldest_study_makes_room(files: list[FileMeta]) -> None:
    with ReferenceSCP(ReferenceSettings(quota=Quota(studies=1, oldest_study_out=True))) as scp:
        assert stored(scp, "REFERENCE", files) == [0] * 4
        assert found(scp, "REFERENCE") == (0, 1)
        kept = [file.sop_instance_uid for file in scp.index.files({})]
        assert kept == [file.sop_instance_uid for file in files[2:]]
        assert len(list(scp.index.instances.iterdir())) == 2, "the files are gone too"
        assert len(scp.index.rows("SERIES", {})) == len(scp.index.rows("PATIENT", {})) == 1


def test_a_study_makes_no_room_for_itself(tmp_path: Path, files: list[FileMeta]) -> None:
    """And what would be removed for it in vain stays."""
    (large,) = make(tmp_path / "large", rows=512, columns=512)
    size = max(file.data_set_offset + file.data_set_length for file in files)
    with ReferenceSCP(ReferenceSettings(quota=Quota(size=2 * size + 100, oldest_study_out=True))) as scp:
        assert stored(scp, "REFERENCE", [files[0], *files[2:]]) == [0, 0, 0], "two of the second, none of the first"
        assert {file.sop_instance_uid for file in scp.index.files({})} == {file.sop_instance_uid for file in files[2:]}
    with ReferenceSCP(ReferenceSettings(quota=Quota(size=size + 100, oldest_study_out=True))) as scp:
        assert stored(scp, "REFERENCE", files[:2]) == [0, 0xA700]
        assert stored(scp, "REFERENCE", [large]) == [0xA700]
        (kept,) = scp.index.files({})
        assert (kept.sop_instance_uid, kept.path.exists()) == (files[0].sop_instance_uid, True)


@pytest.mark.peer("storescu", "echoscu")
def test_dcmtk_is_told(scp: ReferenceSCP, files: list[FileMeta], dcmtk: dict[str, str]) -> None:
    def run(tool: str, called: str, *paths: str) -> str:
        command = [dcmtk[tool], "-v", "-aec", called, "127.0.0.1", str(scp.address.port), *paths]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr

    first, other = str(files[0].path), str(files[2].path)
    assert "Received Store Response (Success)" in run("storescu", "SMALL", first)
    assert "Refused: OutOfResources" in run("storescu", "SMALL", other)
    assert "0x124" in run("storescu", "READ ONLY/..", first)
    assert "Calling AE Title Not Recognized" in run("echoscu", "CLOSED")


def test_a_title_has_the_move_destinations_of_the_scp_or_its_own(files: list[FileMeta]) -> None:
    destination = AEAddress("DEST", "127.0.0.1", 1)
    settings = ReferenceSettings(move_destinations={"DEST": destination}, further=TITLES)
    study = build_identifier("STUDY", {"StudyInstanceUID": "1.2.3"})
    with ReferenceSCP(settings) as scp:
        for called, status in (("REFERENCE", 0), ("SMALL", 0), ("..", 0xA801)):
            contexts = ((QueryModel.STUDY_ROOT.move_uid, (EXPLICIT_VR_LE,)),)
            with request_association(scp.address, Proposal("TEST", called, contexts), Timeouts()) as association:
                assert move(association, QueryModel.STUDY_ROOT.move_uid, study, "DEST").status == status


def test_stores_outlive_a_restart_within_the_folder(tmp_path: Path, files: list[FileMeta]) -> None:
    settings = ReferenceSettings(folder=tmp_path / "archive", further=TITLES)
    with ReferenceSCP(settings) as scp:
        stored(scp, "SMALL", files[:1])
        stored(scp, "REFERENCE", files[1:2])
        stored(scp, "..", files[2:])
    with ReferenceSCP(settings) as scp:
        assert found(scp, "SMALL") == (0, 1)
        assert scp.index.count() == 1
        assert scp.index_of("..").count() == 2
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "source"}, "a title is no path"
