"""Synthetic instances for cases that write, and the studies that queries and retrieves ask about."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.engine.conform.model import Untestable
from harness.results.particulars import LeftBehind
from harness.services.part10 import read_file_meta
from harness.services.storage_scp import StorageSCP
from harness.standard.attributes import Attributes
from harness.standard.uids import IMPLICIT_VR_LE

PATIENTS, STUDIES, SERIES = 2, 3, 2
"""Of the studies that queries ask about: of each patient so many studies, of so many series, of one instance each."""

_SIZE = 16
"""Rows and columns of images, in pixels."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One synthetic instance; `data` is its data set as it goes on the wire."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    patient_id: str
    transfer_syntax_uid: str
    data: bytes = field(repr=False)


class Stock:
    """What one run makes and leaves behind. `close` takes its files away."""

    def __init__(self) -> None:
        self.left_behind: list[LeftBehind] = []
        self.archive: tuple[Instance, ...] | None = None
        """The studies that the peer was given to be asked about; None before."""
        self.listener: StorageSCP | None = None
        """Where the peer can send to; None when we do not listen."""
        self.unreachable: str | None = None
        """Why the peer does not send there, as a first attempt showed; empty when it does, None before."""
        self.transactions: set[str] = set()
        """The Transaction UIDs under which storage commitment was asked for."""
        self.unreported: str | None = None
        """Why a first request of storage commitment came to no report; empty when it did, None before."""
        self._folder: Path | None = None

    def make(
        self,
        modality: str = "CT",
        transfer_syntax_uid: str = IMPLICIT_VR_LE,
        *,
        patients: int = 1,
        studies: int = 1,
        series: int = 1,
        attributes: Attributes | None = None,
    ) -> Sequence[Instance]:
        """New instances, one in each series. Raises `Untestable` when they cannot be made here."""
        from harness.testdata.generator import generate
        from harness.testdata.spec import GenerateSpec

        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="dicom-harness-"))
        spec = GenerateSpec(
            modality,
            patients,
            studies,
            series,
            transfer_syntax_uid=transfer_syntax_uid,
            rows=_SIZE,
            columns=_SIZE,
            attributes=attributes or {},
        )
        try:
            made = generate(spec, self._folder / uuid.uuid4().hex)
        except ValueError as error:
            raise Untestable(f"the instance cannot be made: {error}") from None
        return [
            Instance(
                one.sop_class_uid,
                one.sop_instance_uid,
                one.series_instance_uid,
                one.study_instance_uid,
                one.patient_id,
                one.transfer_syntax_uid,
                one.path.read_bytes()[read_file_meta(one.path).data_set_offset :],
            )
            for one in made
        ]

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
