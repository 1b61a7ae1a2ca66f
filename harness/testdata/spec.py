"""What to generate, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.standard.attributes import Attributes
from harness.standard.uids import EXPLICIT_VR_LE, GENERATED_UID_ROOT

PATIENT_NAME_MARK = "ZZ-SYNTHETIC"
PATIENT_ID_MARK = "ZZSYN-"
INSTITUTION = "DICOM HARNESS SYNTHETIC DATA"


@dataclass(frozen=True, slots=True)
class GenerateSpec:
    """Synthetic instances to make: `instances` per series, `series` per study, `studies` per patient.

    `rows` and `columns` are in pixels, from 1 to 65535. `attributes` sets further values by keyword, in every
    instance; several values are separated by a backslash, a sequence has items. Every UID is under `uid_root`.
    `scheduled` are identifiers of worklist items by keyword: attributes may have them, though they lack the marks of
    synthetic data.
    """

    modality: str = "CT"
    patients: int = 1
    studies: int = 1
    series: int = 1
    instances: int = 1
    transfer_syntax_uid: str = EXPLICIT_VR_LE
    rows: int = 64
    columns: int = 64
    attributes: Attributes = field(default_factory=dict)
    uid_root: str = GENERATED_UID_ROOT
    scheduled: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class GeneratedInstance:
    """One instance file that was made."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    series_instance_uid: str
    patient_id: str
