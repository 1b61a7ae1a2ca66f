"""Segmentations: two frames of one binary segment (PS3.3 A.51)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.standard.images import Image
from harness.testdata.templates.base import FRAME_OF_REFERENCE, Template, code

_DIMENSIONS = "uid:dimension organization"


def _frame(number: int) -> Attributes:
    return {
        "FrameContentSequence": [{"DimensionIndexValues": f"1\\{number}"}],
        "PlanePositionSequence": [{"ImagePositionPatient": f"0\\0\\{number}"}],
        "SegmentIdentificationSequence": [{"ReferencedSegmentNumber": "1"}],
    }


_SEG: Attributes = {
    **FRAME_OF_REFERENCE,
    "Modality": "SEG",
    "ImageType": "DERIVED\\PRIMARY",
    "ManufacturerModelName": "dicom-harness",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "0",
    "ContentLabel": "SYNTHETIC",
    "ContentDescription": "",
    "ContentCreatorName": "",
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
    "SegmentationType": "BINARY",
    "SegmentSequence": [
        {
            "SegmentNumber": "1",
            "SegmentLabel": "Synthetic segment",
            "SegmentAlgorithmType": "MANUAL",
            "SegmentedPropertyCategoryCodeSequence": [code("123037004", "SCT", "Anatomical Structure")],
            "SegmentedPropertyTypeCodeSequence": [code("39607008", "SCT", "Lung")],
        }
    ],
    "DimensionOrganizationSequence": [{"DimensionOrganizationUID": _DIMENSIONS}],
    "DimensionIndexSequence": [
        {
            "DimensionOrganizationUID": _DIMENSIONS,
            "DimensionIndexPointer": "ReferencedSegmentNumber",
            "FunctionalGroupPointer": "SegmentIdentificationSequence",
        },
        {
            "DimensionOrganizationUID": _DIMENSIONS,
            "DimensionIndexPointer": "ImagePositionPatient",
            "FunctionalGroupPointer": "PlanePositionSequence",
        },
    ],
    "SharedFunctionalGroupsSequence": [
        {
            "PixelMeasuresSequence": [{"PixelSpacing": "0.5\\0.5", "SliceThickness": "1", "SpacingBetweenSlices": "1"}],
            "PlaneOrientationSequence": [{"ImageOrientationPatient": "1\\0\\0\\0\\1\\0"}],
        }
    ],
    "PerFrameFunctionalGroupsSequence": [_frame(1), _frame(2)],
}

SEGMENTATIONS = {"SEG": Template("1.2.840.10008.5.1.4.1.1.66.4", _SEG, Image(1, 1, frames=2))}
