"""Captures of others are linted where nothing of what was said is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.checks.lint.captured import lint_captured
from harness.cli.main import cli
from harness.observe.capture.associations import read_capture
from harness.observe.pcapng import write_pcapng
from harness.observe.trace import Role, Trace
from harness.ul import pdu as p
from tests.support.conversations import Talk
from tests.support.lint import echo, find, released, standing

WRONG = echo(standing()).answers(p.ReleaseRQ())


def written(folder: Path, talk: Talk) -> Path:
    """A capture of what was said."""
    trace = Trace("127.0.0.1:104", "CALLING", "CALLED", Role.REQUESTOR, wire=talk.record())
    path = folder / "traffic.pcapng"
    write_pcapng(trace, path)
    return path


def explained(path: Path, *options: str) -> str:
    return CliRunner().invoke(cli, ["diagnose", "--pcap", str(path), *options]).stdout


@pytest.mark.parametrize(("talk", "rules"), [(released(find(standing())), []), (WRONG, ["lint/release-by-requestor"])])
def test_each_side_is_linted(tmp_path: Path, talk: Talk, rules: list[str]) -> None:
    (association,) = read_capture(written(tmp_path, talk)).associations
    found = lint_captured(association)
    assert found is not None
    assert [finding.rule.id for finding in found] == rules
    assert not any(finding.by_us for finding in found)


def test_nothing_is_said_where_something_was_not_captured(tmp_path: Path) -> None:
    (association,) = read_capture(written(tmp_path, WRONG)).associations
    association.is_incomplete = True
    assert lint_captured(association) is None
    association.is_incomplete, association.begins_before = False, True
    assert lint_captured(association) is None


def test_the_command_tells_of_it(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    text = explained(path)
    assert "Wire lint of 1 association: 1 rule broken" in text
    assert "lint/release-by-requestor by the acceptor" in text
    assert "the acceptor of the association sends A-RELEASE-RQ (PS3.7 A.5); connection 1, PDU 5" in text
    (connection,) = json.loads(explained(path, "--json"))["connections"]
    (finding,) = connection["lint"]
    assert (finding["rule"], finding["by"]) == ("lint/release-by-requestor", "acceptor")
    assert finding["octets"] == "05 00 00 00 00 04"


def test_the_command_tells_that_nothing_was_found(tmp_path: Path) -> None:
    assert "Wire lint of 1 association: nothing found" in explained(written(tmp_path, released(echo(standing()))))
