"""Remake the tables of `harness/standard` from pydicom's UID dictionary and pynetdicom's SOP class lists.

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


def uid_table() -> str:
    """One line per UID: uid, kind, `storage` or nothing, `retired` or nothing, keyword, name."""
    storage = set(sop_class._STORAGE_CLASSES.values())
    rows = []
    for uid, (name, kind, _, retired, keyword) in UID_dictionary.items():
        if kind in KINDS:
            service = "storage" if uid in storage else ""
            rows.append("\t".join((uid, KINDS[kind], service, "retired" if retired else "", keyword, name)))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    UIDS.write_text(uid_table(), encoding="utf-8")
