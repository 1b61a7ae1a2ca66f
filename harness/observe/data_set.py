"""Data sets from bytes, through pydicom, which is imported when first needed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def decode_data_set(data: bytes, transfer_syntax_uid: str) -> Dataset:
    """A data set that came over the wire. Raises what pydicom raises on undecodable bytes."""
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    return read_dataset(BytesIO(data), syntax.is_implicit_VR, syntax.is_little_endian)
