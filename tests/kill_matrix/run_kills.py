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
        timeouts: {{connect: {seconds} s, association: {seconds} s, response: {seconds} s, release: {release} s}}
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


SECONDS = 0.5
"""The deadline of each answer: silence is what many faults make."""
PATIENT = 30.0
"""The deadline where nothing is to be caught."""


def run_verdicts(
    folder: Path, address: object, seconds: float = SECONDS, release: float | None = None
) -> dict[str, str]:
    """The verdict of each check, as `run/STEP/EXPECTATION`, without the findings of the lint.

    A release may have another deadline than all that comes before it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ran = run_text(folder, SCENARIO.format(address=address, seconds=seconds, release=release or seconds))
    return {
        check["id"].partition("/")[2]: check["verdict"] for check in ran.results["checks"] if LINT not in check["id"]
    }


def run_kills(folder: Path, address: object, seconds: float = SECONDS, release: float | None = None) -> dict[str, str]:
    """The checks that catch what is wrong."""
    verdicts = run_verdicts(folder, address, seconds, release)
    return {check: verdict for check, verdict in verdicts.items() if verdict in ("fail", "warning")}
