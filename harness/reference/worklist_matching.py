"""Which worklist items match an identifier (PS3.4 K.2.2.3, C.2.2.2; Table K.6-1).

A range of Scheduled Procedure Step Start Dates with a range of Start Times is one period, from the first time of the
first date to the last time of the last, without any negotiation: Table K.6-1 says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.observe.data_set import element_value
from harness.reference.matching import Matcher, combined_matcher, is_universal, matcher
from harness.reference.refused import IDENTIFIER_DOES_NOT_MATCH, Refused

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

_CHARACTER_SET, _TIMEZONE = 0x00080005, 0x00080201
START_DATE, START_TIME = 0x00400002, 0x00400003
_BINARY = frozenset(("AT", "OB", "OD", "OF", "OL", "OV", "OW", "UN"))
"""Value representations that nothing is matched in."""


def is_key(element: DataElement) -> bool:
    """Whether an element of an identifier is a key: not what says how to read it, and no group length."""
    return element.tag not in (_CHARACTER_SET, _TIMEZONE) and element.tag.element != 0


class Criteria:
    """The matching keys of an identifier, or of an item in it. Raises `Refused` when made."""

    def __init__(self, keys: Dataset | None = None) -> None:
        self._tests: dict[int, Matcher] = {}
        self._inner: dict[int, Criteria] = {}
        self._period: Matcher | None = None
        for element in keys if keys is not None else ():
            if is_key(element):
                self._take(element)
        texts = {tag: _text(keys, tag) for tag in (START_DATE, START_TIME)} if keys is not None else {}
        if texts and all("-" in text for text in texts.values()):
            # Both were understood as ranges on their own, so they are well-formed.
            del self._tests[START_DATE], self._tests[START_TIME]
            self._period = combined_matcher(texts[START_DATE], texts[START_TIME])

    def _take(self, element: DataElement) -> None:
        if element.VR == "SQ":
            if len(element.value) > 1:
                raise _mismatch(element, "has more than one item")
            if element.value:
                self._inner[element.tag] = Criteria(element.value[0])
            return
        key = element_value(element)
        if is_universal(key, element.VR) or element.VR in _BINARY:
            return
        try:
            self._tests[element.tag] = matcher(key, element.VR)
        except ValueError:
            raise _mismatch(element, f"does not fit its VR {element.VR}") from None

    def fit(self, data_set: Dataset) -> bool:
        """Whether an item has what they want."""
        if not all(test(_text(data_set, tag)) for tag, test in self._tests.items()):
            return False
        moment = _text(data_set, START_DATE) + _text(data_set, START_TIME)
        if self._period is not None and not self._period(moment):
            return False
        return all(inner.fit_any(data_set, tag) for tag, inner in self._inner.items())

    def fit_any(self, data_set: Dataset, tag: int) -> bool:
        """Whether one of the items of a sequence fits; without any key they fit even if there is none."""
        if self.is_universal:
            return True
        items = data_set[tag].value if tag in data_set and data_set[tag].VR == "SQ" else []
        return any(self.fit(item) for item in items)

    @property
    def is_universal(self) -> bool:
        """Whether everything fits."""
        return not self._tests and self._period is None and all(inner.is_universal for inner in self._inner.values())

    def of_items(self, tag: int) -> Criteria:
        """The criteria for the items of a sequence."""
        return self._inner.get(tag) or Criteria()


def _text(data_set: Dataset, tag: int) -> str:
    return element_value(data_set[tag]) if tag in data_set else ""


def _mismatch(element: DataElement, reason: str) -> Refused:
    name = element.keyword or str(element.tag)
    return Refused(IDENTIFIER_DOES_NOT_MATCH, f"{name} {reason}", int(element.tag))
