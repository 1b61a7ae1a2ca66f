"""Many associations at once: each is served, and none leaves a thread or a file open."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

REQUESTORS = 150
PATIENCE = Timeouts(connect=30, association=30, response=30, release=30)


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
        deadline = time.monotonic() + 10
        while (threading.active_count(), open_files()) != (threads_before, files_before):
            assert time.monotonic() < deadline, "threads or files are left"
            time.sleep(0.01)
