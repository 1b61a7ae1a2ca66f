"""What of a session talks to the same peer, and whether every peer that was given is known to somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from harness.pytest_plugin.items import ScenarioItem
from harness.pytest_plugin.session import given_peers, refuse, report_directory
from harness.scenario.load import known_names
from harness.scenario.problems import did_you_mean
from harness.standard.ae import AEAddress


def plan(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each item that talks to a peer its group for pytest-xdist, so that no two workers talk to the same peer.

    Raises pytest's UsageError for a peer that nobody knows: a mistyped name must not leave a run with the peer of the
    file, which may be another site's.
    """
    given = given_peers(config)
    _check_names(config, given, items)
    _check_stems(config, items)
    resources = {item: _resources(item, given) for item in items}
    groups = _joined(resources.values())
    for item, used in resources.items():
        if used and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(groups[used[0]]))


def keep_groups(items: Iterable[pytest.Item]) -> None:
    """Have `--dist loadgroup` work where it does not: pytest 9.2 takes no notice of the ids that pytest-xdist 3.8 sets.

    Items that talk to no peer are left as they are.
    """
    for item in items:
        grouped = vars(item).get("_nodeid")
        structured = getattr(item, "_id", None)
        if grouped and structured is not None and _is_ours(item) and item.nodeid != grouped:
            item._id = structured.parse(grouped)


def _is_ours(item: pytest.Item) -> bool:
    return isinstance(item, ScenarioItem) or "dicom_peer" in _fixtures(item)


def _resources(item: pytest.Item, given: Mapping[str, AEAddress]) -> list[str]:
    """What an item has for itself while it runs: its file with the peers and ports of that, and addresses of others."""
    if isinstance(item, ScenarioItem):
        return [item.collector.nodeid, *map(_place, item.addresses)]
    return [_place(given[name]) for name in _named(item, given) if name in given]


def _place(address: AEAddress) -> str:
    return f"{address.host}:{address.port}"


def _named(item: pytest.Item, given: Iterable[str]) -> list[str]:
    """The peers that a test asks for: by its marker, or whichever there is."""
    named = [str(name) for marker in item.iter_markers("dicom_peer") for name in marker.args]
    return named or (list(given) if "dicom_peer" in _fixtures(item) else [])


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())


def _check_names(config: pytest.Config, given: Mapping[str, AEAddress], items: Iterable[pytest.Item]) -> None:
    documents = {item.collector: item.collector.document for item in items if isinstance(item, ScenarioItem)}
    known = {name for document in documents.values() for name in known_names(document)}
    # Whatever the fixture is given is right for it; but a file must not be run with a peer that nobody meant.
    files = documents or any("harness_run" in _fixtures(item) for item in items)
    known |= {name for item in items for name in _named(item, () if files else given)}
    for name in given:
        if name not in known:
            text = (
                f"--dicom-peer {name}: no scenario file that was collected has or uses a peer `{name}`, and no test "
                f"has the marker dicom_peer({name!r}), which says that it is meant{did_you_mean(name, known)}"
            )
            refuse(config, text)


def _check_stems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """With reports, the ids of checks have to differ; they begin with the name of the file."""
    if report_directory(config) is None:
        return
    by_stem: dict[str, Path] = {}
    for path in dict.fromkeys(item.path for item in items if isinstance(item, ScenarioItem)):
        other = by_stem.setdefault(path.stem, path)
        if other is not path:
            text = (
                f"--dicom-report-dir: {other} and {path} have the same name, with which the ids of their checks begin"
            )
            refuse(config, text)


def _joined(resources: Iterable[list[str]]) -> dict[str, str]:
    """The group of each resource: what one item uses together is one group."""
    groups: dict[str, list[str]] = {}
    for used in resources:
        members = list(dict.fromkeys(member for resource in used for member in groups.get(resource, [resource])))
        for member in members:
            groups[member] = members
    return {resource: members[0] for resource, members in groups.items()}
