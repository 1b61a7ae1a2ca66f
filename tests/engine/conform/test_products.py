"""The suite against installed products: they pass but for what is known of them."""

from __future__ import annotations

import pytest

from harness.engine.conform.cases.catalogue import CASES
from harness.engine.conform.model import Profile
from harness.engine.conform.selection import Selection
from harness.peers.ports import free_port
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress
from tests.support.conforming import run_cases, verdicts
from tools.conform_products import PRODUCTS

GROUPS = (
    "ul/contexts/",
    "ul/transport/",
    "ul/ending/",
    "ul/data/",
    "ul/state/",
    "verification/",
    "storage/store/",
    "qr/find/",
)
"""Those in which these products leave nobody waiting."""

ABORT_SOURCE = "ul/state/later-unknown-abort-source/outcome"
"""DCMTK's applications abort as service user on a PDU of unknown type."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "product", [pytest.param(name, marks=pytest.mark.peer(name)) for name in ("storescp", "dcmqrscp")]
)
def test_dcmtk_fails_nothing_but_what_is_known_of_it(product: str) -> None:
    chosen = Selection(profile=Profile.STRICT, only=GROUPS).chosen(CASES, Environment.TEST)
    with PRODUCTS[product](AEAddress("HARNESS", "127.0.0.1", free_port())) as address:
        found = verdicts(run_cases(address, chosen))
    assert {name for name, verdict in found.items() if verdict in ("fail", "error", "blocked")} == {ABORT_SOURCE}
    assert found["storage/store/many/outcome"] == "pass"
    assert found["qr/find/date-range/outcome"] == ("pass" if product == "dcmqrscp" else "skipped")
