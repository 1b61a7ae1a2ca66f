"""What a specification may ask for: everything but what takes away the marks of synthetic data."""

from __future__ import annotations

from collections.abc import Mapping

from harness.standard.attributes import AttributeValue, resolve_attribute
from harness.standard.uids import uid_name
from harness.testdata.encoders import ENCODERS, SYNTAXES
from harness.testdata.modalities import TEMPLATES
from harness.testdata.spec import PATIENT_ID_MARK, PATIENT_NAME_MARK, GenerateSpec
from harness.testdata.templates.base import Image

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
    if spec.transfer_syntax_uid not in SYNTAXES:
        names = ", ".join(uid_name(uid) for uid in SYNTAXES)
        raise ValueError(f"{uid_name(spec.transfer_syntax_uid)} cannot be generated; these can: {names}")
    _check_syntax(spec)
    for name in ("patients", "studies", "series", "instances"):
        if getattr(spec, name) < 1:
            raise ValueError(f"`{name}` must be at least 1")
    for name in ("rows", "columns"):
        if not 1 <= getattr(spec, name) <= 65535:
            raise ValueError(f"`{name}` must be from 1 to 65535")
    return _checked_attributes(spec)


def _check_syntax(spec: GenerateSpec) -> None:
    """Raises ValueError when the encoder of the transfer syntax does not take the image of the modality."""
    why = why_not(TEMPLATES[spec.modality].image, spec.transfer_syntax_uid)
    if why:
        able = [name for name, other in TEMPLATES.items() if not why_not(other.image, spec.transfer_syntax_uid)]
        name = uid_name(spec.transfer_syntax_uid)
        raise ValueError(f"{spec.modality} cannot be generated in {name}: {why}; these can: {', '.join(able)}")


def why_not(image: Image | None, transfer_syntax_uid: str) -> str:
    """Why an instance with this image cannot be in a transfer syntax; empty when it can."""
    encoder = ENCODERS.get(transfer_syntax_uid)
    if encoder is None:
        return ""
    if image is None:
        return "it has no image"
    if image.bits_stored not in encoder.bits_stored:
        return f"it has {image.bits_stored} bits stored, not {' or '.join(map(str, encoder.bits_stored))}"
    if image.samples == 3 and encoder.color is None:
        return "it is in color"
    if encoder.is_video and (image.samples != 3 or image.frames == 1):
        return "it is no video"
    return ""


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
