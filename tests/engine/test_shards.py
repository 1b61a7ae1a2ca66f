"""Scenarios shared out to several jobs: each runs once, and those of one peer in one job."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.engine.plan import Selection, planned
from harness.engine.shards import Shard, narrowed
from harness.errors import UsageError
from harness.scenario.load import load_scenarios
from harness.scenario.model import ScenarioFile
from tests.support.adhoc import adhoc

FILE = """\
version: 1
peers:
  one: {{address: 'ONE@127.0.0.1:{port}'}}
  two: {{address: 'TWO@127.0.0.1:{other}'}}
  own: {{reference: {{}}}}
scenarios:
  - {{id: a, peer: one, steps: [{{echo: {{}}}}, {{echo: {{}}}}, {{echo: {{}}}}]}}
  - {{id: b, peer: two, steps: [{{echo: {{}}}}]}}
  - {{id: c, peer: two, tags: [smoke], steps: [{{echo: {{}}}}]}}
  - {{id: d, peer: own, steps: [{{echo: {{}}}}]}}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[ScenarioFile]:
    for name, other in (("first", 2), ("second", 3)):
        (tmp_path / f"{name}.yaml").write_text(FILE.format(port=1, other=other))
    return load_scenarios([tmp_path / "first.yaml", tmp_path / "second.yaml"])


def shares(files: list[ScenarioFile], count: int, selection: Selection | None = None) -> list[set[str]]:
    chosen = selection or Selection()
    parts = [narrowed(files, chosen, Shard(number, count)) for number in range(1, count + 1)]
    return [{scenario.id for file in files for scenario in planned(file, part)} for part in parts]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 10])
def test_each_scenario_runs_in_one_job(files: list[ScenarioFile], count: int) -> None:
    found = shares(files, count)
    assert sorted(name for share in found for name in share) == sorted(
        one.id for file in files for one in file.scenarios
    )


def test_those_of_a_peer_stay_together(files: list[ScenarioFile]) -> None:
    """The same address in two files is one peer; a peer that each file starts for itself is one for each."""
    found = shares(files, 10)
    assert {"first/a", "second/a"} in found
    assert {"first/b", "first/c"} in found
    assert {"second/b", "second/c"} in found
    assert {"first/d"} in found
    assert {"second/d"} in found


def test_they_are_divided_by_what_there_is_to_do(files: list[ScenarioFile]) -> None:
    assert {"first/a", "second/a"} in shares(files, 2), "six steps of twelve"


def test_a_selection_is_divided_and_not_widened(files: list[ScenarioFile]) -> None:
    assert sorted(map(sorted, shares(files, 3, Selection(tags=frozenset({"smoke"}))))) == [
        [],
        ["first/c"],
        ["second/c"],
    ]


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/4/2", "1/1001"])
def test_what_is_no_part(text: str) -> None:
    with pytest.raises(UsageError, match="--shard"):
        Shard.parse(text)


def test_the_command_line(tmp_path: Path, files: list[ScenarioFile]) -> None:
    listed = [adhoc("run", tmp_path, "--list", "--shard", f"{number}/2").output.split("\n") for number in (1, 2)]
    names = [line.split()[0] for lines in listed for line in lines if line]
    assert sorted(names) == sorted(one.id for file in files for one in file.scenarios)
    wrong = adhoc("run", tmp_path, "--shard", "3/2")
    assert wrong.exit_code == 2
    assert "--shard 3/2: there is no such part; write which one of how many, as `1/4`" in wrong.output
