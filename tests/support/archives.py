"""Headers, instances and associations for tests of the reference SCP."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.attributes import INDEXED, LEVELS
from harness.reference.header import Header
from harness.reference.index import Index
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.tls.contexts import TlsClient
from harness.ul.items import RoleSelection

TAGS = {attribute.keyword: attribute for attribute in INDEXED.values()}


def header(instance: str, series: str = "1.1", study: str = "1", **values: str) -> Header:
    """A header with these UIDs and further attributes by keyword."""
    given = {
        "SOPClassUID": CT_IMAGE_STORAGE,
        "SOPInstanceUID": instance,
        "SeriesInstanceUID": series,
        "StudyInstanceUID": study,
        "PatientID": "P1",
        "Modality": "CT",
        **values,
    }
    by_level: dict[str, dict[int, str]] = {level: {} for level in LEVELS}
    for keyword, value in given.items():
        if value:
            by_level[TAGS[keyword].level][TAGS[keyword].tag] = value
    return Header(by_level)


def add(index: Index, made: Header) -> Path:
    """Index an instance with this header, with a file of a few bytes."""
    part = index.instances / f"{uuid.uuid4().hex}.part"
    part.write_bytes(b"1234")
    return index.add(made, FileMeta(part, made.sop_class, made.sop_instance, EXPLICIT_VR_LE, 1, 3))


def make(folder: Path, **spec: object) -> list[FileMeta]:
    """Generated instances, ready to be sent."""
    made = generate(GenerateSpec(**spec), folder, folder.name)  # type: ignore[arg-type]
    return [read_file_meta(instance.path) for instance in made]


class Reached(Protocol):
    """Any SCP, by where it is."""

    @property
    def address(self) -> AEAddress: ...


def associate(
    scp: Reached,
    *contexts: tuple[str, tuple[str, ...]],
    scp_roles: tuple[str, ...] = (),
    timeouts: Timeouts | None = None,
    tls: TlsClient | None = None,
) -> Association:
    """An association with the SCP; for `scp_roles` we offer to be SCP, and nothing else."""
    roles = tuple(RoleSelection(uid, 0, 1) for uid in scp_roles)
    proposal = Proposal("HARNESS", scp.address.ae_title, contexts, roles=roles)
    return request_association(scp.address, proposal, timeouts or Timeouts(), tls=tls)


def put(scp: Reached, files: list[FileMeta], tls: TlsClient | None = None) -> list[int | None]:
    """Store files; the status of each."""
    with associate(scp, *needed_contexts(files), tls=tls) as association:
        return [instance.status for instance in store(association, files).instances]


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another thread does; fails when time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "time is up"
        time.sleep(0.005)
