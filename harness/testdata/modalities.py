"""What the instances of a modality have beyond the common modules (PS3.3 Annex A), as data."""

from __future__ import annotations

from dataclasses import dataclass

from harness.standard.attributes import Attributes


@dataclass(frozen=True, slots=True)
class ModalityTemplate:
    """SOP class, bits allocated and stored for a pixel, and the attributes of the modality's own modules by keyword.

    `frame_of_reference` is True for images that have a place in space.
    """

    sop_class_uid: str
    bits: int
    bits_stored: int
    frame_of_reference: bool
    attributes: Attributes


def _code(value: str, scheme: str, meaning: str) -> Attributes:
    return {"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning}


_SLICE: Attributes = {
    "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
    "PixelSpacing": "0.5\\0.5",
    "SliceThickness": "1",
    "PatientPosition": "HFS",
    "BodyPartExamined": "CHEST",
}
_CT: Attributes = {
    **_SLICE,
    "ImageType": "ORIGINAL\\PRIMARY\\AXIAL",
    "KVP": "120",
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
}
_MR: Attributes = {
    **_SLICE,
    "ImageType": "ORIGINAL\\PRIMARY\\OTHER",
    "ScanningSequence": "SE",
    "SequenceVariant": "NONE",
    "ScanOptions": "",
    "MRAcquisitionType": "2D",
    "RepetitionTime": "500",
    "EchoTime": "20",
    "EchoTrainLength": "1",
}
_CR: Attributes = {
    "ImageType": "ORIGINAL\\PRIMARY",
    "PatientOrientation": "L\\F",
    "BodyPartExamined": "CHEST",
    "ViewPosition": "PA",
}
_US: Attributes = {"ImageType": "ORIGINAL\\PRIMARY", "PatientOrientation": "", "BodyPartExamined": "ABDOMEN"}
_SC: Attributes = {
    "ImageType": "DERIVED\\SECONDARY",
    "ConversionType": "SYN",
    "PatientOrientation": "",
    "BodyPartExamined": "CHEST",
    "Modality": "OT",
}
_DIGITAL_X_RAY: Attributes = {
    "ImageType": "ORIGINAL\\PRIMARY",
    "PresentationIntentType": "FOR PRESENTATION",
    "PixelIntensityRelationship": "LOG",
    "PixelIntensityRelationshipSign": "-1",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "US",
    "PresentationLUTShape": "IDENTITY",
    "LossyImageCompression": "00",
    "WindowCenter": "2048",
    "WindowWidth": "4096",
    "DetectorType": "DIRECT",
    "ImagerPixelSpacing": "0.1\\0.1",
    "AcquisitionContextSequence": (),
}
_DX: Attributes = {
    **_DIGITAL_X_RAY,
    "PatientOrientation": "L\\F",
    "BodyPartExamined": "CHEST",
    "ImageLaterality": "U",
    "AnatomicRegionSequence": (_code("816094009", "SCT", "Chest"),),
    "ViewPosition": "PA",
    "ViewCodeSequence": (_code("272479007", "SCT", "postero-anterior"),),
    "PositionerType": "NONE",
}
_MG: Attributes = {
    **_DIGITAL_X_RAY,
    "PatientOrientation": "P\\L",
    "BodyPartExamined": "BREAST",
    "ImageLaterality": "R",
    "AnatomicRegionSequence": (_code("76752008", "SCT", "Breast"),),
    "PositionerType": "MAMMOGRAPHIC",
    "OrganExposed": "BREAST",
    "ViewCodeSequence": ({**_code("399162004", "SCT", "cranio-caudal"), "ViewModifierCodeSequence": ()},),
}

TEMPLATES: dict[str, ModalityTemplate] = {
    "CT": ModalityTemplate("1.2.840.10008.5.1.4.1.1.2", 16, 12, True, _CT),
    "MR": ModalityTemplate("1.2.840.10008.5.1.4.1.1.4", 16, 12, True, _MR),
    "CR": ModalityTemplate("1.2.840.10008.5.1.4.1.1.1", 16, 12, False, _CR),
    "DX": ModalityTemplate("1.2.840.10008.5.1.4.1.1.1.1", 16, 12, False, _DX),
    "MG": ModalityTemplate("1.2.840.10008.5.1.4.1.1.1.2", 16, 12, False, _MG),
    "US": ModalityTemplate("1.2.840.10008.5.1.4.1.1.6.1", 8, 8, False, _US),
    "SC": ModalityTemplate("1.2.840.10008.5.1.4.1.1.7", 8, 8, False, _SC),
}
