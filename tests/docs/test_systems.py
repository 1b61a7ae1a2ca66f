"""The page of systems is true: what it names exists, concerns the system and runs in CI; versions are compared."""

from __future__ import annotations

import ast
import re
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.errors import PeerStartError
from harness.peers.programs import find_program

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
TABLE, _, HABITS = PAGE.partition("\nWhat they were seen to do otherwise")
RUNS_SCENARIOS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "engine").glob("test_*.py"))
NEEDED = (
    *(f"DCMTK {tool}" for tool in ("echoscu", "storescu", "dcmsend", "findscu", "movescu", "getscu")),
    *(f"DCMTK {tool}" for tool in ("dcmqrscp", "storescp", "dcmrecv", "wlmscpfs", "dump2dcm")),
    "GDCM gdcmscu",
    "Orthanc",
    "CTN simple_storage",
    "dcm4che findscu",
    "dcm4che getscu",
    "pynetdicom",
)
BANNERS = {"GDCM": "gdcm ", "CTN": "CTN Version", "Orthanc": "Orthanc", "DCMTK": "$dcmtk:"}
WHEELS = {"pynetdicom": "pynetdicom", "dcm4che": "dcmfetch"}
"""The distributions of what is installed with the project; the others are programs."""


class Row(NamedTuple):
    """One system in one role, as the page has it."""

    system: str
    role: str
    covered: str
    where: str
    seen_with: str

    def __str__(self) -> str:
        return f"{self.system} as {self.role}"

    @property
    def maker(self) -> str:
        return self.system.partition(" ")[0]

    @property
    def program(self) -> str:
        """What is started, which is what a test names in its marker `peer`; pynetdicom comes with the project."""
        return {"dcm4che": "java", "pynetdicom": ""}.get(self.maker, self.system.rpartition(" ")[2])


ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split("|")))
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| System ")
]


def places(text: str) -> list[str]:
    return re.findall(r"`((?:scenarios|tests)/[^`]+)`", text)


def demanded(path: Path) -> set[str]:
    """The programs without which tests of a file fail in CI: all arguments of its markers `peer`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.peer":
            found.update(str(part.value) for part in node.args if isinstance(part, ast.Constant))
    return found


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_row_names_what_runs(row: Row) -> None:
    assert places(row.where), "a row without a place is a claim"
    for place in places(row.where):
        path = ROOT / place
        assert path.is_file(), place
        # In scenarios the CTN is the recipe `ctn`; everything else goes by the name of its program or library.
        name = {"CTN simple_storage": "simple_storage|ctn"}.get(row.system, row.program or "pynetdicom")
        if place.startswith("scenarios/"):
            assert f'"{path.name}"' in RUNS_SCENARIOS, f"no test runs {place}"
            text = path.read_text(encoding="utf-8")
            assert re.search(rf"(?:process|container|recipe): (?:{name})\b", text, re.IGNORECASE), f"{place} has none"
        elif row.program:
            assert row.program in demanded(path), f"{place} could be skipped in CI without {row.program}"
        else:
            assert name in path.read_text(encoding="utf-8"), f"{place} has no {name}"


def test_no_system_is_left_out() -> None:
    assert set(NEEDED) <= {row.system for row in ROWS}
    assert {row.role for row in ROWS if row.system == "Orthanc"} == {"SCP", "requestor"}
    assert len({str(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.name)
def test_every_scenario_file_stands_with_the_systems_that_it_starts(path: Path) -> None:
    for recipe in set(re.findall(r"(?:process|container|recipe): (\w+)", path.read_text(encoding="utf-8"))):
        system = {"ctn": "CTN simple_storage", "orthanc": "Orthanc", "pynetdicom": "pynetdicom qrscp"}.get(recipe)
        rows = [row for row in ROWS if row.system == (system or f"DCMTK {recipe}") and row.role == "SCP"]
        assert [row for row in rows if f"scenarios/{path.name}" in places(row.where)], f"{recipe} of {path.name}"


def test_every_scenario_file_that_ships_is_run() -> None:
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert f'"{path.name}"' in RUNS_SCENARIOS, f"no test runs {path.name}"


def test_what_a_system_does_otherwise_is_seen_somewhere() -> None:
    habits = re.split(r"^- ", HABITS, flags=re.MULTILINE)[1:]
    assert habits
    makers_and_tools = " ".join(row.system for row in ROWS).split()
    for habit in habits:
        assert places(habit), f"nothing shows that {habit}"
        assert all((ROOT / place).is_file() for place in places(habit)), habit
        assert set(re.findall(r"\*\*(\w+)\*\*", habit)) & set(makers_and_tools), f"no row for {habit}"


def installed(row: Row) -> str:
    """What the program says of its version, or the version of the wheel. Raises `PeerStartError` without it."""
    if row.maker in WHEELS:
        return f"{WHEELS[row.maker]} {version(WHEELS[row.maker])}"
    return find_program("ctn_version" if row.maker == "CTN" else row.program, BANNERS[row.maker])[1]


def compare_versions(row: Row) -> None:
    """Another version is no mistake of the page: it is told as the reason of a skipped test."""
    try:
        here = installed(row)
    except PeerStartError as error:
        pytest.skip(error.reason)
    if not re.search(rf"(?<![\w.]){re.escape(row.seen_with)}(?![\w.])", here.replace(" v", " ")):
        pytest.skip(f"{row} was seen working with {row.seen_with}; here is {here}")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_version_is_the_one_that_is_installed(row: Row) -> None:
    compare_versions(row)


@pytest.mark.parametrize("other", ["9.9.9", "3", "3.0"])
def test_another_version_is_told_and_fails_nothing(other: str) -> None:
    row = next(row for row in ROWS if row.system == "pynetdicom")
    with pytest.raises(pytest.skip.Exception, match=rf"was seen working with {re.escape(other)}; here is pynetdicom"):
        compare_versions(row._replace(seen_with=other))
