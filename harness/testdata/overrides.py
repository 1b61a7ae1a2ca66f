"""What a specification may ask for: everything but what takes away the marks of synthetic data."""

from __future__ import annotations

from collections.abc import Mapping

from harness.standard.attributes import AttributeValue, resolve_attribute
from harness.standard.images import check_possible
from harness.testdata.modalities import TEMPLATES
from harness.testdata.spec import PATIENT_ID_MARK, PATIENT_NAME_MARK, GenerateSpec

_MARKS = {
    "PatientName": PATIENT_NAME_MARK,
    "PatientID": PATIENT_ID_MARK,
}
_UNDER_THE_ROOT = frozenset(("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"))
_DECIDED_BY_GENERATOR = frozenset(
    (
        "SOPClassUID",
        "SOPInstanceUID",
        "Rows",
        "Columns",
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
        "PlanarConfiguration",
        "NumberOfFrames",
        "LossyImageCompression",
        "LossyImageCompressionRatio",
        "LossyImageCompressionMethod",
    )
)


def check_spec(spec: GenerateSpec) -> dict[str, AttributeValue]:
    """The attributes of a specification by keyword, when all of it can be generated; raises ValueError otherwise."""
    if spec.modality not in TEMPLATES:
        raise ValueError(f"modality `{spec.modality}` cannot be generated; these can: {', '.join(TEMPLATES)}")
    check_possible(spec.modality, {name: made.image for name, made in TEMPLATES.items()}, spec.transfer_syntax_uid)
    for name in ("patients", "studies", "series", "instances"):
        if getattr(spec, name) < 1:
            raise ValueError(f"`{name}` must be at least 1")
    for name in ("rows", "columns"):
        if not 1 <= getattr(spec, name) <= 65535:
            raise ValueError(f"`{name}` must be from 1 to 65535")
    return _checked_attributes(spec)


def _checked_attributes(spec: GenerateSpec) -> dict[str, AttributeValue]:
    attributes: dict[str, AttributeValue] = {}
    for text, value in spec.attributes.items():
        try:
            attribute = resolve_attribute(text)
        except LookupError as error:
            raise ValueError(error.args[0]) from None
        keyword = attribute.keyword
        if keyword in _DECIDED_BY_GENERATOR or attribute.tag >> 16 == 2:
            raise ValueError(f"`{keyword}` of generated instances is decided by the generator")
        mark = f"{spec.uid_root}." if keyword in _UNDER_THE_ROOT else _MARKS.get(keyword)
        if mark is not None and not (isinstance(value, str) and _is_free(keyword, value, mark, spec)):
            raise ValueError(
                f"`{keyword}` of generated instances must begin with `{mark}`, or be that of an item that a `worklist` "
                "step found"
            )
        attributes[keyword] = value
    _check_one_each(spec, attributes)
    return attributes


def _is_free(keyword: str, value: str, mark: str, spec: GenerateSpec) -> bool:
    return value.startswith(mark) or (keyword, value) in spec.scheduled


def _check_one_each(spec: GenerateSpec, attributes: Mapping[str, AttributeValue]) -> None:
    """Identifiers that are given cannot tell several patients, studies or series apart."""
    patients = spec.patients
    studies = patients * spec.studies
    numbers = {
        "PatientID": ("patient", patients),
        "StudyInstanceUID": ("study", studies),
        "SeriesInstanceUID": ("series", studies * spec.series),
    }
    for keyword, (what, number) in numbers.items():
        if keyword in attributes and number > 1:
            raise ValueError(f"`{keyword}` can be given for one {what} only, not for {number}")
