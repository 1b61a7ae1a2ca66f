"""Images that have a place in space: CT, MR and PET (PS3.3 A.3, A.4, A.21)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.testdata.templates.base import FRAME_OF_REFERENCE, GRAY_12, GRAY_16, Template, code

_SLICE: Attributes = {
    **FRAME_OF_REFERENCE,
    "ImageOrientationPatient": "1\\0\\0\\0\\1\\0",
    "ImagePositionPatient": "0\\0\\{instance}",
    "AcquisitionNumber": "1",
    "PixelSpacing": "0.5\\0.5",
    "SliceThickness": "1",
    "BodyPartExamined": "CHEST",
    "BurnedInAnnotation": "NO",
}
_CT: Attributes = {
    **_SLICE,
    "Modality": "CT",
    "ImageType": "ORIGINAL\\PRIMARY\\AXIAL",
    "PatientPosition": "HFS",
    "KVP": "120",
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
}
_MR: Attributes = {
    **_SLICE,
    "Modality": "MR",
    "ImageType": "ORIGINAL\\PRIMARY\\OTHER",
    "PatientPosition": "HFS",
    "ScanningSequence": "SE",
    "SequenceVariant": "NONE",
    "ScanOptions": "",
    "MRAcquisitionType": "2D",
    "RepetitionTime": "500",
    "EchoTime": "20",
    "EchoTrainLength": "1",
}
_PT: Attributes = {
    **_SLICE,
    "Modality": "PT",
    "ImageType": "ORIGINAL\\PRIMARY",
    "PatientOrientationCodeSequence": [
        {
            **code("102538003", "SCT", "recumbent"),
            "PatientOrientationModifierCodeSequence": [code("40199007", "SCT", "supine")],
        }
    ],
    "PatientGantryRelationshipCodeSequence": [code("102540008", "SCT", "headfirst")],
    "SeriesDate": "{date}",
    "SeriesTime": "120000",
    "Units": "BQML",
    "CountsSource": "EMISSION",
    "SeriesType": "STATIC\\IMAGE",
    "NumberOfSlices": "1",
    "CorrectedImage": "DECY\\ATTN",
    "RandomsCorrectionMethod": "NONE",
    "AttenuationCorrectionMethod": "synthetic",
    "DecayCorrection": "START",
    "CollimatorType": "NONE",
    "RadiopharmaceuticalInformationSequence": [
        {
            "RadionuclideCodeSequence": [code("77004003", "SCT", "^18^Fluorine")],
            "RadiopharmaceuticalRoute": "",
            "RadiopharmaceuticalStartTime": "110000",
            "RadionuclideTotalDose": "370000000",
            "RadionuclideHalfLife": "6586.2",
            "RadionuclidePositronFraction": "0.967",
            "Radiopharmaceutical": "Fluorodeoxyglucose F^18^",
            "RadiopharmaceuticalCodeSequence": [code("35321007", "SCT", "Fluorodeoxyglucose F^18^")],
        }
    ],
    "AcquisitionDate": "{date}",
    "AcquisitionTime": "120000",
    "ActualFrameDuration": "60000",
    "FrameReferenceTime": "30000",
    "DecayFactor": "1.01",
    "ImageIndex": "{instance}",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
}

SLICES = {
    "CT": Template("1.2.840.10008.5.1.4.1.1.2", _CT, GRAY_12),
    "MR": Template("1.2.840.10008.5.1.4.1.1.4", _MR, GRAY_12),
    "PT": Template("1.2.840.10008.5.1.4.1.1.128", _PT, GRAY_16),
}
