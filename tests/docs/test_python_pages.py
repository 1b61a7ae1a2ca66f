"""What the pages on Python and pytest show does what they say."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from harness.pytest_plugin.options import MARKERS
from tests.support.plugin import run_pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SITE = """\
version: 1
peers: {archive: {address: "ARCHIVE@pacs.example.org:104"}}
scenarios: [{id: echo, peer: archive, steps: [{echo: {}}]}]
"""


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL)


@pytest.mark.peer("dcmqrscp")
@pytest.mark.parametrize("block", blocks("python-api.md"), ids=lambda block: block.splitlines()[0])
def test_examples_of_the_python_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: str) -> None:
    shutil.copy(ROOT / "scenarios" / "quickstart.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "python-api.md", "exec"), {})


@pytest.mark.slow
def test_commands_of_the_pytest_page_run(pytester: pytest.Pytester) -> None:
    (pytester.path / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "quickstart.yaml", pytester.path / "scenarios")
    lines = re.findall(r"^pytest (scenarios/.*)$", page("pytest.md"), re.MULTILINE)
    passed = [run_pytest(pytester, *shlex.split(line)).parseoutcomes() for line in lines]
    assert passed == [{"passed": 6}, {"passed": 3, "deselected": 3}, {"passed": 2, "deselected": 4}, {"passed": 1}]


@pytest.mark.peer("dcmqrscp")
def test_examples_of_the_pytest_page_run(pytester: pytest.Pytester) -> None:
    (block,) = blocks("pytest.md")
    pytester.makepyfile(test_site=block)
    (pytester.path / "site.yaml").write_text(SITE, encoding="utf-8")
    run_pytest(pytester, "test_site.py").assert_outcomes(passed=3, skipped=2)


def test_the_pytest_page_has_every_option_fixture_and_marker(pytester: pytest.Pytester) -> None:
    text = page("pytest.md")
    helped = run_pytest(pytester, "--help").stdout.str()
    options = set(re.findall(r"^  (--dicom-[a-z-]+)", helped, re.MULTILINE))
    assert options == set(re.findall(r"--dicom-[a-z-]+", text))
    fixtures = run_pytest(pytester, "--fixtures", "-q").stdout.str()
    ours = set(re.findall(r"^(\w+)[^\n]*pytest_plugin/__init__\.py", fixtures, re.MULTILINE))
    assert ours == {"dicom_peer", "reference_scp", "orthanc", "dcmqrscp", "harness_run"}
    assert all(f"`{name}`" in text for name in ours)
    assert all(marker.partition(":")[0].partition("(")[0] in text for marker in MARKERS)
