"""Which of the given files and folders can be sent by C-STORE, and why the others cannot, before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.services.element_text import character_sets, element_text
from harness.services.elements import LAST_TAG, Element, Truncated, Undecodable, is_deflated, read_elements
from harness.services.part10 import FileMeta, NotSendable, Unsendable, find_files, read_file_meta

_CHARACTER_SET = 0x00080005
_PATIENT_ID = 0x00100020
_STUDY = 0x0020000D
_SERIES = 0x0020000E
_WANTED = frozenset((_CHARACTER_SET, _PATIENT_ID, _STUDY, _SERIES))


@dataclass(frozen=True, slots=True)
class Identity:
    """To what an instance belongs; empty where its data set does not say."""

    study_instance_uid: str = ""
    series_instance_uid: str = ""
    patient_id: str = ""


@dataclass(slots=True)
class Selection:
    """Files to send, with what they belong to; those that cannot be sent; and those that are passed over."""

    files: list[FileMeta] = field(default_factory=list)
    identities: dict[Path, Identity] = field(default_factory=dict)
    refused: list[NotSendable] = field(default_factory=list)
    passed_over: list[NotSendable] = field(default_factory=list)


def select_files(paths: Iterable[Path], skip: Collection[str] = (), *, truncated_too: bool = False) -> Selection:
    """Sort the files that `paths` name, and all in their folders.

    What is of a kind in `skip` is passed over, and so is a DICOMDIR in a folder: a medium has one, and it is no
    instance. A truncated file is to be sent with `truncated_too`. Values are never read, so neither the size of a
    file nor their number costs memory worth mentioning.
    """
    selection = Selection()
    for path, inside_folder in _files(paths):
        try:
            meta = read_file_meta(path)
            selection.identities[path] = _examined(meta, truncated_too)
        except NotSendable as problem:
            expected = problem.kind in skip or (inside_folder and problem.kind is Unsendable.DICOMDIR)
            (selection.passed_over if expected else selection.refused).append(problem)
        else:
            selection.files.append(meta)
    return selection


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        inside_folder = path.is_dir()
        for file in find_files((path,)):
            yield file, inside_folder


def _examined(meta: FileMeta, truncated_too: bool) -> Identity:
    """To what an instance belongs. Raises `NotSendable` for a file that ends within its data set.

    The headers of all elements are walked, but for deflated data sets, of which only the beginning is inflated. Other
    mistakes in a data set are for the peer to judge.
    """
    last = _SERIES if is_deflated(meta.transfer_syntax_uid) else LAST_TAG
    try:
        return _identity(_elements(meta, last))
    except Truncated as problem:
        if not truncated_too:
            raise NotSendable(meta.path, Unsendable.TRUNCATED, str(problem)) from None
    except Undecodable:
        pass
    except OSError as error:
        raise NotSendable(meta.path, Unsendable.UNREADABLE, error.strerror or "cannot be read") from None
    try:
        return _identity(_elements(meta, _SERIES))
    except (Undecodable, OSError):
        return Identity()


def _elements(meta: FileMeta, last: int) -> dict[int, Element]:
    with meta.path.open("rb", buffering=0) as file:
        file.seek(meta.data_set_offset)
        return read_elements(file, meta.transfer_syntax_uid, _WANTED, last)


def _identity(elements: dict[int, Element]) -> Identity:
    charsets = character_sets(elements.get(_CHARACTER_SET))
    study, series = (element_text(elements.get(tag), "UI", ()) for tag in (_STUDY, _SERIES))
    return Identity(study, series, element_text(elements.get(_PATIENT_ID), "LO", charsets))
