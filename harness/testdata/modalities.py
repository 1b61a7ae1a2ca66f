"""What the instances of a modality have beyond the common modules (PS3.3 Annex A), as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModalityTemplate:
    """SOP class, pixel depth and the attributes of the modality's own modules (values as text, by keyword)."""

    sop_class_uid: str
    bits: int
    attributes: Mapping[str, str]


_FRAME = {
    "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
    "PixelSpacing": "0.5\\0.5",
    "SliceThickness": "1",
    "PositionReferenceIndicator": "",
}
_PROJECTION = {"BodyPartExamined": "CHEST", "ViewPosition": "PA"}

TEMPLATES: dict[str, ModalityTemplate] = {
    "CT": ModalityTemplate(
        "1.2.840.10008.5.1.4.1.1.2",
        16,
        {
            "ImageType": "ORIGINAL\\PRIMARY\\AXIAL",
            "KVP": "120",
            "RescaleIntercept": "-1024",
            "RescaleSlope": "1",
            "PatientPosition": "HFS",
            **_FRAME,
        },
    ),
    "MR": ModalityTemplate(
        "1.2.840.10008.5.1.4.1.1.4",
        16,
        {
            "ImageType": "ORIGINAL\\PRIMARY\\OTHER",
            "ScanningSequence": "SE",
            "SequenceVariant": "NONE",
            "ScanOptions": "",
            "MRAcquisitionType": "2D",
            "RepetitionTime": "500",
            "EchoTime": "20",
            "EchoTrainLength": "1",
            "PatientPosition": "HFS",
            **_FRAME,
        },
    ),
    "CR": ModalityTemplate(
        "1.2.840.10008.5.1.4.1.1.1", 16, {"ImageType": "ORIGINAL\\PRIMARY", "PatientOrientation": "L\\F", **_PROJECTION}
    ),
    "US": ModalityTemplate(
        "1.2.840.10008.5.1.4.1.1.6.1", 8, {"ImageType": "ORIGINAL\\PRIMARY", "PatientOrientation": ""}
    ),
    "SC": ModalityTemplate(
        "1.2.840.10008.5.1.4.1.1.7", 8, {"ConversionType": "SYN", "PatientOrientation": "", "Modality": "OT"}
    ),
}
