"""What `compare` is given: the folder or the `results.json` of a run, or what `probe --json` printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.results.capabilities import Capabilities
from harness.results.compare import Side, SideKind, side_of
from harness.results.store import moment_of, read_json, results_file, run_of
from harness.standard.negotiation import CONTEXT_RESULTS
from harness.standard.status import is_stored
from harness.standard.uids import uid_name

PROBE_SCHEMA = 1

_NOT_ITS_OWN = ("scp_roles", "asked_window", "identity_offered")
"""What is told elsewhere, or is ours and not the peer's."""


def load_side(path: Path) -> Side:
    """A run or a probe from a file or folder. Raises `UsageError`."""
    file = results_file(path)
    if not file.exists():
        holds_none = f"the folder {path} holds no {file.name}" if path.is_dir() else f"there is no file {path}"
        raise UsageError(f"{holds_none}; give the folder of a run, its results.json, or the output of `probe --json`")
    data = read_json(file)
    if isinstance(data, dict) and "sop_classes" in data:
        return _probe(data, file)
    return side_of(run_of(data, file))


def _probe(data: dict[str, Any], path: Path) -> Side:
    if data.get("schema") != PROBE_SCHEMA:
        raise UsageError(f"{path} is no probe of schema {PROBE_SCHEMA} (its schema: {data.get('schema')})")
    try:
        if data["ending"] is not None:
            raise UsageError(f"{path} is of a probe that could not ask the peer: {data['ending']['text']}")
        address = str(data["address"])
        peer = Capabilities(address, address, _contexts(data), _roles(data), _stored(data), _all_facts(data))
        return Side(SideKind.PROBE, address, moment_of(data["started"]), {address: peer})
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UsageError(f"{path} is not as `probe --json` writes it: {problem!r}") from problem


def _contexts(data: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The result of each pair by name; one that was not answered is not known."""
    return {
        (one["uid"], syntax): CONTEXT_RESULTS.get(result, str(result))
        for one in data["sop_classes"]
        for syntax, result in one["results"].items()
        if result is not None
    }


def _roles(data: dict[str, Any]) -> dict[str, bool]:
    return {one["uid"]: bool(one["scp_role"]) for one in data["sop_classes"]}


def _stored(data: dict[str, Any]) -> dict[tuple[str, str], bool]:
    """Of the objects that were sent, whether they were stored."""
    results = data.get("exercise", {}).get("results", ())
    return {(one["sop_class"], one["transfer_syntax"]): is_stored(one["status"]) for one in results if one["sent"]}


def _all_facts(data: dict[str, Any]) -> dict[str, str]:
    limits = data.get("limits", {})
    facts = dict(_facts(data["peer"]))
    if limits.get("at_once") is not None:
        facts["associations at once"] = str(limits["at_once"]["stood"])
    for which, answer in (limits.get("titles") or {}).items():
        facts[f"unknown {which} AE title"] = str(answer)
    return facts | dict(_habits(data.get("habits", {})))


def _habits(habits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How the peer chooses, and what it says to UIDs that mean nothing."""
    for most in habits.get("preferences", ())[:1]:
        order = ", then ".join(" or ".join(map(uid_name, tier)) for tier in most["tiers"])
        text = f"{most['choice']}: {order}" if order else most["choice"]
        yield "transfer syntax taken of several, for most SOP classes", text
    for what in ("SOP class", "transfer syntax"):
        result = habits.get(f"made_up_{what.replace(' ', '_').lower()}")
        if result is not None:
            yield f"made-up {what}", CONTEXT_RESULTS.get(result, str(result))


def _facts(peer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """All that the peer says of itself, whatever it is called, as labels and texts."""
    for name, value in peer.items():
        label = name.replace("_", " ")
        if name == "extended":
            yield from ((f"extended negotiation of {uid_name(uid)}", data) for uid, data in value.items())
        elif isinstance(value, dict):
            yield from ((f"{label}: {what}", text) for what, text in _facts(value))
        elif value is not None and name not in _NOT_ITS_OWN:
            yield label, str(value)
