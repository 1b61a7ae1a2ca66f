"""Matches of a query, and instances that arrived, as the person who asked for them wants to see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.checks.files import why_not_stored
from harness.checks.values import value_of
from harness.observe.data_set import silence_pydicom
from harness.observe.outcomes import Match, ReceivedInstance, StoreObservation
from harness.standard.status import is_stored
from harness.standard.uids import uid_name

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

LARGEST_INLINE = 1024
"""Bytes of a binary value that DICOM JSON holds itself; larger ones are where the file is."""

_UNDECODABLE = "(cannot be decoded)"

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""The heads of the columns, and the rows."""


def match_table(matches: Sequence[Match], paths: Sequence[tuple[str, ...]]) -> Table:
    """A row for each match: the values at the paths that were asked for; without paths, all that there is."""
    paths = paths or _present(matches)
    names = [path[-1] for path in paths]
    heads = [".".join(path) if names.count(path[-1]) > 1 else path[-1] for path in paths]
    return heads, [[_value_at(match, path) for path in paths] for match in matches]


def _present(matches: Sequence[Match]) -> list[tuple[str, ...]]:
    found: dict[str, None] = {}
    for match in matches:
        found.update(dict.fromkeys(match.dataset.dir()))
    return [(keyword,) for keyword in found]


def _value_at(match: Match, path: Sequence[str]) -> str:
    """The value at a path; of a sequence the number of its items, and inside it the values of all of them."""
    return _UNDECODABLE if match.problem else " | ".join(_values(match.dataset, path))


def _values(data_set: Dataset, path: Sequence[str]) -> list[str]:
    keyword, *inside = path
    if keyword not in data_set:
        return []
    element = data_set[keyword]
    if element.VR == "SQ":
        items = element.value or []
        return [text for item in items for text in _values(item, inside)] if inside else [f"{len(items)} items"]
    return [value_of(data_set, keyword)[0]]


def matches_json(matches: Iterable[Match]) -> str:
    """The matches in the DICOM JSON model (PS3.18 F.2): an array, also of none; one that cannot be read is empty."""
    return _array(_plain(match.dataset) for match in matches)


def received_table(received: Sequence[ReceivedInstance], kept: Sequence[Path]) -> Table:
    """A row for each instance that arrived, with the file in which it is kept."""
    heads = ["SOPClass", "SOPInstanceUID", "TransferSyntax", *(["File"] if kept else [])]
    rows = [[uid_name(one.sop_class_uid), one.sop_instance_uid, uid_name(one.transfer_syntax_uid)] for one in received]
    return heads, [row + [str(path)] for row, path in zip(rows, kept, strict=True)] if kept else rows


def received_json(received: Sequence[ReceivedInstance], kept: Sequence[Path]) -> str:
    """What arrived in the DICOM JSON model; large binary values are named by the file in which they are kept."""
    silence_pydicom()
    return _array(
        _instance_json(instance, kept[index].resolve().as_uri() if kept else "")
        for index, instance in enumerate(received)
    )


def _instance_json(instance: ReceivedInstance, where: str) -> dict[str, Any]:
    """An instance without its large values; of one that cannot be decoded, what the request said of it."""
    from pydicom import dcmread
    from pydicom.dataset import Dataset

    said = Dataset()
    said.SOPClassUID, said.SOPInstanceUID = instance.sop_class_uid, instance.sop_instance_uid
    try:
        return _plain(said) | _plain(dcmread(instance.path, defer_size=LARGEST_INLINE), where)
    except Exception:  # noqa: BLE001 - pydicom raises many kinds, and what a peer sends is never an exception
        return _plain(said)


def stored_json(observation: StoreObservation) -> str:
    """What became of each file: an array of objects, also of those that were not sent."""
    sent = (
        {
            "file": str(instance.source),
            "sop_class_uid": instance.sop_class_uid,
            "sop_instance_uid": instance.sop_instance_uid,
            "transfer_syntax_uid": instance.transfer_syntax_uid,
            "status": None if instance.status is None else f"{instance.status:04X}",
            "stored": is_stored(instance.status),
            "reason": why_not_stored(instance),
        }
        for instance in observation.instances
    )
    unsent = (
        {"file": str(file.path), "status": None, "stored": False, "reason": file.reason}
        for file in (*observation.refused, *observation.passed_over)
    )
    return _array((*sent, *unsent))


def _plain(data_set: Dataset, where: str = "") -> dict[str, Any]:
    def elsewhere(element: DataElement) -> str:
        return where

    plain: dict[str, Any] = data_set.to_json_dict(
        bulk_data_threshold=LARGEST_INLINE, bulk_data_element_handler=elsewhere, suppress_invalid_tags=True
    )
    return plain


def _array(found: Iterable[dict[str, Any]]) -> str:
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in found)
    return f"[\n{lines}\n]" if lines else "[]"
