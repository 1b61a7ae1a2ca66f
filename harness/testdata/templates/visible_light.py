"""Visible light: video and whole slide microscopy (PS3.3 A.32.7, A.32.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes
from harness.standard.images import Image
from harness.testdata.templates.base import FRAME_OF_REFERENCE, Template, code

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_PIXEL = 0.001
"""Millimeters from one pixel of a slide to the next."""
_CORNER = 20
"""Millimeters from the origin of the slide to the image, in both directions."""

_VIDEO: Attributes = {
    "Modality": "XC",
    "ImageType": "ORIGINAL\\PRIMARY",
    "PatientOrientation": "",
    "AcquisitionContextSequence": (),
    "Laterality": "R",
    "AnatomicRegionSequence": [code("85562004", "SCT", "Hand")],
    "FrameTime": "40",
    "CineRate": "25",
    "FrameIncrementPointer": "FrameTime",
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
}
_OPTICAL_PATH: Attributes = {
    "OpticalPathIdentifier": "1",
    "IlluminationTypeCodeSequence": [code("111744", "DCM", "Brightfield illumination")],
    "IlluminationColorCodeSequence": [code("371251000", "SCT", "White")],
}
_SPECIMEN: Attributes = {
    "SpecimenIdentifier": "ZZ-SYNTHETIC",
    "SpecimenUID": "uid:specimen",
    "IssuerOfTheSpecimenIdentifierSequence": (),
    "SpecimenPreparationSequence": (),
}


def _tile(number: int) -> Attributes:
    return {
        "FrameContentSequence": [{"DimensionIndexValues": f"1\\{number}"}],
        "PlanePositionSlideSequence": [
            {
                "ColumnPositionInTotalImagePixelMatrix": "1",
                "RowPositionInTotalImagePixelMatrix": "1",
                "XOffsetInSlideCoordinateSystem": str(_CORNER),
                "YOffsetInSlideCoordinateSystem": str(_CORNER),
                "ZOffsetInSlideCoordinateSystem": "0",
            }
        ],
    }


_WSI: Attributes = {
    **FRAME_OF_REFERENCE,
    "Modality": "SM",
    "ImageType": "ORIGINAL\\PRIMARY\\VOLUME\\NONE",
    "PositionReferenceIndicator": "SLIDE_CORNER",
    "ManufacturerModelName": "dicom-harness",
    "DeviceSerialNumber": "0",
    "SoftwareVersions": "0",
    "AcquisitionDateTime": "{date}120000",
    "AcquisitionContextSequence": (),
    "BurnedInAnnotation": "NO",
    "LossyImageCompression": "00",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "PresentationLUTShape": "IDENTITY",
    "ImagedVolumeDepth": "1",
    "SpecimenLabelInImage": "NO",
    "FocusMethod": "AUTO",
    "ExtendedDepthOfField": "NO",
    "VolumetricProperties": "VOLUME",
    "ContainerIdentifier": "ZZ-SYNTHETIC",
    "IssuerOfTheContainerIdentifierSequence": (),
    "ContainerTypeCodeSequence": [code("433466003", "SCT", "Microscope slide")],
    "SpecimenDescriptionSequence": [_SPECIMEN],
    "OpticalPathSequence": [_OPTICAL_PATH],
    "TotalPixelMatrixFocalPlanes": "1",
    "TotalPixelMatrixOriginSequence": [
        {"XOffsetInSlideCoordinateSystem": str(_CORNER), "YOffsetInSlideCoordinateSystem": str(_CORNER)}
    ],
    "ImageOrientationSlide": "0\\-1\\0\\-1\\0\\0",
    "DimensionOrganizationSequence": [{"DimensionOrganizationUID": "uid:dimension organization"}],
    "DimensionIndexSequence": [
        {
            "DimensionOrganizationUID": "uid:dimension organization",
            "DimensionIndexPointer": "ColumnPositionInTotalImagePixelMatrix",
            "FunctionalGroupPointer": "PlanePositionSlideSequence",
        },
        {
            "DimensionOrganizationUID": "uid:dimension organization",
            "DimensionIndexPointer": "RowPositionInTotalImagePixelMatrix",
            "FunctionalGroupPointer": "PlanePositionSlideSequence",
        },
    ],
    "SharedFunctionalGroupsSequence": [
        {
            "PixelMeasuresSequence": [{"PixelSpacing": f"{_PIXEL}\\{_PIXEL}", "SliceThickness": "0.001"}],
            "WholeSlideMicroscopyImageFrameTypeSequence": [{"FrameType": "ORIGINAL\\PRIMARY\\VOLUME\\NONE"}],
            "OpticalPathIdentificationSequence": [{"OpticalPathIdentifier": "1"}],
        }
    ],
    "PerFrameFunctionalGroupsSequence": [_tile(1), _tile(2)],
}


def _lay_out(data_set: Dataset) -> None:
    """The second tile stands beside the first; so large is the whole."""
    columns, rows = 2 * data_set.Columns, data_set.Rows
    data_set.TotalPixelMatrixColumns, data_set.TotalPixelMatrixRows = columns, rows
    data_set.ImagedVolumeWidth, data_set.ImagedVolumeHeight = columns * _PIXEL, rows * _PIXEL
    second = data_set.PerFrameFunctionalGroupsSequence[1].PlanePositionSlideSequence[0]
    second.ColumnPositionInTotalImagePixelMatrix = data_set.Columns + 1
    second.YOffsetInSlideCoordinateSystem = f"{_CORNER - data_set.Columns * _PIXEL:.3f}"


VISIBLE_LIGHT = {
    "VIDEO": Template("1.2.840.10008.5.1.4.1.1.77.1.4.1", _VIDEO, Image(8, 8, samples=3, frames=5)),
    "WSI": Template("1.2.840.10008.5.1.4.1.1.77.1.6", _WSI, Image(8, 8, frames=2), _lay_out),
}
