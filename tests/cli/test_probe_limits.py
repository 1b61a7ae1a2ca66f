"""`dicom-harness probe`: what is asked only where it is allowed, and the remedy where it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.engine.probe import limits
from harness.peers.dcmtk import dcmqrscp
from harness.peers.process import ProcessPeer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from tests.support.adhoc import adhoc
from tests.support.peers import recipe_input

SMALL = ("--sop-class", "verification", "--transfer-syntax", "Implicit VR Little Endian")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is full is asked again soon."""
    monkeypatch.setattr(limits, "PAUSES", (0.1, 0.2, 2))


@pytest.fixture(scope="module")
def strict() -> Iterator[ReferenceSCP]:
    """An SCP that calls nobody but us, and takes four associations at once."""
    with ReferenceSCP(ReferenceSettings(calling_ae_titles=frozenset(("HARNESS",)), maximum_associations=4)) as scp:
        yield scp


def limits_of(address: object, *options: object) -> dict[str, Any]:
    done = adhoc("probe", address, *SMALL, "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)["limits"]
    return found


@pytest.mark.parametrize("allowed", [("--environment", "test"), ("--allow", "probe-titles")])
def test_titles_where_that_is_allowed(strict: ReferenceSCP, allowed: tuple[str, str]) -> None:
    assert limits_of(strict.address, *allowed)["titles"] == {"called": "refused", "calling": "refused"}


def test_titles_are_left_alone_elsewhere_and_the_remedy_is_told(strict: ReferenceSCP) -> None:
    assert limits_of(strict.address, "--allow", "probe-limits")["titles"] is None
    done = adhoc("probe", strict.address, *SMALL)
    assert "needs `--allow probe-titles`, or `--environment test`" in done.stdout


@pytest.mark.timed
@pytest.mark.parametrize("allowed", [("--environment", "test"), ("--allow", "probe-limits")])
def test_associations_at_once_where_that_is_allowed(strict: ReferenceSCP, allowed: tuple[str, str]) -> None:
    found = limits_of(strict.address, "--associations-at-once", 10, *allowed)["at_once"]
    assert found.pop("refused")["kind"] == "rejected"
    assert found == {"asked": 10, "stood": 4, "dropped": 0, "recovered": True}
    done = adhoc("probe", strict.address, *SMALL, "--associations-at-once", 10, *allowed)
    assert "4 stood; the next was not accepted: " in done.stdout


@pytest.mark.parametrize("option", [("--associations-at-once", "3"), ("--timers",)])
@pytest.mark.parametrize("allowed", [(), ("--environment", "production"), ("--allow", "probe-titles")])
def test_limits_are_refused_elsewhere_with_the_remedy(option: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    done = adhoc("probe", "PEER@localhost:104", *option, *allowed)
    assert done.exit_code == 2
    assert f"{option[0]} needs `--allow probe-limits`, or `--environment test`" in done.stderr


@pytest.mark.peer("dcmqrscp")
@pytest.mark.timed
def test_dcmqrscp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its configuration says MaxAssociations, and which calling AE titles may use a called one."""
    monkeypatch.setattr(limits, "PAUSES", (1.2, 2.5))  # it looks for processes that are over once in a second
    us = AEAddress("HARNESS", "127.0.0.1", 104)
    with ProcessPeer("dcmqrscp", dcmqrscp, recipe_input(tmp_path, knows=(us,), check_ae_titles=True)) as peer:
        said = int((tmp_path / "dcmqrscp.cfg").read_text().split("MaxAssociations")[1].split()[1])
        found = limits_of(peer.address, "--environment", "test", "--associations-at-once", said + 4)
    assert found["titles"] == {"called": "refused", "calling": "refused"}
    assert found["at_once"]["stood"] == said
    assert found["at_once"]["recovered"]
