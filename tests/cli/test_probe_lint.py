"""The associations of `probe` go through the wire lint: what the peer got wrong is a warning, what we did an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import harness.engine.probe.peer_facts
from harness.net.negotiation import Proposal
from harness.proxy.relay import Proxy
from harness.proxy.schedule import always, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE
from tests.support.adhoc import adhoc

RULE = "lint/ae-title-repeated"
SYNTAXES = ("--transfer-syntax", IMPLICIT_VR_LE, "--transfer-syntax", EXPLICIT_VR_LE)


@pytest.fixture(scope="module")
def good() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as scp:
        yield scp


@pytest.fixture
def lying(good: ReferenceSCP) -> Iterator[str]:
    """The address of a peer that does not repeat the called AE title."""
    with Proxy("127.0.0.1", good.address.port, arm=arming(always(["ac-called-title"]))) as proxy:
        yield f"REFERENCE@127.0.0.1:{proxy.port}"


def probed(address: object, *options: object) -> Result:
    return adhoc("probe", address, "--sop-class", CT_IMAGE_STORAGE, *SYNTAXES, *options)


def lint_of(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)["lint"]
    return found


def test_nothing_is_found_of_a_good_peer(good: ReferenceSCP) -> None:
    done = probed(good.address, "--json", "--strict")
    assert done.exit_code == 0, done.output
    associations = json.loads(done.stdout)["associations"]
    assert lint_of(done) == {"associations": associations, "checks": []}
    assert f"Wire lint of {associations} associations: nothing found" in probed(good.address).output


def test_what_the_peer_got_wrong_is_a_warning(lying: str) -> None:
    done = probed(lying, "--json")
    assert done.exit_code == 0, done.output
    (check,) = lint_of(done)["checks"]
    assert (check["id"], check["verdict"], check["level"]) == (RULE, "warning", "required")
    assert check["clauses"] == ["PS3.8 9.3.3"]
    assert check["reason"].startswith("PDU 2 of association 1, received: 02 00 ")
    others = json.loads(done.stdout)["associations"] - 1
    assert check["observed"].endswith(f"(and {others} more)"), "each association, told once"


def test_a_warning_fails_when_warnings_do(lying: str) -> None:
    done = probed(lying, "--strict")
    assert done.exit_code == 1, done.output
    assert f"fail     {RULE}" in done.output
    assert "PS3.8 9.3.3" in done.output


def test_what_differs_from_a_policy_is_told_beside_it(lying: str, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    assert probed(lying, "--save", policy).exit_code == 0
    done = probed(lying, "--against", policy)
    assert done.exit_code == 0, done.output
    assert f"warning  {RULE}" in done.output


def test_what_we_sent_is_an_error_of_ours(good: ReferenceSCP, monkeypatch: pytest.MonkeyPatch) -> None:
    anonymous = partial(Proposal, implementation_class_uid="")
    monkeypatch.setattr(harness.engine.probe.peer_facts, "Proposal", anonymous)
    done = probed(good.address, "--json")
    assert done.exit_code == 3, done.output
    (check,) = lint_of(done)["checks"]
    assert (check["id"], check["verdict"]) == ("lint/ours/user-item-required", "error")
    assert "please report it" in check["reason"]


def test_a_peer_that_is_not_there_is_not_linted() -> None:
    done = probed("NOBODY@127.0.0.1:1")
    assert done.exit_code == 3
    assert "Wire lint" not in done.output
