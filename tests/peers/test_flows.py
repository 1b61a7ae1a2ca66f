"""Each recipe's server moves what it was given back to us: it really reaches the address it was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import run_text

# One instance reaches us or does not, and pynetdicom may lose the response to a second (see pynetdicom_requestor.py).
STEPS = """
      - store: {{generate: {{instances: 1}}}}
        save: {{study: "stored.studies[0].StudyInstanceUID"}}
      - move: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}, destination: {destination}}}
"""
CONTAINER = [pytest.mark.container, pytest.mark.slow]


def flow(folder: Path, peers: str, destination: str = "local") -> None:
    steps = STEPS.format(destination=destination)
    text = f"version: 1\npeers:\n{peers}\nscenarios:\n  - id: flow\n    peer: archive\n    steps:{steps}"
    ran = run_text(folder, text)
    assert ran.status == 0, ran.output


@pytest.mark.parametrize(
    "peer",
    [
        pytest.param("process: {recipe: dcmqrscp, check_ae_titles: true}", marks=pytest.mark.peer("dcmqrscp")),
        pytest.param("process: {recipe: orthanc, check_ae_titles: true}", marks=pytest.mark.peer("Orthanc")),
        pytest.param("process: pynetdicom", marks=pytest.mark.slow),
        pytest.param("reference: {}"),
        pytest.param("container: {recipe: dcmqrscp, check_ae_titles: true}", marks=CONTAINER),
        pytest.param("container: {recipe: orthanc, check_ae_titles: true}", marks=CONTAINER),
    ],
)
def test_back_to_us(tmp_path: Path, peer: str) -> None:
    flow(tmp_path, f"  archive: {{{peer}}}")


@pytest.mark.parametrize(
    ("archive", "other"),
    [
        pytest.param(
            "process: {recipe: dcmqrscp, knows: [other]}", "reference: {}", marks=pytest.mark.peer("dcmqrscp")
        ),
        pytest.param("reference: {knows: [other]}", "process: storescp", marks=pytest.mark.peer("storescp")),
        pytest.param("container: {recipe: dcmqrscp, knows: [other]}", "reference: {}", marks=CONTAINER),
        pytest.param("container: {recipe: dcmqrscp, knows: [other]}", "process: pynetdicom", marks=CONTAINER),
        pytest.param("container: {recipe: orthanc, knows: [other]}", "container: dcmqrscp", marks=CONTAINER),
        pytest.param("reference: {knows: [other]}", "container: dcmqrscp", marks=CONTAINER),
    ],
)
def test_from_one_to_the_other(tmp_path: Path, archive: str, other: str) -> None:
    # The destination is started by a step of its own, before anything is moved to it.
    peers = f"  archive: {{{archive}}}\n  other: {{{other}}}"
    flow(tmp_path, peers, "{peer: other}")
