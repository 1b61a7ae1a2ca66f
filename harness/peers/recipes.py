"""The recipes for local processes, by name."""

from __future__ import annotations

from harness.peers.ctn import ctn
from harness.peers.dcmtk import dcmqrscp, dcmrecv, storescp
from harness.peers.orthanc import orthanc
from harness.peers.process import Command
from harness.peers.pynetdicom_qrscp import pynetdicom_qrscp
from harness.peers.wlmscpfs import wlmscpfs

PROCESSES: dict[str, Command] = {
    "dcmqrscp": dcmqrscp,
    "storescp": storescp,
    "dcmrecv": dcmrecv,
    "ctn": ctn,
    "wlmscpfs": wlmscpfs,
    "orthanc": orthanc,
    "pynetdicom": pynetdicom_qrscp,
}
