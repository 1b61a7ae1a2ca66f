"""A whole association with a reference SCP through the proxy: echo, store, query, retrieval and release on one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.proxy.recording import Recording
from harness.proxy.relay import Proxy
from harness.proxy.schedule import Entry, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.archives import wait_until
from tests.support.runs import Ran, run_text

SCENARIO = """
    version: 1
    peers:
      peer:
        address: REFERENCE@127.0.0.1:{port}
        environment: test
        timeouts: {{response: {patience} s}}
    scenarios:
      - id: all
        name: A little of everything
        peer: peer
        steps:
          - echo: {{}}
            association: one
          - store: {{generate: {{modality: CT, instances: 2}}}}
            association: one
            save: {{study: "stored.studies[0].StudyInstanceUID"}}
          - find: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, return: [PatientID]}}
            association: one
            expect: {{count: 1}}
          - get: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, sop_classes: [CT Image Storage]}}
            association: one
            expect: {{received: 2, unchanged: true}}
"""


def run_through(folder: Path, entries: Sequence[Entry], patience: int = 30) -> tuple[Ran, list[Recording]]:
    """The scenario through a proxy with these faults: what came of it, and what the proxy recorded."""
    found: list[Recording] = []
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        Proxy(
            "127.0.0.1",
            scp.address.port,
            arm=arming(entries),
            finished=lambda number, recording: found.append(recording),
            full_capture=True,
        ) as proxy,
    ):
        ran = run_text(folder, SCENARIO.format(port=proxy.port, patience=patience))
        wait_until(lambda: bool(found))
    return ran, found
