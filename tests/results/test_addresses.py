"""Hosts out of reports that others read: everywhere, each with one name, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.results.addresses import AddressMask, mask_addresses
from harness.results.store import load_results, results_text
from tests.reporting.sample import sample


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ARCHIVE@pacs.example.org:104", "ARCHIVE@host-1:104"),
        ("ARCHIVE@[2001:db8::7]:104 and 2001:db8::7", "ARCHIVE@host-1:104 and host-1"),
        ("ARCHIVE@PACS.example.org:104, pacs.example.org has 192.0.2.7", "ARCHIVE@host-1:104, host-1 has host-2"),
        ('"ARCHIVE" (192.0.2.7:104) refuses', '"ARCHIVE" (host-1:104) refuses'),
        ("A@one:1, B@one.example.org:2", "A@host-1:1, B@host-2:2"),
        ("fe80::1%eth0 is near", "host-1 is near"),
    ],
)
def test_hosts_get_names(text: str, masked: str) -> None:
    assert AddressMask().text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "REFERENCE@127.0.0.1:11112",
        "REFERENCE@localhost:11112 and ::1",
        "1.2.840.10008.5.1.4.1.1.2",
        "PS3.7 9.1.5.2 (verification/echo-success), PS3.8 9.3.2.2, 9.3.3.2 and 9.3.4.1, PS3.4 C.4.2.1.5",
        "2.25.1.2.3",
        "at 14:36:52 UTC, 2026-11-21 05:32:10+01:00",
        "scenarios/go-live.yaml:40",
        "0.7 ms, 3.6.7, status 0000H (1/1/7)",
        "01 00 00 00 00 cd 00 01",
        "somebody@example.org",
    ],
)
def test_what_is_no_host_stays(text: str) -> None:
    assert AddressMask().text(text) == text


def test_a_run_on_this_machine_has_no_host_to_mask() -> None:
    run = load_results(Path(__file__).parents[2] / "reports" / "sample")
    before = results_text(run)
    mask_addresses(run, AddressMask())
    assert results_text(run) == before


def test_a_host_that_is_known_is_found_in_any_text() -> None:
    mask = AddressMask()
    mask.learn("pacs")
    assert mask.text("pacs has no address; pacs-2 and opacs are others; pacs.") == (
        "host-1 has no address; pacs-2 and opacs are others; host-1."
    )


def test_a_run_tells_no_host_anywhere() -> None:
    run = sample()
    run.command = "dicom-harness run a.yaml --peer archive=ARCHIVE@pacs.example.org:104"
    run.steps[0] = replace(run.steps[0], details=("connected to 192.0.2.7 and 2001:db8::7",))
    before = json.loads(results_text(run))
    mask = AddressMask()
    mask_addresses(run, mask)
    text = results_text(run)
    for host in ("pacs.example.org", "192.0.2.7", "2001:db8"):
        assert host not in text
    assert run.peers["archive"].address == "ARCHIVE@host-1:104"
    assert run.left_behind[0].address == "ARCHIVE@host-1:104"
    assert run.command.endswith("ARCHIVE@host-1:104")
    after = json.loads(text)
    assert after["counts"] == before["counts"]
    assert [check["id"] for check in after["checks"]] == [check["id"] for check in before["checks"]]
    assert after["steps"][0]["associations"][0]["pdus"] == before["steps"][0]["associations"][0]["pdus"]
    assert mask.text("again pacs.example.org") == "again host-1"
