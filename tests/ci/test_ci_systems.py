"""What docs/ci.md shows for CI systems does what it says: executed here, against an Orthanc of this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from harness import Peer
from tests.support.composite import run_action

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SCENARIOS = """\
version: 1
peers: {archive: {address: "ARCHIVE@pacs.example.org:104", environment: production}}
scenarios:
  - id: keeps-what-it-is-sent
    peer: archive
    tags: [smoke]
    steps:
      - store: {generate: {modality: CT}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - find: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {count: 1}
  - id: has-a-study-of-nobody
    peer: archive
    steps: [{find: {level: STUDY, keys: {PatientID: NOBODY}}, expect: {count: 1}}]
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def yaml_block(comment: str) -> Any:
    (block,) = [block for block in blocks("yaml") if block.startswith(f"# {comment}\n")]
    return yaml.safe_load(block)


def with_of_the_action() -> dict[str, str]:
    """What the documented workflow gives to our action."""
    (step,) = [
        step for step in yaml_block(".github/workflows/dicom.yml")["jobs"]["dicom"]["steps"] if "OWNER" in step["uses"]
    ]
    given: dict[str, str] = step["with"]
    return given


def without_an_index(folder: Path) -> dict[str, str]:
    """An environment in which pip installs our wheel, and what that needs is found where the tests have it."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True, timeout=300)
    return {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_IGNORE_INSTALLED": "1",
        "PIP_FIND_LINKS": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": "",
    }


def scripts_of_others() -> dict[str, list[str]]:
    jenkins = re.findall(r"^ +sh '(.*)'$", blocks("groovy")[0], re.MULTILINE)
    return {"gitlab": yaml_block(".gitlab-ci.yml")["dicom"]["script"], "jenkins": jenkins}


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_the_action_and_the_scripts_run(tmp_path: Path) -> None:
    """In one test, as they share an Orthanc and a wheel."""
    environment = without_an_index(tmp_path / "wheels")
    # The environment that the action makes has our wheel alone.
    dependencies = {"PYTHONPATH": sysconfig.get_path("purelib")}
    workspace, temp = tmp_path / "workspace", tmp_path / "temp"
    (workspace / "scenarios").mkdir(parents=True)
    temp.mkdir()
    (workspace / "scenarios" / "archive.yaml").write_text(SCENARIOS, encoding="utf-8")
    with Peer(process="orthanc") as orthanc:
        peers = next(block for block in blocks("yaml") if block.startswith("# ci-peers.yaml"))
        assert "ORTHANC@localhost:4242" in peers
        (workspace / "ci-peers.yaml").write_text(peers.replace("ORTHANC@localhost:4242", str(orthanc.address)))

        inputs = {**with_of_the_action(), "requirement": "dicom-harness"}
        job = run_action(ROOT / "action.yml", inputs, workspace, temp, {**environment, **dependencies})
        assert (job.status, job.outputs) == (1, {"exit-status": "1"}), job.output
        assert job.summary.startswith("# 1 of 5 checks failed.")
        assert job.used["actions/upload-artifact@v4"]["path"] == "reports/ci"
        report = JUnitXml.fromfile(str(workspace / "reports" / "ci" / "junit.xml"))
        assert (report.tests, report.failures, report.errors) == (5, 1, 0)

        again = {**inputs, "options": f"{inputs['options']} --tag smoke", "report-dir": "out"}
        settings = {**environment, **dependencies}
        job = run_action(ROOT / "action.yml", again, workspace, temp, settings, done=("Install dicom-harness",))
        assert (job.status, job.outputs) == (0, {"exit-status": "0"}), job.output
        assert job.summary.startswith("# All 3 checks passed.")

        installed = {**environment, **dependencies, "PATH": f"{temp}/dicom-harness/bin:{environment['PATH']}"}
        for name, lines in scripts_of_others().items():
            # Jenkins' script makes an environment of its own, which costs seconds and was just shown to work.
            script = "\n".join(line.replace("python3 -m venv .dicom && .dicom/bin/pip", "pip") for line in lines)
            script = script.replace(".dicom/bin/", "").replace("reports/ci", f"reports/{name}")
            done = subprocess.run(
                ["bash", "-ec", script],
                cwd=workspace,
                env={**os.environ, **installed},
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 1, done.stdout + done.stderr
            assert JUnitXml.fromfile(str(workspace / "reports" / name / "junit.xml")).failures == 1


def test_the_page_has_every_input_and_output_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)) == set(action["inputs"])
    assert all(f"`{name}`" in PAGE for name in action["outputs"])
    assert all(entry["description"] for part in ("inputs", "outputs") for entry in action[part].values())


def test_the_hook_checks_what_it_is_given(tmp_path: Path) -> None:
    """As pre-commit calls it: the entry, with the files that were changed behind it."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (shown,) = yaml_block(".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert shown["id"] == hook["id"]
    good, bad = tmp_path / "scenarios" / "good.yaml", tmp_path / "scenarios" / "bad.yaml"
    good.parent.mkdir()
    good.write_text(SCENARIOS, encoding="utf-8")
    bad.write_text(SCENARIOS.replace("store:", "stroe:"), encoding="utf-8")
    assert all(re.search(pattern, "scenarios/good.yaml") for pattern in (hook["files"], shown["files"]))
    command = [sys.executable, "-c", "from harness.cli.start import main; main()", *hook["entry"].split()[1:]]
    done = subprocess.run([*command, good], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([*command, good, bad], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2
    assert "bad.yaml:8:9: unknown key `stroe`; did you mean `store`" in done.stderr
