"""The pytest plugin: `pytest scenarios/` runs scenario files, and tests in Python get peers and runs as fixtures.

Only hooks stand here. Whatever costs time to import is imported when there is a scenario file, or a test asks for a
fixture: of other test suites nothing is changed, and they are not slowed down.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.options import CONCERNED, INI_PATTERNS, MARKERS, PATTERNS, add_options

if TYPE_CHECKING:
    from harness.api import Peer
    from harness.pytest_plugin.fixtures import HarnessRun
    from harness.pytest_plugin.items import ScenarioYaml


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run, with `dicom-` before their names."""
    parser.addini(INI_PATTERNS, "Patterns of names of scenario files; empty: none is collected.", "args", PATTERNS)
    add_options(parser.getgroup("dicom", "DICOM systems (dicom-harness)"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    for text in MARKERS:
        config.addinivalue_line("markers", text)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioYaml | None:
    """Collect YAML files that are scenario files."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    from harness.pytest_plugin.recognition import scenario_document

    document = scenario_document(file_path, parent.config)
    if document is None:
        return None
    from harness.pytest_plugin.items import ScenarioYaml

    parent.config.stash[CONCERNED] = True
    return ScenarioYaml.of(parent, path=file_path, document=document)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Keep together for pytest-xdist what talks to the same peer; refuse peers that nobody knows."""
    if not (CONCERNED in config.stash or config.getoption("dicom_peer")):
        return (yield)
    from harness.pytest_plugin.planning import keep_groups, plan

    plan(config, items)
    result = yield
    keep_groups(items)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What could not be tested is an error, not a failure."""
    report = yield
    if call.when == "call" and report.failed and item.get_closest_marker("dicom_scenario"):
        from harness.pytest_plugin.items import ScenarioFailed

        if call.excinfo is not None and not call.excinfo.errisinstance(ScenarioFailed):
            # pytest has no other way to say it: an error is what fails outside the call.
            report.when = "setup"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports, if they were asked for."""
    if CONCERNED in session.config.stash:
        from harness.pytest_plugin.session import write

        write(session.config)


@pytest.fixture
def dicom_peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """The peer of `--dicom-peer`; of several, the one that the marker `dicom_peer(name)` names. Skips without one."""
    from harness.pytest_plugin.fixtures import given_peer

    yield from given_peer(request)


@pytest.fixture
def reference_scp() -> Iterator[Peer]:
    """The bundled reference SCP, empty and running."""
    from harness.pytest_plugin.fixtures import started

    yield from started(reference={})


@pytest.fixture(scope="module")
def orthanc() -> Iterator[Peer]:
    """Orthanc, running for the tests of a module: the one that is installed here, else in a container."""
    from harness.pytest_plugin.fixtures import started_orthanc

    yield from started_orthanc()


@pytest.fixture(scope="module")
def dcmqrscp() -> Iterator[Peer]:
    """DCMTK's dcmqrscp as it is installed here, running for the tests of a module."""
    from harness.pytest_plugin.fixtures import started

    yield from started(process="dcmqrscp")


@pytest.fixture
def harness_run(request: pytest.FixtureRequest) -> HarnessRun:
    """Runs scenario files; the test fails where they do. See `harness.pytest_plugin.fixtures.HarnessRun`."""
    from harness.pytest_plugin.fixtures import HarnessRun

    return HarnessRun(request)


def pytest_report_header(config: pytest.Config) -> Any:
    """The peers that were given."""
    given = config.getoption("dicom_peer")
    return f"dicom peers: {', '.join(given)}" if given else None
