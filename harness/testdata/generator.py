"""Makes synthetic instances as Part 10 files (PS3.10), with pydicom."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes, AttributeValue
from harness.standard.uids import (
    EXPLICIT_VR_BE,
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    IMPLICIT_VR_LE,
)
from harness.testdata.elements import keep_encoded, set_values
from harness.testdata.modalities import TEMPLATES
from harness.testdata.overrides import check_spec
from harness.testdata.pixels import PixelData, make_pixel_data
from harness.testdata.placeholders import filled
from harness.testdata.spec import INSTITUTION, PATIENT_ID_MARK, PATIENT_NAME_MARK, GeneratedInstance, GenerateSpec
from harness.testdata.templates.base import Template

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def generate(spec: GenerateSpec, directory: Path, seed: str | None = None) -> list[GeneratedInstance]:
    """Write the instances of a specification to `directory`, which is made if need be.

    The same seed and numbers give the same UIDs; without a seed they are new each time. Raises ValueError, before
    any file is written, for what cannot be generated and for attributes that would take the marks of synthetic data
    away; OSError when a file cannot be written.
    """
    attributes = check_spec(spec)
    template = TEMPLATES[spec.modality]
    pixels = (
        make_pixel_data(template.image, spec.rows, spec.columns, spec.transfer_syntax_uid) if template.image else None
    )
    directory.mkdir(parents=True, exist_ok=True)
    seed = uuid.uuid4().hex if seed is None else seed
    written = []
    for place in _places(spec):
        values = _values(template, place, spec.uid_root, seed) | attributes
        data_set = _data_set(template, values, pixels, _uid(spec.uid_root, seed, *place.instance_path))
        written.append(_write(data_set, spec.transfer_syntax_uid, directory))
    return written


@dataclass(frozen=True, slots=True)
class _Place:
    """Numbers from 1 that say which instance of which series, study and patient it is."""

    patient: int
    study: int
    series: int
    instance: int

    @property
    def study_path(self) -> tuple[int, int]:
        return self.patient, self.study

    @property
    def series_path(self) -> tuple[int, int, int]:
        return self.patient, self.study, self.series

    @property
    def instance_path(self) -> tuple[int, int, int, int]:
        return self.patient, self.study, self.series, self.instance


def _places(spec: GenerateSpec) -> Iterator[_Place]:
    for patient in range(1, spec.patients + 1):
        for study in range(1, spec.studies + 1):
            for series in range(1, spec.series + 1):
                for instance in range(1, spec.instances + 1):
                    yield _Place(patient, study, series, instance)


def _token(seed: str, *path: object) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, (seed, *path))))


def _uid(root: str, seed: str, *path: object) -> str:
    """A UID under a root for a place below a seed, at most 20 characters longer than the root."""
    return f"{root}.{_token(seed, *path).int >> 65}"


def _values(template: Template, place: _Place, root: str, seed: str) -> dict[str, AttributeValue]:
    """What an instance says of itself, all of it marked as synthetic; the template's values win."""
    study_date = f"2020{(place.study - 1) % 12 + 1:02}15"
    study_token = f"ZZ{_token(seed, *place.study_path).hex[:12].upper()}"
    values: dict[str, AttributeValue] = {
        "PatientName": f"{PATIENT_NAME_MARK}^PATIENT {place.patient}",
        "PatientID": f"{PATIENT_ID_MARK}{_token(seed).hex[:8].upper()}-{place.patient}",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "StudyInstanceUID": _uid(root, seed, *place.study_path),
        "StudyID": study_token,
        "AccessionNumber": study_token,
        "StudyDate": study_date,
        "StudyTime": "120000",
        "StudyDescription": f"Synthetic study {place.study}",
        "ReferringPhysicianName": "",
        "InstitutionName": INSTITUTION,
        "Manufacturer": "dicom-harness",
        "SeriesInstanceUID": _uid(root, seed, *place.series_path),
        "SeriesNumber": str(place.series),
        "SeriesDescription": f"Synthetic series {place.series}",
        "InstanceNumber": str(place.instance),
        "ContentDate": study_date,
        "ContentTime": "120000",
    }

    def uid_of(name: str) -> str:
        return _uid(root, seed, *place.study_path, name)

    texts = {"date": study_date, "instance": str(place.instance)}
    own = {keyword: filled(value, uid_of, texts) for keyword, value in template.attributes.items()}
    return {keyword: value for keyword, value in values.items() if keyword not in template.unused} | own


def _data_set(template: Template, values: Attributes, pixels: PixelData | None, uid: str) -> Dataset:
    from pydicom.dataset import Dataset

    data_set = Dataset()
    set_values(data_set, values)
    set_values(data_set, {"SOPClassUID": template.sop_class_uid, "SOPInstanceUID": uid})
    if pixels is not None:
        set_values(data_set, pixels.attributes)
        data_set.add_new("PixelData", pixels.vr, pixels.value)
        data_set["PixelData"].is_undefined_length = pixels.encapsulated
    if template.complete is not None:
        template.complete(data_set)
    return data_set


def _write(data_set: Dataset, transfer_syntax_uid: str, directory: Path) -> GeneratedInstance:
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.FileMetaInformationGroupLength = 0  # made right when it is written
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    data_set.file_meta = meta
    data_set.preamble = bytes(128)
    path = directory / f"{data_set.SOPInstanceUID}.dcm"
    implicit, little = transfer_syntax_uid == IMPLICIT_VR_LE, transfer_syntax_uid != EXPLICIT_VR_BE
    keep_encoded(data_set, implicit_vr=implicit, little_endian=little)
    # pydicom is told how to write, because it does not know the newest transfer syntaxes.
    data_set.save_as(path, implicit_vr=implicit, little_endian=little, force_encoding=True)
    return GeneratedInstance(
        path,
        str(data_set.SOPClassUID),
        str(data_set.SOPInstanceUID),
        transfer_syntax_uid,
        str(data_set.StudyInstanceUID),
        str(data_set.SeriesInstanceUID),
        str(data_set.PatientID),
    )
