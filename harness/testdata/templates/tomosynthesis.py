"""Breast tomosynthesis: two reconstructed slices (PS3.3 A.55)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.standard.images import Image
from harness.testdata.templates.base import BREAST, FRAME_OF_REFERENCE, Template, code

_DIMENSIONS = "uid:dimension organization"


def _slice(number: int) -> Attributes:
    return {
        "FrameContentSequence": [
            {
                "StackID": "1",
                "InStackPositionNumber": str(number),
                "DimensionIndexValues": f"1\\{number}",
            }
        ],
        "PlanePositionSequence": [{"ImagePositionPatient": f"0\\0\\{number}"}],
        "XRay3DFrameTypeSequence": [
            {
                "FrameType": "DERIVED\\PRIMARY\\TOMOSYNTHESIS\\NONE",
                "PixelPresentation": "MONOCHROME",
                "VolumetricProperties": "VOLUME",
                "VolumeBasedCalculationTechnique": "TOMOSYNTHESIS",
                "ReconstructionIndex": "1",
            }
        ],
    }


_DETECTOR: Attributes = {
    "DetectorType": "DIRECT",
    "DetectorID": "0",
    "DateOfLastDetectorCalibration": "{date}",
    "TimeOfLastDetectorCalibration": "110000",
    "DetectorElementSpacing": "0.1\\0.1",
}
_ACQUISITION: Attributes = {
    "FieldOfViewShape": "RECTANGLE",
    "FieldOfViewDimensionsInFloat": "240\\300",
    "FieldOfViewOrigin": "0\\0",
    "FieldOfViewRotation": "0",
    "FieldOfViewHorizontalFlip": "NO",
    "XRayReceptorType": "DIGITAL_DETECTOR",
    "KVP": "30",
    "XRayTubeCurrentInmA": "100",
    "ExposureTimeInms": "1000",
    "ExposureInmAs": "100",
    "DistanceSourceToDetector": "660",
    "DistanceSourceToPatient": "600",
    "EstimatedRadiographicMagnificationFactor": "1.1",
    "AnodeTargetMaterial": "TUNGSTEN",
    "BodyPartThickness": "50",
    "ExposureControlMode": "MANUAL",
    "ExposureControlModeDescription": "synthetic",
    "HalfValueLayer": "0.5",
    "FocalSpots": "0.3",
    "DetectorTemperature": "25",
    "FilterType": "FLAT",
    "FilterMaterial": "RHODIUM",
    "FilterThicknessMinimum": "0.05",
    "FilterThicknessMaximum": "0.05",
    "CompressionForce": "100",
    "PaddleDescription": "synthetic",
    "PrimaryPositionerScanArc": "15",
    "PrimaryPositionerScanStartAngle": "-7.5",
    "PrimaryPositionerIncrement": "1",
    "SecondaryPositionerScanArc": "0",
    "SecondaryPositionerScanStartAngle": "0",
    "SecondaryPositionerIncrement": "0",
    "PerProjectionAcquisitionSequence": [
        {
            "PositionerPrimaryAngle": "0",
            "PositionerSecondaryAngle": "0",
            "ExposureTimeInms": "1000",
            "ExposureInmAs": "100",
            "XRayTubeCurrentInmA": "100",
            "RelativeXRayExposure": "100",
        }
    ],
}
_TOMOSYNTHESIS: Attributes = {
    **FRAME_OF_REFERENCE,
    "Modality": "MG",
    "ImageType": "DERIVED\\PRIMARY\\TOMOSYNTHESIS\\NONE",
    "ManufacturerModelName": "dicom-harness",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "0",
    "AcquisitionContextSequence": (),
    "VolumetricProperties": "VOLUME",
    "VolumeBasedCalculationTechnique": "TOMOSYNTHESIS",
    "ContentQualification": "RESEARCH",
    "PixelPresentation": "MONOCHROME",
    "BodyPartExamined": "BREAST",
    "BreastImplantPresent": "NO",
    "ViewCodeSequence": [{**code("399162004", "SCT", "cranio-caudal"), "ViewModifierCodeSequence": ()}],
    "PresentationLUTShape": "IDENTITY",
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
    "DimensionOrganizationSequence": [{"DimensionOrganizationUID": _DIMENSIONS}],
    "DimensionIndexSequence": [
        {
            "DimensionOrganizationUID": _DIMENSIONS,
            "DimensionIndexPointer": pointer,
            "FunctionalGroupPointer": "FrameContentSequence",
        }
        for pointer in ("StackID", "InStackPositionNumber")
    ],
    "SharedFunctionalGroupsSequence": [
        {
            "PixelMeasuresSequence": [{"PixelSpacing": "0.1\\0.1", "SliceThickness": "1"}],
            "PlaneOrientationSequence": [{"ImageOrientationPatient": "1\\0\\0\\0\\1\\0"}],
            "FrameAnatomySequence": [{"FrameLaterality": "R", "AnatomicRegionSequence": [BREAST]}],
            "FrameVOILUTSequence": [{"WindowCenter": "2048", "WindowWidth": "4096"}],
            "PixelValueTransformationSequence": [{"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US"}],
        }
    ],
    "PerFrameFunctionalGroupsSequence": [_slice(1), _slice(2)],
    "ContributingSourcesSequence": [
        {
            **_DETECTOR,
            "Manufacturer": "dicom-harness",
            "ManufacturerModelName": "dicom-harness",
            "DeviceSerialNumber": "0",
            "SoftwareVersions": "0",
            "AcquisitionDateTime": "{date}120000",
            "Rows": "64",
            "Columns": "64",
            "BitsStored": "12",
            "LossyImageCompression": "00",
        }
    ],
    "XRay3DAcquisitionSequence": [_ACQUISITION],
    "XRay3DReconstructionSequence": [
        {
            "ReconstructionDescription": "synthetic",
            "ApplicationName": "dicom-harness",
            "ApplicationVersion": "0",
            "ApplicationManufacturer": "dicom-harness",
            "AlgorithmType": "FILTER_BACK_PROJ",
            "AcquisitionIndex": "1",
        }
    ],
}

TOMOSYNTHESIS = {
    "TOMOSYNTHESIS": Template("1.2.840.10008.5.1.4.1.1.13.1.3", _TOMOSYNTHESIS, Image(16, 12, frames=2)),
}
