"""What the documentation shows is true: examples load, links lead somewhere, and every command exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from harness.cli.main import cli
from harness.cli.run import command as run_command
from harness.peers.reference_settings import settings_of
from harness.reference.attributes import COMPUTED, INDEXED, LEVELS
from harness.scenario.load import load_reference, load_scenarios
from harness.standard.ae import AEAddress
from tests.support.certificates import make_certificates

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whole_scenario_files_in_the_documentation_load(tmp_path: Path, page: Path) -> None:
    for number, block in enumerate(blocks(page, "yaml")):
        if re.sub(r"\A(?:#.*\n)+", "", block).startswith("version: 1") and "scenarios:" in block:
            path = tmp_path / f"example{number}.yaml"
            path.write_text(block, encoding="utf-8")
            assert load_scenarios([path])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_peers_in_the_documentation_load(tmp_path: Path, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, block in enumerate(blocks(page, "yaml")):
        if not block.startswith("peers:") or "scenarios:" in block:
            continue
        for name in re.findall(r"\$\{env\.(\w+)\}", block):
            monkeypatch.setenv(name, "x")
        for name in re.findall(r"files: \{[^:]+: ([\w.]+)\}", block):
            (tmp_path / name).touch()
        peer = next(iter(yaml.safe_load(block)["peers"]))
        path = tmp_path / f"example{number}.yaml"
        scenario = f"  - {{id: one, peer: {peer}, steps: [{{echo: {{}}}}]}}\n"
        path.write_text(f"version: 1\n{block}scenarios:\n{scenario}", encoding="utf-8")
        assert load_scenarios([path])


def test_configurations_of_the_reference_scp_load(tmp_path: Path) -> None:
    """And they show every option that there is."""
    make_certificates(tmp_path)
    found = [block for block in blocks(ROOT / "docs" / "reference-scp.md", "yaml") if block.startswith("ae_title:")]
    shown: dict[type[BaseModel], set[str]] = {}
    for block in found:
        path = tmp_path / "serve.yaml"
        path.write_text(block, encoding="utf-8")
        options = load_reference(path)
        settings_of(options, {known: AEAddress.parse(known) for known in options.knows})
        for part in (options, options.quota, options.refuse, *options.stores, *(each.quota for each in options.stores)):
            shown.setdefault(type(part), set()).update(part.model_fields_set)
    assert shown == {model: set(model.model_fields) for model in shown}


def test_what_the_reference_scp_indexes_is_documented() -> None:
    page = (ROOT / "docs" / "reference-scp.md").read_text(encoding="utf-8")
    for level in LEVELS:
        (row,) = re.findall(rf"^\| {level} \| (.*) \| (.*) \|$", page, re.MULTILINE)
        for table, documented in zip((INDEXED, COMPUTED), row, strict=True):
            assert set(filter(None, documented.strip().split(", "))) == {
                attribute.keyword for attribute in table.values() if attribute.level == level
            }


def test_the_readme_has_an_example() -> None:
    assert any(block.startswith("version: 1") for block in blocks(ROOT / "README.md", "yaml"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    commands = set(cli.list_commands(None))  # type: ignore[arg-type]
    assert set(re.findall(r"^\s*(?:\.venv/bin/)?dicom-harness ([a-z]+)", text, re.MULTILINE)) <= commands
    options = {name for parameter in run_command.params for name in parameter.opts}
    for line in re.findall(r"dicom-harness run .*", text):
        assert set(re.findall(r"--[a-z-]+", line)) <= options, line


def test_the_documented_exit_statuses_are_those_of_the_code() -> None:
    from harness.results.rollup import ExitStatus

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)}
    assert documented == {status.value for status in ExitStatus}
