"""What real products say is done and is not there; products in containers, which cannot reach our loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.peers.container import ContainerPeer
from harness.peers.docker_engine import reach
from harness.peers.ports import free_port
from harness.peers.remote import RemotePeer
from harness.standard.ae import AEAddress
from tests.lab.effects import STORE, STUDY
from tests.lab.fault import Fault, Start, Target, Way
from tests.lab.products import dcmqrscp, orthanc
from tests.lab.retrievals import move_to_us, study_of
from tests.lab.starting import LOOPBACK
from tests.support.archives import make, put
from tests.support.certificates import make_certificates
from tests.support.peers import recipe_input

_LETS_IN: dict[str, Any] = {"DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True}
_FILTER = "function ReceivedInstanceFilter(dicom, origin, info) return false end\n"


@contextmanager
def _filtering(folder: Path) -> Iterator[Target]:
    """A script of its own throws away what it has taken."""
    script = folder / "filter.lua"
    script.write_text(_FILTER)
    with orthanc(folder, LuaScripts=[str(script)], **_LETS_IN) as (address, _):
        yield Target(address, steps=(STORE, {"find": STUDY, "expect": {"count": 1}}))


@contextmanager
def _orthanc_without_files(folder: Path) -> Iterator[Target]:
    with orthanc(folder, MaximumStorageCacheSize=0, **_LETS_IN) as (address, _):
        study = _filled(address, folder)
        _lose(folder / "storage")
        of_study = {"level": "STUDY", "keys": {"StudyInstanceUID": study}}
        yield Target(address, steps=({"find": of_study}, {"get": of_study}))


@contextmanager
def _dcmqrscp_without_files(folder: Path) -> Iterator[Target]:
    port = free_port()
    with dcmqrscp(folder, hosts=[f"us = (HARNESS, {LOOPBACK}, {port})"]) as address:
        study = _filled(address, folder)
        _lose(folder / "area")
        target = move_to_us(address, study, port)
        find = {"find": {"level": "STUDY", "keys": {"StudyInstanceUID": study}}}
        yield replace(target, steps=(find, *target.steps))


def _filled(address: AEAddress, folder: Path) -> str:
    """A study of two instances is there; its UID."""
    files = make(folder, instances=2)
    assert put(RemotePeer(address), files) == [0, 0]
    return study_of(files[0])


def _lose(storage: Path) -> None:
    """Somebody cleans up; the index stays."""
    for path in list(storage.rglob("*")):
        if path.is_file() and not path.name.startswith("index"):
            path.unlink()


@contextmanager
def _committing(folder: Path) -> Iterator[Target]:
    """It knows us at another port."""
    port = free_port()
    with orthanc(folder, DicomModalities={"us": ["HARNESS", LOOPBACK, free_port()]}, **_LETS_IN) as (address, _):
        yield Target(address, local={"listen": str(port)}, steps=(STORE, {"commit": {"wait": "1 s"}}))


@contextmanager
def _sending_tls(folder: Path) -> Iterator[Target]:
    """It was told to send to us over TLS, and our Storage SCP takes none."""
    pki = make_certificates(folder)
    port = free_port()
    us = {"AET": "HARNESS", "Host": LOOPBACK, "Port": port, "UseDicomTls": True}
    tls = {
        "DicomTlsEnabled": False,
        "DicomTlsCertificate": str(pki.folder / "rsa.pem"),
        "DicomTlsPrivateKey": str(pki.folder / "rsa.key"),
        "DicomTlsTrustedCertificates": str(pki.ca),
    }
    allowed = {**_LETS_IN, "DicomAlwaysAllowMove": True}
    with orthanc(folder, DicomModalities={"us": us}, **tls, **allowed) as (address, _):
        yield move_to_us(address, _filled(address, folder), port)


@contextmanager
def _sending_plain(folder: Path) -> Iterator[Target]:
    """Our Storage SCP takes nothing but TLS, and it knows nothing of that."""
    pki = make_certificates(folder)
    port = free_port()
    own = {"certificate": str(pki.folder / "server.pem"), "key": str(pki.folder / "server.key"), "ca": str(pki.ca)}
    with dcmqrscp(folder, hosts=[f"us = (HARNESS, {LOOPBACK}, {port})"]) as address:
        target = move_to_us(address, _filled(address, folder), port)
        yield replace(target, local={**target.local, "tls": own})


def _contained(recipe: str) -> Start:
    """An archive in a container, and our Storage SCP told to listen on loopback."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        port = free_port()
        inside = folder / recipe
        inside.mkdir()
        us = AEAddress("HARNESS", reach().us, port)
        with ContainerPeer(recipe, recipe_input(inside, "ARCHIVE", knows=(us,))) as peer:
            target = move_to_us(peer.address, _filled(peer.address, folder), port)
            options = (*target.options, "--listen-host", LOOPBACK)
            yield replace(target, options=options, local={**target.local, "host": LOOPBACK})

    return start


_RUN = (Way.RUN,)
_DCMQRSCP: dict[str, Any] = {"product": "dcmqrscp", "programs": ("dcmqrscp",)}
_ORTHANC: dict[str, Any] = {"product": "Orthanc", "programs": ("Orthanc",)}

FAULTS = (
    Fault("a filter throws away what was stored", "stored-not-found", _filtering, ways=_RUN, **_ORTHANC),
    Fault(
        "the files of its index are gone, C-GET",
        "found-not-retrievable",
        _orthanc_without_files,
        others=("cannot-understand",),
        ways=_RUN,
        **_ORTHANC,
    ),
    Fault(
        "the files of its index are gone, C-MOVE",
        "found-not-retrievable",
        _dcmqrscp_without_files,
        others=("sub-operations-failed",),
        **_DCMQRSCP,
    ),
    Fault("it sends over TLS, and we take none", "move-refused-by-us", _sending_tls, **_ORTHANC),
    Fault("it sends without TLS, we take nothing else", "move-refused-by-us", _sending_plain, ways=_RUN, **_DCMQRSCP),
    Fault("it reports commitment to another port", "commitment-never-came", _committing, ways=_RUN, **_ORTHANC),
    *(
        Fault(
            f"{recipe} is in a container, and our listener on loopback",
            "listener-on-loopback",
            _contained(recipe),
            product=product,
            container=True,
        )
        for recipe, product in (("dcmqrscp", "dcmqrscp"), ("orthanc", "Orthanc"))
    ),
)
