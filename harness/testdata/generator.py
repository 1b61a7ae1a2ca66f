"""Makes synthetic instances as Part 10 files (PS3.10), with pydicom."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    GENERATED_UID_ROOT,
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    uid_name,
)
from harness.testdata.jpeg_lossless import encode_jpeg_lossless
from harness.testdata.modalities import TEMPLATES, ModalityTemplate
from harness.testdata.spec import INSTITUTION, PATIENT_ID_MARK, PATIENT_NAME_MARK, GeneratedInstance, GenerateSpec

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, DEFLATED_EXPLICIT_VR_LE, EXPLICIT_VR_BE, JPEG_LOSSLESS_SV1)
"""Transfer syntaxes that the generator can write."""


def generate(spec: GenerateSpec, directory: Path, seed: str) -> list[GeneratedInstance]:
    """Write the instances of a specification to `directory`; the same seed gives the same UIDs.

    Raises ValueError for a modality or transfer syntax that cannot be generated, and for attributes that would
    take the marks of synthetic data away.
    """
    _check(spec)
    template = TEMPLATES[spec.modality]
    pixels = _gradient(spec.rows, spec.columns, template.bits)
    return [_write(spec, template, pixels, place, directory, seed) for place in _places(spec)]


def _check(spec: GenerateSpec) -> None:
    if spec.modality not in TEMPLATES:
        raise ValueError(f"modality `{spec.modality}` cannot be generated; these can: {', '.join(TEMPLATES)}")
    if spec.transfer_syntax_uid not in SYNTAXES:
        names = ", ".join(uid_name(uid) for uid in SYNTAXES)
        raise ValueError(f"{uid_name(spec.transfer_syntax_uid)} cannot be generated; these can: {names}")
    name, patient_id = spec.attributes.get("PatientName"), spec.attributes.get("PatientID")
    if name is not None and not name.startswith(PATIENT_NAME_MARK):
        raise ValueError(f"PatientName of generated instances must begin with `{PATIENT_NAME_MARK}`")
    if patient_id is not None and not patient_id.startswith(PATIENT_ID_MARK):
        raise ValueError(f"PatientID of generated instances must begin with `{PATIENT_ID_MARK}`")


_Place = tuple[int, int, int, int]


def _places(spec: GenerateSpec) -> Iterator[_Place]:
    for patient in range(1, spec.patients + 1):
        for study in range(1, spec.studies + 1):
            for series in range(1, spec.series + 1):
                for instance in range(1, spec.instances + 1):
                    yield patient, study, series, instance


def _uid(seed: str, *place: object) -> str:
    """A UID of our own root derived from the seed and a place in the hierarchy, at most 64 characters (PS3.5 9.1)."""
    name = "/".join(str(part) for part in (seed, *place))
    room = 64 - len(GENERATED_UID_ROOT) - 1
    return f"{GENERATED_UID_ROOT}.{uuid.uuid5(uuid.NAMESPACE_OID, name).int % 10**room}"


def _gradient(rows: int, columns: int, bits: int) -> array[int]:
    """A diagonal ramp with a bright frame: recognizable when looked at, and exact when compared."""
    top = (1 << min(bits, 12)) - 1
    code = "B" if bits == 8 else "H"
    samples = array(code, bytes(rows * columns * (bits // 8)))
    for row in range(rows):
        for column in range(columns):
            on_frame = row in (0, rows - 1) or column in (0, columns - 1)
            samples[row * columns + column] = top if on_frame else (row + column) * top // (rows + columns)
    return samples


def _write(
    spec: GenerateSpec, template: ModalityTemplate, pixels: array[int], place: _Place, directory: Path, seed: str
) -> GeneratedInstance:
    data_set = _file_data_set(spec, template)
    _identify(data_set, spec, place, seed)
    _describe_pixels(data_set, spec, template)
    for keyword, value in {**template.attributes, **spec.attributes}.items():
        _set(data_set, keyword, value)
    _set_pixels(data_set, pixels, spec)
    path = directory / f"{data_set.SOPInstanceUID}.dcm"
    data_set.save_as(path, enforce_file_format=True)
    return GeneratedInstance(
        path,
        template.sop_class_uid,
        data_set.SOPInstanceUID,
        spec.transfer_syntax_uid,
        data_set.StudyInstanceUID,
        data_set.SeriesInstanceUID,
        data_set.PatientID,
    )


def _file_data_set(spec: GenerateSpec, template: ModalityTemplate) -> Dataset:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(template.sop_class_uid)
    meta.TransferSyntaxUID = UID(spec.transfer_syntax_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    data_set = Dataset()
    data_set.file_meta = meta
    data_set.SOPClassUID = UID(template.sop_class_uid)
    return data_set


def _identify(data_set: Dataset, spec: GenerateSpec, place: _Place, seed: str) -> None:
    """Patient, study, series and instance; all marked as synthetic."""
    patient, study, series, instance = place
    token = uuid.uuid5(uuid.NAMESPACE_OID, seed).hex[:8].upper()
    values = {
        "PatientName": f"{PATIENT_NAME_MARK}^PATIENT {patient}",
        "PatientID": f"{PATIENT_ID_MARK}{token}-{patient}",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "StudyInstanceUID": _uid(seed, patient, study),
        "StudyID": f"{token[:6]}-{patient}-{study}",
        "AccessionNumber": f"{token}-{patient}-{study}",
        "StudyDate": f"2020{study % 12 + 1:02}15",
        "StudyTime": "120000",
        "StudyDescription": f"Synthetic study {study}",
        "ReferringPhysicianName": "",
        "InstitutionName": INSTITUTION,
        "Manufacturer": "dicom-harness",
        "SeriesInstanceUID": _uid(seed, patient, study, series),
        "SeriesNumber": str(series),
        "SeriesDescription": f"Synthetic series {series}",
        "SOPInstanceUID": _uid(seed, patient, study, series, instance),
        "InstanceNumber": str(instance),
        "AcquisitionNumber": "1",
        "ContentDate": "20200115",
        "ContentTime": "120000",
        "FrameOfReferenceUID": _uid(seed, patient, study, "frame"),
        "ImagePositionPatient": f"0\\0\\{instance}",
        "Modality": spec.modality,
        "BurnedInAnnotation": "NO",
        "Laterality": "",
    }
    if spec.modality not in ("CT", "MR"):
        for keyword in ("FrameOfReferenceUID", "ImagePositionPatient", "AcquisitionNumber"):
            del values[keyword]
    for keyword, value in values.items():
        _set(data_set, keyword, value)
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID


def _describe_pixels(data_set: Dataset, spec: GenerateSpec, template: ModalityTemplate) -> None:
    data_set.SamplesPerPixel = 1
    data_set.PhotometricInterpretation = "MONOCHROME2"
    data_set.Rows, data_set.Columns = spec.rows, spec.columns
    data_set.BitsAllocated = template.bits
    data_set.BitsStored = min(template.bits, 12)
    data_set.HighBit = data_set.BitsStored - 1
    data_set.PixelRepresentation = 0


def _set(data_set: Dataset, keyword: str, value: str) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"`{keyword}` is no attribute of the data dictionary")
    vr = dictionary_VR(tag)
    data_set.add_new(tag, vr, int(value) if vr in ("US", "UL", "SS", "SL") else value)
    if not value.isascii():
        data_set.SpecificCharacterSet = "ISO_IR 192"


def _set_pixels(data_set: Dataset, pixels: array[int], spec: GenerateSpec) -> None:
    from pydicom.encaps import encapsulate

    vr = "OB" if pixels.itemsize == 1 else "OW"
    if spec.transfer_syntax_uid == JPEG_LOSSLESS_SV1:
        frame = encode_jpeg_lossless(pixels, spec.rows, spec.columns, data_set.BitsStored)
        data_set.add_new(0x7FE00010, "OB", encapsulate([frame]))
        data_set["PixelData"].is_undefined_length = True
        return
    samples = pixels
    if spec.transfer_syntax_uid == EXPLICIT_VR_BE and pixels.itemsize == 2:
        samples = array(pixels.typecode, pixels)
        samples.byteswap()
    data = samples.tobytes()
    data_set.add_new(0x7FE00010, vr, data + b"\0" if len(data) % 2 else data)
