"""An installed wheel works without the repository: what the code reads ships with it, and nothing else does."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    command = [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    installed = folder / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    return installed


def run(installed: Path, folder: Path, code: str) -> str:
    """Python with the wheel instead of the repository, in an empty folder."""
    begin = f"import sys; sys.path.insert(0, {str(installed)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_holds_the_package_alone(installed: Path) -> None:
    names = {path.name for path in installed.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"harness"}
    assert (installed / "harness" / "py.typed").is_file()


def test_recipes_find_their_dockerfiles(installed: Path, tmp_path: Path) -> None:
    code = "from harness.peers.resources import resource\nprint(resource('docker', {!r}))"
    recipes = sorted(path.parent.name for path in (ROOT / "docker").glob("*/Dockerfile"))
    assert recipes
    for recipe in recipes:
        found = Path(run(installed, tmp_path, code.format(recipe)).strip())
        assert found.is_relative_to(installed)
        assert (found / "Dockerfile").read_text() == (ROOT / "docker" / recipe / "Dockerfile").read_text()


def test_the_quickstart_passes_and_is_reported(installed: Path, tmp_path: Path) -> None:
    code = (
        "from harness.peers.resources import resource\n"
        "sys.argv = ['dicom-harness', 'run', str(resource('scenarios', 'quickstart.yaml')), '--report-dir', 'r']\n"
        "import harness; print(harness.__file__)\n"
        "from harness.cli.start import main; main()\n"
    )
    printed = run(installed, tmp_path, code)
    assert printed.startswith(str(installed))
    assert "Exit status 0" in printed
    reports = {path.name for path in (tmp_path / "r").iterdir()}
    assert {"results.json", "junit.xml", "report.html", "summary.md"} <= reports


def test_scenario_files_are_tests_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    """By the entry point alone: nobody has to name the plugin."""
    code = (
        "from harness.peers.resources import resource\n"
        "import pytest\n"
        "path = resource('scenarios', 'quickstart.yaml')\n"
        "raise SystemExit(pytest.main(['-p', 'no:cacheprovider', '-q', '--strict-markers', str(path)]))\n"
    )
    assert "6 passed" in run(installed, tmp_path, code)
