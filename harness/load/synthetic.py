"""Instances without end from one that was generated: the same but for the SOP Instance UID."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from math import ceil, sqrt
from pathlib import Path

from harness.services.part10 import FileMeta, read_file_meta
from harness.standard.uids import GENERATED_UID_ROOT

_BYTES_PER_PIXEL = 2
_LONGEST_SIDE = 4096


@dataclass(slots=True)
class SyntheticInstance:
    """A generated instance, taken apart at its SOP Instance UID. `drawn` others were made of it, by several threads."""

    path: Path
    sop_class_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    root: str
    number: int
    head: bytes
    tail: bytes
    drawn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def length(self) -> int:
        """Bytes of its data set."""
        return len(self.head) + len(self.root) + len(str(self.number)) + len(self.tail)

    def next(self) -> tuple[str, bytes]:
        """The UID and the data set of another instance."""
        with self._lock:
            index, self.drawn = self.drawn, self.drawn + 1
        uid = self._uid(index)
        return uid, b"".join((self.head, uid.encode(), self.tail))

    @property
    def first_uid(self) -> str:
        """The UID of the first that is drawn."""
        return self._uid(0)

    def _uid(self, index: int) -> str:
        """As many digits as before, so that no length in the data set changes."""
        width = len(str(self.number))
        least = 10 ** (width - 1)
        return f"{self.root}{least + (self.number - least + index) % (10**width - least)}"


def taken_apart(meta: FileMeta, study_instance_uid: str) -> SyntheticInstance:
    """A generated file to make others of. Raises ValueError where its UID is not found just once, OSError."""
    with meta.path.open("rb") as file:
        file.seek(meta.data_set_offset)
        data = file.read(meta.data_set_length)
    root, dot, last = meta.sop_instance_uid.rpartition(".")
    uid = meta.sop_instance_uid.encode()
    if data.count(uid) != 1:
        raise ValueError("an instance that names its SOP Instance UID more than once, or encoded, can't be varied")
    head, _, tail = data.partition(uid)
    return SyntheticInstance(
        meta.path,
        meta.sop_class_uid,
        meta.transfer_syntax_uid,
        study_instance_uid,
        root + dot,
        int(last),
        head,
        tail,
    )


def one_of_size(
    size: int,
    modality: str,
    transfer_syntax_uid: str,
    folder: Path,
    *,
    uid_root: str = GENERATED_UID_ROOT,
    seed: str | None = None,
) -> SyntheticInstance:
    """An instance with about `size` bytes of pixel data, to make others of.

    Raises ValueError for what cannot be made.
    """
    # Loaded when there is something to make.
    from harness.testdata.generator import generate
    from harness.testdata.spec import GenerateSpec

    columns = min(_LONGEST_SIDE, max(1, ceil(sqrt(size / _BYTES_PER_PIXEL))))
    rows = max(1, round(size / _BYTES_PER_PIXEL / columns))
    spec = GenerateSpec(
        modality=modality, transfer_syntax_uid=transfer_syntax_uid, rows=rows, columns=columns, uid_root=uid_root
    )
    (made,) = generate(spec, folder, seed)
    return taken_apart(read_file_meta(made.path), made.study_instance_uid)
