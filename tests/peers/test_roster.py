"""All peers of a scenario file: who is told which address of whom, started once, stopped together."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PeerStartError
from harness.peers.base import LOOPBACK
from harness.peers.docker_engine import reach
from harness.peers.ports import ANY_HOST
from harness.peers.roster import Roster
from harness.scenario.peers import PeerSpec
from tests.support.peers import ending_for, processes_in

NO_ENGINE = "unix:///no-such-folder/docker.sock"


def roster(folder: Path, **peers: dict[str, Any]) -> Roster:
    made = Roster({name: PeerSpec.model_validate(peer) for name, peer in peers.items()}, "HARNESS", folder)
    made.set_local_port(11113)
    return made


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)
    reach.cache_clear()
    yield
    reach.cache_clear()


def test_peers_know_each_other_before_they_start(tmp_path: Path) -> None:
    peers = roster(
        tmp_path,
        first={"process": {"recipe": "orthanc", "ae_titles": ["FIRST"], "knows": ["local", "second"]}},
        second={"reference": {"ae_title": "SECOND"}},
        elsewhere={"address": "ELSEWHERE@192.0.2.1:104"},
    )
    viewer = peers.specs["first"]
    assert str(peers.address_seen_from(viewer, "local")) == "HARNESS@127.0.0.1:11113"
    assert str(peers.address_seen_from(viewer, "elsewhere")) == "ELSEWHERE@192.0.2.1:104"
    assert str(peers.address_seen_from(viewer, "FREE@host:1")) == "FREE@host:1"
    second = peers.address_seen_from(viewer, "second")
    assert second.ae_title == "SECOND"
    try:
        assert peers.get("second").address == second
    finally:
        peers.stop()


def test_a_port_that_was_told_is_kept(tmp_path: Path) -> None:
    peers = roster(tmp_path, told={"reference": {}})
    port = peers.address_seen_from(peers.specs["told"], "told").port
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, port))
    peers.stop()
    with socket.socket() as other:
        other.bind((LOOPBACK, port))


@pytest.mark.container
def test_containers_see_other_addresses(tmp_path: Path) -> None:
    peers = roster(
        tmp_path, inside={"container": "orthanc"}, other={"container": "dcmqrscp"}, outside={"reference": {}}
    )
    inside, outside = peers.specs["inside"], peers.specs["outside"]
    assert peers.address_seen_from(inside, "local").host == reach().us
    assert peers.address_seen_from(inside, "outside").host == reach().us
    assert peers.address_seen_from(inside, "other").host == reach().between
    assert peers.address_seen_from(outside, "other").host == reach().published
    assert peers.address_seen_from(outside, "local").host == LOOPBACK
    peers.stop()


@pytest.mark.parametrize(
    ("peers", "host"),
    [
        pytest.param({"p": {"reference": {}}}, LOOPBACK, id="reference"),
        pytest.param({"p": {"process": "orthanc"}}, LOOPBACK, id="process"),
        pytest.param({"p": {"address": "A@127.0.0.1:104"}}, LOOPBACK, id="address here"),
        pytest.param({"p": {"address": "A@localhost:104"}}, LOOPBACK, id="name of here"),
        pytest.param({"p": {"address": "A@192.0.2.1:104"}, "q": {"reference": {}}}, ANY_HOST, id="elsewhere"),
    ],
)
def test_where_our_storage_scp_binds(tmp_path: Path, peers: dict[str, Any], host: str) -> None:
    assert roster(tmp_path, **peers).bind_host() == host


@pytest.mark.container
def test_where_our_storage_scp_binds_for_containers(tmp_path: Path) -> None:
    only = roster(tmp_path, p={"container": "orthanc"})
    assert only.bind_host() == reach().bind
    assert only.bind_host() != LOOPBACK
    mixed = roster(tmp_path, p={"container": "orthanc"}, q={"reference": {}})
    assert mixed.bind_host() == ANY_HOST


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_the_others_still_run(tmp_path: Path) -> None:
    peers = roster(tmp_path, contained={"container": "orthanc"}, bundled={"reference": {}})
    assert peers.bind_host() == LOOPBACK
    try:
        assert ending_for(peers.get("bundled").address, "HARNESS") is None
        with pytest.raises(PeerStartError, match="no Docker engine"):
            peers.get("contained")
    finally:
        peers.stop()


def test_a_peer_that_could_not_start_is_not_tried_again(tmp_path: Path) -> None:
    peers = roster(tmp_path, bundled={"reference": {}})
    port = peers.address_seen_from(peers.specs["bundled"], "bundled").port
    peers.stop()
    with (
        socket.create_server((LOOPBACK, port)),
        pytest.raises(PeerStartError, match="cannot listen: Address already in use") as first,
    ):
        peers.get("bundled")
    with pytest.raises(PeerStartError) as second:
        peers.get("bundled")
    assert first.value is second.value


@pytest.mark.peer("dcmqrscp", "storescp")
def test_all_are_stopped_though_one_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peers = roster(tmp_path, one={"process": "dcmqrscp"}, two={"process": "storescp"}, three={"reference": {}})
    one, two, three = (peers.get(name) for name in ("one", "two", "three"))
    stop = one.stop

    def stop_badly() -> None:
        stop()
        raise RuntimeError("no")

    monkeypatch.setattr(one, "stop", stop_badly)
    with pytest.raises(RuntimeError, match="no"):
        peers.stop()
    assert not two.alive()
    assert processes_in(tmp_path / "one") == processes_in(tmp_path / "two") == []
    assert ending_for(three.address, "HARNESS") is not None
    peers.stop()


def test_titles_by_default(tmp_path: Path) -> None:
    specs: dict[str, Any] = {
        "first-in-container": {"container": "orthanc"},
        "mrs_ö": {"process": "orthanc"},
        "b": {"reference": {}},
    }
    peers = roster(tmp_path, **specs)
    assert [peers.title(name) for name in specs] == ["FIRSTINCONTAINER", "MRS", "REFERENCE"]
