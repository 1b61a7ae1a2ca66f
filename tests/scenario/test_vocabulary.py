"""What scenario files may name is what the layers above can do; they stand above, so only a test can compare them."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.engine.execute import executor_of
from harness.engine.saving import NothingToSave, saved_value
from harness.net.timeouts import Timeouts
from harness.observe.commitment import CommitmentObservation, CommitmentReport
from harness.observe.normalized import NormalizedObservation
from harness.observe.notifications import Notification
from harness.observe.outcomes import (
    EchoObservation,
    FindObservation,
    Observation,
    ReceivedInstance,
    RetrieveObservation,
    StoredInstance,
    StoreObservation,
    SubOperations,
)
from harness.observe.trace import Role
from harness.peers.recipes import PROCESSES
from harness.scenario.params.base import ServiceName
from harness.scenario.params.storing import MODALITIES
from harness.scenario.peers import TimeoutsSpec
from harness.scenario.saving import FORMS, NAMES, ROOTS, check_path
from harness.scenario.servers import ONLY_FOR, ProcessRecipe
from harness.scenario.steps import all_params
from harness.standard.commitment import Delivery
from harness.standard.images import ENCAPSULATED
from harness.testdata.encoders import ENCODERS
from harness.testdata.modalities import TEMPLATES


def test_modalities() -> None:
    assert {name: template.image for name, template in TEMPLATES.items()} == MODALITIES
    assert list(MODALITIES) == list(TEMPLATES)
    assert set(ENCAPSULATED) == set(ENCODERS)


def test_recipes() -> None:
    assert {recipe.value for recipe in ProcessRecipe} == set(PROCESSES)
    assert set().union(*ONLY_FOR.values()) <= set(PROCESSES)


def test_services() -> None:
    assert set(all_params()) == set(ServiceName)
    assert len({executor_of(service).perform for service in ServiceName}) == len(ServiceName)


def test_deadlines() -> None:
    described = {name: field.description or "" for name, field in TimeoutsSpec.model_fields.items()}
    for name, description in described.items():
        assert f"{getattr(Timeouts(), name):g} s by default" in description


INSTANCE = StoredInstance(
    source=Path("x"), sop_class_uid="1", sop_instance_uid="2", transfer_syntax_uid="3", status=0, study_instance_uid="4"
)
RECEIVED = ReceivedInstance(Path("x"), "1", "2", "3", "CALLING", "CALLED", 0)
TOLD = Notification("1", "2", b"", "3", "CALLING", Role.ACCEPTOR, True, 0.0, 0)
REPORT = CommitmentReport(TOLD, Delivery.NEW_ASSOCIATION)
OBSERVATIONS: dict[str, list[Observation]] = {
    "stored": [StoreObservation(instances=[INSTANCE])],
    "received": [RetrieveObservation(received=[RECEIVED])],
    "response": [
        EchoObservation(statuses=[0]),
        FindObservation(status=0),
        RetrieveObservation(status=0, counters=SubOperations(0, 1, 2, 3)),
        NormalizedObservation(sop_class_uid="1", sop_instance_uid="2", status=0),
        CommitmentObservation(transaction_uid="1", requested=(), status=0, report=REPORT),
    ],
}


@pytest.mark.parametrize("root", OBSERVATIONS)
def test_what_can_be_saved(root: str) -> None:
    """Every name that a file may use is brought by some observation."""
    beginning = FORMS[root].rpartition(".")[0]
    for name in NAMES[root]:
        path = check_path(f"{beginning}.{name}")
        found = []
        for observation in OBSERVATIONS[root]:
            try:
                found.append(saved_value(path, observation))
            except NothingToSave:
                continue
        assert found, path


def test_examples_of_paths_are_paths() -> None:
    assert set(FORMS) == set(ROOTS)
    for path in FORMS.values():
        assert check_path(path) == path
    assert check_path("matches[10].patientname") == "matches[10].PatientName"
