"""What a scenario says of the reference SCP behind a fault: expectations of statuses, numbers and what arrives."""

from __future__ import annotations

from pathlib import Path

from tests.support.runs import LINT, run_text

SCENARIO = """
    version: 1
    peers:
      peer:
        address: {address}
        environment: test
        timeouts: {{connect: 1 s, association: 500 ms, response: 500 ms, release: 500 ms}}
    scenarios:
      - id: run
        peer: peer
        steps:
          - id: echo
            echo: {{}}
            association: one
          - id: store
            store: {{generate: {{modality: CT, instances: 2}}}}
            association: one
            save: {{study: "stored.studies[0].StudyInstanceUID"}}
          - id: find
            find: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, return: [PatientID]}}
            association: one
            expect: {{count: 1, every: {{StudyInstanceUID: "${{study}}"}}}}
          - id: get
            get: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, sop_classes: [CT Image Storage]}}
            association: one
            expect: {{received: 2, unchanged: true}}
          - id: release
            release: {{}}
            association: one
"""


def run_verdicts(folder: Path, address: object) -> dict[str, str]:
    """The verdict of each check, as `run/STEP/EXPECTATION`, without the findings of the lint."""
    folder.mkdir(parents=True, exist_ok=True)
    ran = run_text(folder, SCENARIO.format(address=address))
    return {
        check["id"].partition("/")[2]: check["verdict"] for check in ran.results["checks"] if LINT not in check["id"]
    }


def run_kills(folder: Path, address: object) -> dict[str, str]:
    """The checks that catch what is wrong."""
    return {
        check: verdict for check, verdict in run_verdicts(folder, address).items() if verdict in ("fail", "warning")
    }
