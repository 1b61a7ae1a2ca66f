"""Remake the tables of `harness/standard` from the UID dictionary of pydicom and the SOP class list of pynetdicom.

Run `python tools/make_tables.py`; a test compares the result with what is checked in.
"""

from __future__ import annotations

from pathlib import Path

from pydicom._uid_dict import UID_dictionary
from pynetdicom import sop_class

UIDS = Path(__file__).parent.parent / "harness" / "standard" / "uids.tsv"
KINDS = {
    "SOP Class": "sop-class",
    "Meta SOP Class": "meta-sop-class",
    "Transfer Syntax": "transfer-syntax",
    "Application Context Name": "application-context",
    "Well-known SOP Instance": "sop-instance",
}
NOT_BY_C_STORE = ("Media Storage Directory Storage", "Storage Commitment")
"""Names with `Storage` that no C-STORE carries: DICOMDIR (PS3.10) and Storage Commitment (PS3.4 Annex J)."""

NEWER_NAMES = {
    "1.2.840.10008.5.1.4.1.1.9.100.1": "Waveform Presentation State Storage",
    "1.2.840.10008.5.1.4.1.1.9.100.2": "Waveform Acquisition Presentation State Storage",
    "1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation Storage",
    "1.2.840.10008.5.1.4.1.1.66.8": "Height Map Segmentation Storage",
}
"""SOP classes that pynetdicom knows by keyword and the UID dictionary does not know yet."""


def uid_table() -> str:
    """One line per UID: uid, kind, `storage` or nothing, `retired` or nothing, keyword, name."""
    rows = [
        _row(uid, KINDS[kind], name, bool(retired), keyword)
        for uid, (name, kind, _, retired, keyword) in UID_dictionary.items()
        if kind in KINDS and name
    ]
    keywords = {uid: keyword for keyword, uid in sop_class._STORAGE_CLASSES.items()}
    rows += [
        _row(uid, "sop-class", name, False, keywords[uid])
        for uid, name in NEWER_NAMES.items()
        if uid not in UID_dictionary
    ]
    return "\n".join(rows) + "\n"


def _row(uid: str, kind: str, name: str, retired: bool, keyword: str) -> str:
    storage = kind == "sop-class" and "Storage" in name and not name.startswith(NOT_BY_C_STORE)
    return "\t".join((uid, kind, "storage" if storage else "", "retired" if retired else "", keyword, name))


if __name__ == "__main__":
    UIDS.write_text(uid_table(), encoding="utf-8")
