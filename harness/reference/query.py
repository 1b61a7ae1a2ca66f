"""Identifiers of C-FIND, C-MOVE and C-GET judged (PS3.4 C.4.1.2, C.4.1.3.1, C.4.2.1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.reference.attributes import COMPUTED, DATES_WITH_TIMES, INDEXED, LEVELS, Indexed
from harness.reference.matching import Matcher, combined_matcher, has_wildcard, is_universal, matcher
from harness.reference.refused import IDENTIFIER_DOES_NOT_MATCH, UNABLE_TO_PROCESS, Refused
from harness.services.element_text import character_sets, element_text
from harness.services.elements import Undecodable, parse_elements
from harness.standard.models import UNIQUE_KEYS, QueryModel

LEVEL_TAG = 0x00080052
CHARACTER_SET_TAG = 0x00080005
RETRIEVE_AE_TITLE_TAG = 0x00080054
_TIMEZONE_TAG = 0x00080201
_ANSWERED_ANYWAY = frozenset((LEVEL_TAG, CHARACTER_SET_TAG, RETRIEVE_AE_TITLE_TAG, _TIMEZONE_TAG))
"""Not keys (C.4.1.1.3): they say how to read the identifier, or where to retrieve from."""

_UNIQUE_TAGS = {level: tag for tag, at in INDEXED.items() for level, key in UNIQUE_KEYS.items() if at.keyword == key}


class Identifier:
    """A decoded identifier: the text of its elements in their character set. Raises `Refused` when made."""

    def __init__(self, data: bytes | None, transfer_syntax_uid: str) -> None:
        if data is None:
            raise Refused(IDENTIFIER_DOES_NOT_MATCH, "the request has no identifier")
        try:
            self.elements = parse_elements(data, transfer_syntax_uid)
        except Undecodable as error:
            raise Refused(UNABLE_TO_PROCESS, str(error)) from None
        self._charsets = character_sets(self.elements.get(CHARACTER_SET_TAG))

    def text(self, tag: int, vr: str) -> str:
        """The value of an element as text; empty when there is none."""
        return element_text(self.elements.get(tag), vr, self._charsets)

    def key_tags(self) -> list[int]:
        """The tags of the elements that are keys, in order."""
        return [tag for tag in sorted(self.elements) if tag not in _ANSWERED_ANYWAY and tag & 0xFFFF]


@dataclass(frozen=True, slots=True)
class Query:
    """A judged C-FIND identifier: unique keys that limit the search, further matchers by tag, and what to return."""

    level: str
    uids: dict[str, list[str]]
    matchers: tuple[tuple[int, Matcher], ...]
    computed_matchers: tuple[tuple[int, Matcher], ...]
    returned: tuple[tuple[int, str], ...]
    all_keys_supported: bool
    combined_matchers: tuple[tuple[int, int, Matcher], ...] = ()
    """Of a date and a time together, by the tags of both."""


def level_of(identifier: Identifier, model: QueryModel) -> str:
    """The Query/Retrieve Level. Raises `Refused` when it is missing or not one of the model's."""
    level = identifier.text(LEVEL_TAG, "CS")
    if level not in model.levels:
        reason = "is not one of this model" if level else "is missing"
        raise _mismatch(f"Query/Retrieve Level (0008,0052) {reason}", LEVEL_TAG)
    return level


def unique_keys(
    identifier: Identifier, model: QueryModel, level: str, *, retrieve: bool, relational: bool = False
) -> dict[str, list[str]]:
    """The unique keys that limit a request, by level (PS3.4 C.4.1.2.1, C.4.2.1.4).

    Above the level each must have a single value, unless relational queries or retrieval were negotiated (C.4.1.2.2,
    C.4.2.2.2). At the level a retrieve needs a single value or a list of UIDs. Raises `Refused`.
    """
    found: dict[str, list[str]] = {}
    for name in model.levels[: model.levels.index(level) + 1]:
        tag = _UNIQUE_TAGS[name]
        key = identifier.text(tag, INDEXED[tag].vr)
        values = key.split("\\")
        usable = bool(key) and not has_wildcard(key) and "" not in values
        single = usable and len(values) == 1
        if name != level and not single and not relational:
            raise _mismatch(f"{UNIQUE_KEYS[name]} needs one value above the {level} level", tag)
        if retrieve and (key or name == level) and not (single or (usable and name != "PATIENT")):
            raise _mismatch(f"{UNIQUE_KEYS[name]} needs a value to retrieve a {level}", tag)
        if usable:
            found[name] = values
    return found


def understand(identifier: Identifier, model: QueryModel, *, relational: bool = False, combined: bool = False) -> Query:
    """Judge a C-FIND identifier; `relational` and `combined` (dates and times) as negotiated. Raises `Refused`."""
    level = level_of(identifier, model)
    uids = unique_keys(identifier, model, level, retrieve=False, relational=relational)
    pairs = tuple(_combined_matchers(identifier, level)) if combined else ()
    in_pairs = {tag for *tags, _ in pairs for tag in tags}
    matchers: list[tuple[int, Matcher]] = []
    computed_matchers: list[tuple[int, Matcher]] = []
    returned: list[tuple[int, str]] = []
    supported = True
    for tag in identifier.key_tags():
        attribute = _supported(tag, level)
        if attribute is None:
            supported = False  # nor is it returned (C.2.2.1.3)
            continue
        returned.append((tag, attribute.vr))
        key = identifier.text(tag, attribute.vr)
        if is_universal(key, attribute.vr) or tag in in_pairs:
            continue
        (computed_matchers if tag in COMPUTED else matchers).append((tag, _matcher(key, attribute)))
    return Query(level, uids, tuple(matchers), tuple(computed_matchers), tuple(returned), supported, pairs)


def _combined_matchers(identifier: Identifier, level: str) -> Iterator[tuple[int, int, Matcher]]:
    """A matcher for each date and time that are both asked for as ranges (PS3.4 C.2.2.2.5.4)."""
    for date, time in DATES_WITH_TIMES:
        keys = identifier.text(date, "DA"), identifier.text(time, "TM")
        if _supported(date, level) is not None and all("-" in key for key in keys):
            try:
                yield date, time, combined_matcher(*keys)
            except ValueError:
                raise _mismatch(f"{INDEXED[date].keyword} and {INDEXED[time].keyword} are no ranges", date) from None


def _supported(tag: int, level: str) -> Indexed | None:
    """The attribute of a key that can be matched and returned at a level: of the level itself or of one above."""
    attribute = INDEXED.get(tag) or COMPUTED.get(tag)
    if attribute is None or LEVELS.index(attribute.level) > LEVELS.index(level):
        return None
    return attribute


def _matcher(key: str, attribute: Indexed) -> Matcher:
    """The test for a key; no value is an unknown one, which matches every key (PS3.4 C.2.2.1.2)."""
    try:
        test = matcher(key, attribute.vr)
        return lambda value: not value or test(value)
    except ValueError:
        raise _mismatch(f"{attribute.keyword} does not fit its VR {attribute.vr}", attribute.tag) from None


def _mismatch(reason: str, tag: int) -> Refused:
    return Refused(IDENTIFIER_DOES_NOT_MATCH, reason, tag)
