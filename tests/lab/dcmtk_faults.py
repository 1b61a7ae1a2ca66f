"""Faults made with DCMTK's servers."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.peers.ports import free_port
from harness.peers.remote import RemotePeer
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from tests.lab.contexts import QUERY
from tests.lab.fault import NOTHING_WRONG, Fault, Start, Target, Way
from tests.lab.products import dcmqrscp, storescp, wlmscpfs
from tests.lab.retrievals import move_to_us, study_of
from tests.lab.starting import LOOPBACK
from tests.lab.tls_faults import client
from tests.support.archives import associate, make, put
from tests.support.certificates import make_certificates

ECHO = (VERIFICATION, (IMPLICIT_VR_LE,))
_STORE: dict[str, Any] = {"steps": ({"store": {"generate": {"modality": "CT"}}},)}
_WORKLIST: dict[str, Any] = {"steps": ({"worklist": {"keys": {"PatientID": "1"}}, "expect": {"count": "0"}},)}
_JPEG: dict[str, Any] = {
    "steps": ({"negotiate": {"abstract_syntax": "CT Image Storage", "transfer_syntaxes": ["JPEG Lossless SV1"]}},)
}


def _storescp(*options: object, **more: Any) -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with storescp(folder, *options) as (address, _):
            yield Target(address, **more)

    return start


@contextmanager
def _busy(folder: Path) -> Iterator[Target]:
    """It serves one association after the other, and somebody holds one without a word."""
    with storescp(folder, "--acse-timeout", 600) as (address, _), socket.create_connection((LOOPBACK, address.port)):
        yield Target(address)


@contextmanager
def _hung(folder: Path) -> Iterator[Target]:
    with storescp(folder) as (address, process):
        os.kill(process, signal.SIGSTOP)
        yield Target(address)


@contextmanager
def _wrapped(folder: Path) -> Iterator[Target]:
    """TCP wrappers deny us, in a mount namespace with an /etc/hosts.deny of its own."""
    denied = folder / "hosts.deny"
    denied.write_text("storescp: ALL\n")
    script = f'mount --bind "{denied}" /etc/hosts.deny && exec "$@"'
    namespace = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    with storescp(folder, "--access-control", within=namespace) as (address, _):
        yield Target(address)


@contextmanager
def _no_folder(folder: Path) -> Iterator[Target]:
    """Somebody removed the folder that it writes to."""
    with storescp(folder) as (address, _):
        (folder / "received").rmdir()
        yield Target(address, **_STORE)


def _over_tls(*options: str, own: str = "", with_tls: bool = True, certificate: str = "rsa") -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        pki = make_certificates(folder)
        tls = ["+tls", pki.folder / f"{certificate}.key", pki.folder / f"{certificate}.pem", "+cf", pki.ca]
        with storescp(folder, *tls, *options) as (address, _):
            yield Target(address, **(client(pki, own) if with_tls else {}))

    return start


@contextmanager
def _plain(folder: Path) -> Iterator[Target]:
    with storescp(folder) as (address, _):
        yield Target(address, **client(make_certificates(folder)))


def _dcmqrscp(called: str = "ARCHIVE", settings: dict[str, Any] | None = None, **more: Any) -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with dcmqrscp(folder, **(settings or {})) as address:
            yield Target(replace(address, ae_title=called), **more)

    return start


def _host(title: str, port: int) -> str:
    return f"us = ({title}, {LOOPBACK}, {port})"


def _moving(title: str = "HARNESS", *, right_port: bool = True) -> Start:
    """The archive has a study of two instances, and knows us by this title and port."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        port = free_port()
        host = _host(title, port if right_port else free_port())
        with dcmqrscp(folder, hosts=[host]) as address:
            files = make(folder, instances=2)
            assert put(RemotePeer(address), files) == [0, 0]
            yield move_to_us(address, study_of(files[0]), port)

    return start


@contextmanager
def _no_more_associations(folder: Path) -> Iterator[Target]:
    with dcmqrscp(folder, associations=1) as address, associate(RemotePeer(address), ECHO):
        yield Target(address)


def _wlmscpfs(area: str, called: str, **more: Any) -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with wlmscpfs(folder, area) as port:
            yield Target(AEAddress(called, LOOPBACK, port), **more)

    return start


_of_storescp = partial(Fault, product="storescp", programs=("storescp",))
_of_dcmqrscp = partial(Fault, product="dcmqrscp", programs=("dcmqrscp",))
_of_wlmscpfs = partial(Fault, product="wlmscpfs", programs=("wlmscpfs",))
_RUN = (Way.RUN,)

FAULTS = (
    _of_storescp("in order", NOTHING_WRONG, _storescp()),
    _of_storescp("refuses every association", "rejected-no-reason", _storescp("--refuse")),
    _of_storescp("busy with somebody who says nothing", "silent-listener", _busy),
    _of_storescp("TCP wrappers do not know us", "closed-at-once", _wrapped),
    _of_storescp("hangs", "silent-listener", _hung),
    _of_storescp("its folder is gone", "out-of-resources", _no_folder, ways=_RUN),
    _of_storescp("aborts when an image comes", "aborted-at-request", _storescp("--abort-after", **_STORE), ways=_RUN),
    _of_storescp("too slow with an image", "no-response", _storescp("--sleep-during", "20", **_STORE), ways=_RUN),
    _of_storescp(
        "compressed images are not configured", "transfer-syntaxes-not-supported", _storescp(**_JPEG), ways=_RUN
    ),
    _of_storescp("asked for a query", "sop-class-not-supported", _storescp(**QUERY)),
    _of_storescp("speaks TLS, we do not", "tls-where-plain-expected", _over_tls(with_tls=False)),
    _of_storescp("wants our certificate", "tls-client-certificate-wanted", _over_tls()),
    _of_storescp("does not know our CA", "tls-client-certificate-refused", _over_tls(own="stranger")),
    _of_storescp("its certificate has expired", "tls-certificate-expired", _over_tls("-ic", certificate="expired")),
    _of_storescp("its certificate is for another host", "tls-name-mismatch", _over_tls("-ic", certificate="elsewhere")),
    _of_storescp("speaks plain DICOM, we TLS", "plain-where-tls-expected", _plain),
    _of_dcmqrscp("in order", NOTHING_WRONG, _moving()),
    _of_dcmqrscp("called by another title", "called-ae-title-refused", _dcmqrscp("ARCHIV")),
    _of_dcmqrscp("called in lower case", "called-ae-title-refused", _dcmqrscp("archive")),
    _of_dcmqrscp(
        "our title is not in its table",
        "called-ae-title-refused",
        _dcmqrscp(settings={"hosts": [_host("OTHER", 104)], "callers": "us"}),
        others=("calling-ae-title-refused",),
    ),
    _of_dcmqrscp(
        "its area is read only", "contexts-user-rejected", _dcmqrscp(settings={"access": "R"}, **_STORE), ways=_RUN
    ),
    _of_dcmqrscp(
        "its area is too small", "out-of-resources", _dcmqrscp(settings={"quota": "(200, 1kb)"}, **_STORE), ways=_RUN
    ),
    _of_dcmqrscp("no association is free", "too-many-associations", _no_more_associations),
    _of_dcmqrscp("we are not in its host table", "move-destination-unknown", _moving("OTHER")),
    _of_dcmqrscp("our port is wrong in its host table", "move-cannot-reach-us", _moving(right_port=False)),
    _of_wlmscpfs("in order", NOTHING_WRONG, _wlmscpfs("RIS", "RIS", **_WORKLIST)),
    _of_wlmscpfs("no folder for its title", "called-ae-title-refused", _wlmscpfs("RIS", "WORKLIST")),
    _of_wlmscpfs("asked for studies", "sop-class-not-supported", _wlmscpfs("RIS", "RIS", **QUERY)),
)
