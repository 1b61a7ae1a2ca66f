"""Faults made with Orthanc."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.peers.ports import free_port
from harness.peers.remote import RemotePeer
from tests.lab.contexts import QUERY
from tests.lab.fault import NOTHING_WRONG, Fault, Start, Target, Way
from tests.lab.products import orthanc
from tests.lab.retrievals import move_to_us, study_of
from tests.lab.starting import LOOPBACK
from tests.lab.tls_faults import client
from tests.support.archives import make, put
from tests.support.certificates import make_certificates
from tests.support.orthanc import wait_for_http

_STORE: dict[str, Any] = {"steps": ({"store": {"generate": {"modality": "CT"}}},)}
_JPEG: dict[str, Any] = {
    "steps": ({"negotiate": {"abstract_syntax": "CT Image Storage", "transfer_syntaxes": ["JPEG Lossless SV1"]}},)
}


def _orthanc(settings: dict[str, Any], called: str = "ORTHANC", **more: Any) -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with orthanc(folder, **settings) as (address, _):
            yield Target(replace(address, ae_title=called), **more)

    return start


@contextmanager
def _web_port(folder: Path) -> Iterator[Target]:
    with orthanc(folder) as (address, web):
        wait_for_http(web)
        yield Target(replace(address, port=web))


@contextmanager
def _over_tls(folder: Path) -> Iterator[Target]:
    with orthanc(folder) as (address, _):
        yield Target(address, **client(make_certificates(folder)))


def _known(port: int, title: str = "HARNESS") -> dict[str, Any]:
    return {"DicomModalities": {"us": [title, LOOPBACK, port]}}


def _moving(title: str = "HARNESS", *, right_port: bool = True) -> Start:
    """It has a study of two instances, and knows us by this title and port."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        port = free_port()
        known = _known(port if right_port else free_port(), title)
        with orthanc(folder, **known, DicomAlwaysAllowFind=True, DicomAlwaysAllowMove=True) as (address, _):
            files = make(folder, instances=2)
            assert put(RemotePeer(address), files) == [0, 0]
            yield move_to_us(address, study_of(files[0]), port)

    return start


_of_orthanc = partial(Fault, product="Orthanc", programs=("Orthanc",))
_RUN = (Way.RUN,)

FAULTS = (
    _of_orthanc("in order", NOTHING_WRONG, _moving()),
    _of_orthanc("its web port", "http-server", _web_port),
    _of_orthanc("speaks plain DICOM, we TLS", "plain-where-tls-expected", _over_tls),
    _of_orthanc(
        "called by another title", "called-ae-title-refused", _orthanc({"DicomCheckCalledAet": True}, "ARCHIVE")
    ),
    _of_orthanc("our title is no modality of it", "aborted-at-request", _orthanc({}, **QUERY)),
    _of_orthanc(
        "our title is no modality, for a C-ECHO", "aborted-at-request", _orthanc({"DicomAlwaysAllowEcho": False})
    ),
    _of_orthanc(
        "our address is not that of the modality",
        "aborted-at-request",
        _orthanc(
            {
                "DicomModalities": {"us": ["HARNESS", "192.0.2.1", 104]},
                "DicomCheckModalityHost": True,
                "DicomAlwaysAllowEcho": False,
            }
        ),
    ),
    _of_orthanc(
        "compressed images are not accepted",
        "sop-class-not-supported",
        _orthanc({"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"]}, **_JPEG),
        others=("transfer-syntaxes-not-supported",),
        ways=_RUN,
    ),
    _of_orthanc(
        "we are no modality it can move to",
        "move-failed",
        _moving("OTHER"),
        others=("move-destination-unknown", "move-cannot-reach-us"),
    ),
    _of_orthanc(
        "our port is wrong in its modalities",
        "move-failed",
        _moving(right_port=False),
        others=("move-destination-unknown", "move-cannot-reach-us"),
    ),
)
