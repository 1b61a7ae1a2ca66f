"""Ultrasound, nuclear medicine and Secondary Capture (PS3.3 A.6, A.7, A.5, A.8)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.standard.images import Image
from harness.testdata.templates.base import GRAY_8, Template, code

_US: Attributes = {
    "Modality": "US",
    "ImageType": "ORIGINAL\\PRIMARY",
    "PatientOrientation": "",
    "BodyPartExamined": "ABDOMEN",
    "BurnedInAnnotation": "NO",
}
_CINE: Attributes = {**_US, "FrameTime": "40", "FrameIncrementPointer": "FrameTime", "LossyImageCompression": "00"}
_NM: Attributes = {
    "Modality": "NM",
    "ImageType": "ORIGINAL\\PRIMARY\\STATIC\\EMISSION",
    "PatientOrientationCodeSequence": [
        {
            **code("102538003", "SCT", "recumbent"),
            "PatientOrientationModifierCodeSequence": [code("40199007", "SCT", "supine")],
        }
    ],
    "PatientGantryRelationshipCodeSequence": [code("102540008", "SCT", "headfirst")],
    "BodyPartExamined": "CHEST",
    "BurnedInAnnotation": "NO",
    "PixelSpacing": "4\\4",
    "FrameIncrementPointer": "EnergyWindowVector\\DetectorVector",
    "EnergyWindowVector": "1\\1",
    "NumberOfEnergyWindows": "1",
    "DetectorVector": "1\\2",
    "NumberOfDetectors": "2",
    "ActualFrameDuration": "60000",
    "CountsAccumulated": "100000",
    "EnergyWindowInformationSequence": [
        {"EnergyWindowRangeSequence": [{"EnergyWindowLowerLimit": "126", "EnergyWindowUpperLimit": "154"}]}
    ],
    "RadiopharmaceuticalInformationSequence": [
        {
            "RadionuclideCodeSequence": [code("72454003", "SCT", "^99m^Technetium")],
            "RadiopharmaceuticalRoute": "",
            "RadiopharmaceuticalStartTime": "",
            "RadionuclideTotalDose": "",
            "Radiopharmaceutical": "",
        }
    ],
    "DetectorInformationSequence": [
        {
            "CollimatorType": "PARA",
            "ImageOrientationPatient": "1\\0\\0\\0\\0\\-1",
            "ImagePositionPatient": "0\\0\\0",
        },
        {
            "CollimatorType": "PARA",
            "ImageOrientationPatient": "-1\\0\\0\\0\\0\\-1",
            "ImagePositionPatient": "0\\0\\0",
        },
    ],
}
_SC: Attributes = {
    "Modality": "OT",
    "ImageType": "DERIVED\\SECONDARY",
    "ConversionType": "SYN",
    "PatientOrientation": "",
    "BodyPartExamined": "CHEST",
    "BurnedInAnnotation": "NO",
}

FRAMES = {
    "US": Template("1.2.840.10008.5.1.4.1.1.6.1", _US, GRAY_8),
    "US-MULTIFRAME": Template("1.2.840.10008.5.1.4.1.1.3.1", _CINE, Image(8, 8, frames=3)),
    "NM": Template("1.2.840.10008.5.1.4.1.1.20", _NM, Image(16, 16, frames=2)),
    "SC": Template("1.2.840.10008.5.1.4.1.1.7", _SC, GRAY_8),
}
