"""`dicom-harness diagnose` beyond C-ECHO: queries, what may be stored, AE titles, a C-MOVE seen from both ends."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from harness.peers.dcmtk import dcmqrscp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.part10 import FileMeta
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, VERIFICATION
from harness.tls.contexts import TlsClient
from tests.cli.test_diagnose import broken, diagnose
from tests.support.addresses import outward_address
from tests.support.adhoc import adhoc
from tests.support.archives import make, put
from tests.support.forgetful import archive_that_finds
from tests.support.namespaces import PRIVILEGED_PORT, without_privileges
from tests.support.peers import recipe_input

STUDY = "1.2.840.99999.1"


@contextmanager
def archive(folder: Path, reached: TlsClient | None = None, **settings: Any) -> Iterator[tuple[ReferenceSCP, str]]:
    """A reference SCP with a study of two instances; yields it and the Study Instance UID.

    `reached` says how, where it takes nothing but TLS.
    """
    with ReferenceSCP(ReferenceSettings(**settings)) as scp:
        files = make(folder, instances=2)
        assert put(scp, files, reached) == [0, 0]
        yield scp, study_of(files[0])


def study_of(file: FileMeta) -> str:
    return str(dcmread(file.path, stop_before_pixels=True).StudyInstanceUID)


def moved(scp: ReferenceSCP, study: str, port: int, *options: object) -> dict[str, Any]:
    return diagnose(scp.address, "--move", study, "--listen", port, *options)


def us(port: int, title: str = "HARNESS") -> dict[str, AEAddress]:
    return {"HARNESS": AEAddress(title, "127.0.0.1", port)}


def test_queries_and_what_may_be_stored() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = diagnose(scp.address, "--service", "find", "--service", "store-negotiation")
    assert found["code"] == "nothing-wrong"
    texts = " ".join(rung["text"] for rung in found["rungs"])
    assert "C-FIND for a study that nobody has was answered with success" in texts
    assert "CT Image Storage" in texts


@pytest.mark.parametrize(
    ("refusals", "service", "code", "rung"),
    [
        (Refusals(find=0xA700), "find", "out-of-resources", "service"),
        (Refusals(find=0xA900), "find", "identifier-refused", "service"),
        (Refusals(find=0xC001), "find", "cannot-understand", "service"),
        (Refusals(find=0x0124), "find", "not-authorized", "service"),
        (Refusals(find=0x3333), "find", "status-nonstandard", "service"),
        (
            Refusals(contexts={QueryModel.STUDY_ROOT.find_uid: 3}),
            "find",
            "sop-class-not-supported",
            "presentation contexts",
        ),
        (
            Refusals(contexts={QueryModel.STUDY_ROOT.find_uid: 4}),
            "find",
            "transfer-syntaxes-not-supported",
            "presentation contexts",
        ),
        (
            Refusals(contexts={VERIFICATION: 3, QueryModel.STUDY_ROOT.find_uid: 4}),
            "find",
            "transfer-syntaxes-not-supported",
            "presentation contexts",
        ),
        (
            Refusals(contexts={QueryModel.STUDY_ROOT.find_uid: 1}),
            "find",
            "contexts-user-rejected",
            "presentation contexts",
        ),
    ],
)
def test_services_that_are_refused(refusals: Refusals, service: str, code: str, rung: str) -> None:
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        found = diagnose(scp.address, "--service", service)
    assert (found["code"], broken(found)) == (code, rung)


def test_one_kind_of_image_that_is_refused_is_said_and_is_no_fault() -> None:
    refusals = Refusals(contexts={CT_IMAGE_STORAGE: 3})
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        found = diagnose(scp.address, "--service", "store-negotiation")
    assert found["code"] == "nothing-wrong"
    (text,) = (rung["text"] for rung in found["rungs"] if rung["name"] == "presentation contexts")
    assert "refused: CT Image Storage (abstract-syntax-not-supported)" in text


def test_a_peer_without_verification_can_still_be_queried() -> None:
    refusals = Refusals(contexts={VERIFICATION: 3})
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        found = diagnose(scp.address, "--service", "find")
        alone = diagnose(scp.address)
    assert found["code"] == "nothing-wrong"
    assert any("C-ECHO" in text for text in found["not_verified"])
    assert (alone["code"], broken(alone)) == ("sop-class-not-supported", "presentation contexts")


@pytest.mark.parametrize(
    ("settings", "answers"),
    [
        ({}, {"called": "refused", "calling": "accepted"}),
        ({"calling_ae_titles": frozenset({"HARNESS"})}, {"called": "refused", "calling": "refused"}),
    ],
)
def test_whether_titles_are_checked(settings: Any, answers: dict[str, str]) -> None:
    with ReferenceSCP(ReferenceSettings(**settings)) as scp:
        assert diagnose(scp.address)["titles"] is None
        found = diagnose(scp.address, "--probe-titles")
    assert found["titles"] == answers
    assert found["code"] == "nothing-wrong"


def test_a_move_that_arrives(tmp_path: Path) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port)) as (scp, study):
        found = moved(scp, study, port)
    assert found["code"] == "nothing-wrong"
    assert found["rungs"][-1]["text"].startswith("2 instances arrived")


def test_a_destination_that_is_not_known(tmp_path: Path) -> None:
    with archive(tmp_path) as (scp, study):
        found = moved(scp, study, free_port())
    assert (found["code"], broken(found)) == ("move-destination-unknown", "service")


def test_a_destination_with_another_port(tmp_path: Path) -> None:
    with archive(tmp_path, move_destinations=us(free_port())) as (scp, study):
        found = moved(scp, study, free_port())
    assert found["code"] == "move-cannot-reach-us"


def test_a_destination_that_we_refuse(tmp_path: Path) -> None:
    """The archive calls us by another title than ours."""
    port = free_port()
    with archive(tmp_path, move_destinations=us(port, "HARNES")) as (scp, study):
        found = moved(scp, study, port)
    assert (found["code"], broken(found)) == ("move-refused-by-us", "effect")
    assert "called `HARNES`" in " ".join(found["diagnosis"]["evidence"])


def test_a_study_that_is_not_there(tmp_path: Path) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port)) as (scp, _):
        found = moved(scp, STUDY, port)
    assert (found["code"], broken(found)) == ("no-such-instance", "effect")


def test_a_study_of_which_the_peer_does_not_say_whether_it_is_there(tmp_path: Path) -> None:
    port = free_port()
    refusals = Refusals(contexts={QueryModel.STUDY_ROOT.find_uid: 3})
    with archive(tmp_path, move_destinations=us(port), refusals=refusals) as (scp, _):
        found = moved(scp, STUDY, port)
    assert (found["code"], broken(found)) == ("moved-nowhere", "effect")
    assert found["diagnosis"]["others"] == ["no-such-instance", "move-destination-unknown"]


def test_a_study_that_goes_elsewhere(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as other:
        port = int(other.address.port)
        elsewhere = {"HARNESS": AEAddress(other.address.ae_title, "127.0.0.1", port)}
        with archive(tmp_path, move_destinations=elsewhere) as (scp, study):
            found = moved(scp, study, free_port())
    assert (found["code"], broken(found)) == ("moved-elsewhere", "effect")


def test_some_of_it_cannot_be_sent(tmp_path: Path) -> None:
    port = free_port()
    files = make(tmp_path, instances=2)
    settings = ReferenceSettings(folder=tmp_path / "store", move_destinations=us(port))
    with ReferenceSCP(settings) as scp:
        assert put(scp, files) == [0, 0]
        next((tmp_path / "store").rglob("*.dcm")).unlink()
        found = moved(scp, study_of(files[0]), port)
    assert (found["code"], broken(found)) == ("sub-operations-failed", "effect")


def test_fewer_arrive_than_there_are(tmp_path: Path) -> None:
    port = free_port()
    known = us(port)["HARNESS"]
    with archive_that_finds(1, 2, {"NumberOfStudyRelatedInstances": "3"}, us=known) as address:
        found = diagnose(address, "--move", STUDY, "--listen", port)
    with archive_that_finds(1, 2, {"NumberOfStudyRelatedInstances": "2"}, us=known) as address:
        healthy = diagnose(address, "--move", STUDY, "--listen", port)
    assert (found["code"], broken(found)) == ("counts-disagree", "effect")
    said = "an earlier C-FIND said 3 instances (NumberOfStudyRelatedInstances), and 2 came"
    assert said in found["diagnosis"]["evidence"]
    assert healthy["code"] == "nothing-wrong"


def test_a_study_that_is_found_and_not_sent(tmp_path: Path) -> None:
    with archive_that_finds(1) as address:
        found = diagnose(address, "--move", STUDY)
    assert (found["code"], broken(found)) == ("found-not-retrievable", "effect")
    assert found["diagnosis"]["others"] == ["move-destination-unknown"]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, archive(tmp_path) as (scp, study):
        found = moved(scp, study, taken.getsockname()[1])
    assert found["code"] == "cannot-listen"
    assert "another program has this port" in found["diagnosis"]["evidence"][0]


def test_a_port_for_which_we_lack_the_privilege(tmp_path: Path) -> None:
    with archive(tmp_path) as (scp, study):
        done = without_privileges(["diagnose", scp.address, "--json", "--move", study, "--listen", PRIVILEGED_PORT])
    found = json.loads(done.stdout)
    assert found["code"] == "cannot-listen"
    (evidence, *_) = found["diagnosis"]["evidence"]
    assert "cannot listen on 127.0.0.1:104: Permission denied: ports below 1024 need a privilege" in evidence


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    with archive(tmp_path) as (scp, study):
        found = moved(scp, study, 0, "--listen-host", "192.0.2.1")
    assert found["code"] == "cannot-listen"
    assert "no interface of this machine has this address" in found["diagnosis"]["evidence"][0]


def test_a_listener_that_the_peer_cannot_reach() -> None:
    with ReferenceSCP(ReferenceSettings(host=outward_address())) as scp:
        found = moved(scp, STUDY, 0, "--listen-host", "127.0.0.1")
    assert found["code"] == "listener-on-loopback"


@pytest.mark.peer("dcmqrscp")
def test_dcmqrscp(tmp_path: Path) -> None:
    """It answers a C-MOVE of what it does not have with success, before it looks at the destination."""
    port = free_port()
    folder = tmp_path / "dcmqrscp"
    folder.mkdir()
    files = make(tmp_path, instances=2)
    given: Any = recipe_input(folder, "ARCHIVE", knows=(AEAddress("HARNESS", "127.0.0.1", port),))
    peer: Any = ProcessPeer("dcmqrscp", dcmqrscp, given)
    with peer:
        assert put(peer, files) == [0, 0]
        study = study_of(files[0])
        healthy = diagnose(peer.address, "--service", "find", "--move", study, "--listen", port)
        unknown = diagnose(peer.address, "--move", study, "--calling", "STRANGER")
        unreached = moved(peer, study, free_port())
        absent = moved(peer, STUDY, port)
        wrong = diagnose(f"WRONG@127.0.0.1:{peer.address.port}")
    assert healthy["code"] == "nothing-wrong"
    assert unknown["code"] == "move-destination-unknown"
    assert unreached["code"] == "move-cannot-reach-us"
    assert absent["code"] == "no-such-instance"
    assert wrong["code"] == "called-ae-title-refused"


@pytest.mark.peer("Orthanc")
@pytest.mark.slow
def test_orthanc(tmp_path: Path) -> None:
    """It says C000 of a study that it does not have, of an unknown destination and of one that it cannot reach."""
    port = free_port()
    folder = tmp_path / "orthanc"
    folder.mkdir()
    files = make(tmp_path, instances=2)
    given: Any = recipe_input(folder, "ARCHIVE", knows=(AEAddress("HARNESS", "127.0.0.1", port),))
    peer: Any = ProcessPeer("orthanc", orthanc, given)
    with peer:
        assert put(peer, files) == [0, 0]
        study = study_of(files[0])
        healthy = diagnose(peer.address, "--service", "find", "--move", study, "--listen", port)
        undecided = [
            diagnose(peer.address, "--move", study, "--calling", "STRANGER"),
            moved(peer, study, free_port()),
        ]
        absent = moved(peer, STUDY, port)
        over_tls = diagnose(peer.address, "--tls")
    assert healthy["code"] == "nothing-wrong"
    for found in undecided:
        assert found["code"] == "move-failed"
        others = ["move-destination-unknown", "move-cannot-reach-us", "listener-on-loopback", "found-not-retrievable"]
        assert found["diagnosis"]["others"] == others
    assert absent["code"] == "no-such-instance"
    assert over_tls["code"] == "plain-where-tls-expected"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--move", "1.2.*"], "is no Study Instance UID"),
        (["--move", ""], "is no Study Instance UID"),
        (["--move", STUDY, "--listen", "many"], "--listen: `many` is no port"),
        (["--listen", "104"], "there is no --move"),
        (["--listen-tls"], "there is no --move"),
        (["--move", STUDY, "--listen-tls"], "name it with --tls-certificate"),
    ],
)
def test_mistakes(options: list[str], said: str) -> None:
    done = adhoc("diagnose", "PEER@host:104", *options)
    assert done.exit_code == 2
    assert said in done.stderr
