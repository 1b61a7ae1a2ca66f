"""A synthetic patient who can't be overlooked: in every attribute that holds a text stands what stands nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset
from pydicom._dicom_dict import DicomDictionary
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from harness.dimse.command import Value
from harness.dimse.elements import Tag
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.standard.uids import CT_IMAGE_STORAGE, new_uid

WORD = "XYLOPHONE"
DIGITS = "739184620"
DATE = "18640229"
TIME = "235817"
AGE = "973Y"
SEEDS = (WORD, DIGITS, DATE, TIME, AGE)

_VALUES = {
    **dict.fromkeys(("AE", "LO", "LT", "SH", "ST", "UC", "UR", "UT", "CS"), WORD),
    "PN": f"{WORD}^{WORD}",
    "AS": AGE,
    "DA": DATE,
    "TM": TIME,
    "DT": DATE + TIME,
    "IS": DIGITS,
    "DS": DIGITS,
}
_GROUPS = (0x0008, 0x0010, 0x0018, 0x0020, 0x0032, 0x0038, 0x0040, 0x0400)
"""Patient, study, series, equipment, image, request, visit, procedure, digital signatures."""
_STRUCTURE = {"SpecificCharacterSet", "QueryRetrieveLevel", "InstanceAvailability", "Modality"}
"""What an archive must understand to keep an instance and to find it again."""


def canary_file(path: Path) -> Path:
    """Write a CT image of the patient, a private attribute and a sequence included."""
    data = Dataset()
    for tag, (vr, _vm, _name, retired, keyword) in DicomDictionary.items():
        if tag >> 16 in _GROUPS and vr in _VALUES and keyword and not retired and keyword not in _STRUCTURE:
            setattr(data, keyword, _VALUES[vr])
    data.Modality = "CT"
    data.SOPClassUID, data.SOPInstanceUID = CT_IMAGE_STORAGE, new_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = new_uid(), new_uid()
    item = Dataset()
    item.RequestedProcedureDescription = WORD
    data.RequestAttributesSequence = [item]
    block = data.private_block(0x0099, WORD, create=True)
    block.add_new(1, "LO", WORD)
    data.file_meta = _meta(data)
    data.save_as(path, enforce_file_format=True)
    return path


def _meta(data: Dataset) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return meta


def complaining(association: Association) -> None:
    """Answer every request with a failure whose Error Comment tells of the patient."""
    while True:
        message = association.receive(30)
        comment: dict[int, Value] = {Tag.ERROR_COMMENT: f"{WORD}^{WORD} born {DATE}"}
        association.send(message.context_id, response_to(message.command, 0xA700, more=comment))


def sightings(data: bytes) -> list[str]:
    """Which of the texts are in some bytes: as they are, in UTF-16, or as hexadecimal digits."""
    found = []
    low = data.lower()
    for text in SEEDS:
        plain = text.encode()
        spaced = b" ".join(b"%02x" % byte for byte in plain)
        shapes = (plain.lower(), text.lower().encode("utf-16-le"), plain.hex().encode(), spaced)
        found += [text for shape in shapes if shape in low]
    return found
