"""The items of the reference SCP's worklist: from values and files to data sets, each with one procedure step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.scenario.worklist_items import YAML_SUFFIXES, read_items
from harness.services.identifier import build_data_set, read_query
from harness.standard.attributes import Attributes
from harness.standard.uids import new_uid
from harness.standard.worklist import STEP_SEQUENCE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SUFFIXES = frozenset((".wl", ".dcm", *YAML_SUFFIXES))
"""What is taken from folders."""

_NEEDED = ("PatientName", "PatientID")
_NEEDED_OF_STEP = ("Modality", "ScheduledStationAETitle")


class UnusableItem(ValueError):
    """A worklist item that no worklist can have; `str()` says which, and what it lacks."""


def worklist_items(entries: Iterable[Path | Attributes]) -> tuple[Dataset, ...]:
    """The items of DICOM files, YAML files, folders of both, and values by attribute.

    An item with several Scheduled Procedure Steps becomes as many items. What a scheduling system would give an item
    by itself is filled in where it is missing: identifiers, and the date and time of now. Raises `UnusableItem` for
    an item that lacks another attribute of type 1 (PS3.4 Table K.6-1), and for files that cannot be read;
    `ScenarioError` for YAML files with mistakes.
    """
    items: list[Dataset] = []
    for name, item in _named(entries):
        steps = item.get(STEP_SEQUENCE) or []
        if not steps:
            raise UnusableItem(f"{name} has no {STEP_SEQUENCE}")
        for step in steps:
            items.append(_complete(name, item, step, len(items) + 1))
    return tuple(items)


def _named(entries: Iterable[Path | Attributes]) -> Iterator[tuple[str, Dataset]]:
    """Every data set, with what to call it in messages."""
    written = 0
    for entry in entries:
        if isinstance(entry, Path):
            for file in _files(entry):
                yield from _of_file(file)
            continue
        written += 1
        name = f"worklist item {written}"
        yield name, _of_values(name, entry)


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if not found:
        raise UnusableItem(f"the folder {path} has no worklist items: no file {', '.join(f'*{s}' for s in SUFFIXES)}")
    return found


def _of_file(path: Path) -> Iterator[tuple[str, Dataset]]:
    if path.suffix in YAML_SUFFIXES:
        for number, values in enumerate(read_items(path), start=1):
            name = f"{path}, item {number},"
            yield name, _of_values(name, values)
        return
    try:
        yield str(path), read_query(path)
    except ValueError as error:
        raise UnusableItem(str(error)) from None


def _of_values(name: str, values: Attributes) -> Dataset:
    try:
        return build_data_set(values)
    except ValueError as error:
        raise UnusableItem(f"{name}: {error}") from None


def _complete(name: str, item: Dataset, step: Dataset, number: int) -> Dataset:
    """An item of its own for a step. Raises `UnusableItem`."""
    from pydicom.dataset import Dataset

    complete, own_step = (Dataset({element.tag: element for element in of}) for of in (item, step))
    complete.add_new(item[STEP_SEQUENCE].tag, "SQ", [own_step])
    now = datetime.now()
    _fill(complete, StudyInstanceUID=new_uid(), RequestedProcedureID=f"RP{number}")
    _fill(
        own_step,
        ScheduledProcedureStepID=f"SPS{number}",
        ScheduledProcedureStepStartDate=f"{now:%Y%m%d}",
        ScheduledProcedureStepStartTime=f"{now:%H%M%S}",
    )
    missing = [keyword for keyword in _NEEDED if not complete.get(keyword)]
    missing += [keyword for keyword in _NEEDED_OF_STEP if not own_step.get(keyword)]
    if missing:
        raise UnusableItem(f"{name} lacks {', '.join(missing)} (PS3.4 Table K.6-1, type 1)")
    return complete


def _fill(data_set: Dataset, **values: str) -> None:
    for keyword, value in values.items():
        if not data_set.get(keyword):
            setattr(data_set, keyword, value)
