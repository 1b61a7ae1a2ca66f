"""Projection radiography and angiography: CR, DX, MG, XA (PS3.3 A.2, A.26, A.27, A.14)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.testdata.templates.base import BREAST, CHEST, GRAY_8, GRAY_12, Template, code

_CR: Attributes = {
    "Modality": "CR",
    "ImageType": "ORIGINAL\\PRIMARY",
    "PatientOrientation": "L\\F",
    "BodyPartExamined": "CHEST",
    "ViewPosition": "PA",
    "BurnedInAnnotation": "NO",
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
    "BurnedInAnnotation": "NO",
}
_DX: Attributes = {
    **_DIGITAL_X_RAY,
    "Modality": "DX",
    "PatientOrientation": "L\\F",
    "BodyPartExamined": "CHEST",
    "ImageLaterality": "U",
    "AnatomicRegionSequence": [CHEST],
    "ViewPosition": "PA",
    "ViewCodeSequence": [code("272479007", "SCT", "postero-anterior")],
    "PositionerType": "NONE",
}
_MG: Attributes = {
    **_DIGITAL_X_RAY,
    "Modality": "MG",
    "PatientOrientation": "P\\L",
    "BodyPartExamined": "BREAST",
    "ImageLaterality": "R",
    "AnatomicRegionSequence": [BREAST],
    "PositionerType": "MAMMOGRAPHIC",
    "OrganExposed": "BREAST",
    "ViewCodeSequence": [{**code("399162004", "SCT", "cranio-caudal"), "ViewModifierCodeSequence": ()}],
}
_XA: Attributes = {
    "Modality": "XA",
    "ImageType": "ORIGINAL\\PRIMARY\\SINGLE PLANE",
    "PatientOrientation": "L\\F",
    "PixelIntensityRelationship": "LIN",
    "KVP": "80",
    "RadiationSetting": "GR",
    "XRayTubeCurrent": "100",
    "ExposureTime": "10",
    "PositionerMotion": "STATIC",
    "PositionerPrimaryAngle": "0",
    "PositionerSecondaryAngle": "0",
    "BodyPartExamined": "HEART",
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
}

PROJECTIONS = {
    "CR": Template("1.2.840.10008.5.1.4.1.1.1", _CR, GRAY_12),
    "DX": Template("1.2.840.10008.5.1.4.1.1.1.1", _DX, GRAY_12),
    "MG": Template("1.2.840.10008.5.1.4.1.1.1.2", _MG, GRAY_12),
    "XA": Template("1.2.840.10008.5.1.4.1.1.12.1", _XA, GRAY_8),
}
