"""What a template is, and what the templates share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes
from harness.standard.images import Image

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Template:
    """The SOP class of an instance, the attributes of its own modules by keyword, and its image, if it is one.

    In values `uid:NAME` stands for a UID that the instances of a study share, `{date}` for its date and `{instance}`
    for the number of the instance. `complete` adds what cannot be said as text; `unused` names what all other
    instances have and the IOD does not.
    """

    sop_class_uid: str
    attributes: Attributes
    image: Image | None = None
    complete: Callable[[Dataset], None] | None = None
    unused: frozenset[str] = frozenset()


def code(value: str, scheme: str, meaning: str) -> Attributes:
    """An item of a code sequence (PS3.3 Table 8.8-1)."""
    return {"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning}


GRAY_8 = Image(8, 8)
GRAY_12 = Image(16, 12)
GRAY_16 = Image(16, 16)

FRAME_OF_REFERENCE: Attributes = {"FrameOfReferenceUID": "uid:frame of reference", "PositionReferenceIndicator": ""}

CHEST = code("816094009", "SCT", "Chest")
BREAST = code("76752008", "SCT", "Breast")
