"""The attributes that the reference SCP indexes, per level of the hierarchy (PS3.4 C.6.1.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indexed:
    """An attribute that can be matched and returned. `level` is the level it belongs to."""

    keyword: str
    tag: int
    vr: str
    level: str


_ROWS = (
    ("PATIENT", "PatientName", 0x00100010, "PN"),
    ("PATIENT", "PatientID", 0x00100020, "LO"),
    ("PATIENT", "IssuerOfPatientID", 0x00100021, "LO"),
    ("PATIENT", "PatientBirthDate", 0x00100030, "DA"),
    ("PATIENT", "PatientSex", 0x00100040, "CS"),
    ("STUDY", "StudyDate", 0x00080020, "DA"),
    ("STUDY", "StudyTime", 0x00080030, "TM"),
    ("STUDY", "AccessionNumber", 0x00080050, "SH"),
    ("STUDY", "ReferringPhysicianName", 0x00080090, "PN"),
    ("STUDY", "StudyDescription", 0x00081030, "LO"),
    ("STUDY", "StudyInstanceUID", 0x0020000D, "UI"),
    ("STUDY", "StudyID", 0x00200010, "SH"),
    ("SERIES", "Modality", 0x00080060, "CS"),
    ("SERIES", "SeriesDate", 0x00080021, "DA"),
    ("SERIES", "SeriesTime", 0x00080031, "TM"),
    ("SERIES", "SeriesDescription", 0x0008103E, "LO"),
    ("SERIES", "BodyPartExamined", 0x00180015, "CS"),
    ("SERIES", "SeriesInstanceUID", 0x0020000E, "UI"),
    ("SERIES", "SeriesNumber", 0x00200011, "IS"),
    ("IMAGE", "SOPClassUID", 0x00080016, "UI"),
    ("IMAGE", "SOPInstanceUID", 0x00080018, "UI"),
    ("IMAGE", "ContentDate", 0x00080023, "DA"),
    ("IMAGE", "ContentTime", 0x00080033, "TM"),
    ("IMAGE", "InstanceNumber", 0x00200013, "IS"),
    ("IMAGE", "NumberOfFrames", 0x00280008, "IS"),
    ("IMAGE", "Rows", 0x00280010, "US"),
    ("IMAGE", "Columns", 0x00280011, "US"),
    ("IMAGE", "BitsAllocated", 0x00280100, "US"),
)

INDEXED: dict[int, Indexed] = {tag: Indexed(keyword, tag, vr, level) for level, keyword, tag, vr in _ROWS}

DATES_WITH_TIMES = ((0x00080020, 0x00080030), (0x00080021, 0x00080031), (0x00080023, 0x00080033))
"""The tags of the dates that have a time beside them."""

_COMPUTED_ROWS = (
    ("PATIENT", "NumberOfPatientRelatedStudies", 0x00201200, "IS"),
    ("PATIENT", "NumberOfPatientRelatedSeries", 0x00201202, "IS"),
    ("PATIENT", "NumberOfPatientRelatedInstances", 0x00201204, "IS"),
    ("STUDY", "ModalitiesInStudy", 0x00080061, "CS"),
    ("STUDY", "SOPClassesInStudy", 0x00080062, "UI"),
    ("STUDY", "NumberOfStudyRelatedSeries", 0x00201206, "IS"),
    ("STUDY", "NumberOfStudyRelatedInstances", 0x00201208, "IS"),
    ("SERIES", "NumberOfSeriesRelatedInstances", 0x00201209, "IS"),
)

COMPUTED: dict[int, Indexed] = {tag: Indexed(keyword, tag, vr, level) for level, keyword, tag, vr in _COMPUTED_ROWS}
"""Attributes that are counted or collected when asked for (PS3.4 C.3.4)."""

LEVELS = ("PATIENT", "STUDY", "SERIES", "IMAGE")

NON_PATIENT_CLASSES = frozenset(
    (
        "1.2.840.10008.5.1.4.38.1",  # Hanging Protocol
        "1.2.840.10008.5.1.4.39.1",  # Color Palette
        "1.2.840.10008.5.1.4.43.1",  # Generic Implant Template
        "1.2.840.10008.5.1.4.44.1",  # Implant Assembly Template
        "1.2.840.10008.5.1.4.45.1",  # Implant Template Group
        "1.2.840.10008.5.1.4.1.1.200.1",  # CT Defined Procedure Protocol
        "1.2.840.10008.5.1.4.1.1.200.3",  # Protocol Approval
        "1.2.840.10008.5.1.4.1.1.200.7",  # XA Defined Procedure Protocol
        "1.2.840.10008.5.1.4.1.1.201.1",  # Inventory
    )
)
"""SOP classes whose instances belong to no patient, study and series (PS3.4 GG.3): stored, but no query finds them."""
