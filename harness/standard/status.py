"""DIMSE statuses: categories, meanings per service, and the names that scenarios use (PS3.7 Annex C; PS3.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache


class StatusCategory(StrEnum):
    """Status classes of PS3.7 C.1; `unknown` for codes that no class covers."""

    SUCCESS = "success"
    PENDING = "pending"
    CANCEL = "cancel"
    WARNING = "warning"
    FAILURE = "failure"
    UNKNOWN = "unknown"


class Service(StrEnum):
    """Services whose statuses have meanings of their own."""

    ECHO = "echo"
    STORE = "store"
    FIND = "find"
    MOVE = "move"
    GET = "get"
    NORMALIZED = "normalized"


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """One status code with its category and meaning."""

    code: int
    category: StatusCategory
    text: str

    def __str__(self) -> str:
        if self.text == self.category.value:
            return f"{self.code:04X}H ({self.text})"
        return f"{self.code:04X}H ({self.category.value}: {self.text})"


_SUCCESS, _PENDING, _CANCEL = StatusCategory.SUCCESS, StatusCategory.PENDING, StatusCategory.CANCEL
_WARNING, _FAILURE = StatusCategory.WARNING, StatusCategory.FAILURE

_Rows = tuple[tuple[int, int, StatusCategory, str], ...]

_GENERAL: _Rows = (
    (0x0000, 0x0000, _SUCCESS, "success"),
    (0x0001, 0x0001, _WARNING, "requested optional attributes are not supported"),
    (0x0105, 0x0105, _FAILURE, "no such attribute"),
    (0x0106, 0x0106, _FAILURE, "invalid attribute value"),
    (0x0107, 0x0107, _WARNING, "attribute list error"),
    (0x0110, 0x0110, _FAILURE, "processing failure"),
    (0x0111, 0x0111, _FAILURE, "duplicate SOP instance"),
    (0x0112, 0x0112, _FAILURE, "no such SOP instance"),
    (0x0113, 0x0113, _FAILURE, "no such event type"),
    (0x0114, 0x0114, _FAILURE, "no such argument"),
    (0x0115, 0x0115, _FAILURE, "invalid argument value"),
    (0x0116, 0x0116, _WARNING, "attribute value out of range"),
    (0x0117, 0x0117, _FAILURE, "invalid SOP instance"),
    (0x0118, 0x0118, _FAILURE, "no such SOP class"),
    (0x0119, 0x0119, _FAILURE, "class-instance conflict"),
    (0x0120, 0x0120, _FAILURE, "missing attribute"),
    (0x0121, 0x0121, _FAILURE, "missing attribute value"),
    (0x0122, 0x0122, _FAILURE, "SOP class not supported"),
    (0x0123, 0x0123, _FAILURE, "no such action"),
    (0x0124, 0x0124, _FAILURE, "not authorized"),
    (0x0210, 0x0210, _FAILURE, "duplicate invocation"),
    (0x0211, 0x0211, _FAILURE, "unrecognized operation"),
    (0x0212, 0x0212, _FAILURE, "mistyped argument"),
    (0x0213, 0x0213, _FAILURE, "resource limitation"),
)

_STORE: _Rows = (
    (0xA700, 0xA7FF, _FAILURE, "out of resources"),
    (0xA900, 0xA9FF, _FAILURE, "data set does not match SOP class"),
    (0xC000, 0xCFFF, _FAILURE, "cannot understand"),
    (0xB000, 0xB000, _WARNING, "coercion of data elements"),
    (0xB006, 0xB006, _WARNING, "elements discarded"),
    # Named apart from the failure A9xx, which PS3.4 Table B.2-1 calls the same.
    (0xB007, 0xB007, _WARNING, "data set does not match SOP class (warning)"),
)
_FIND: _Rows = (
    (0xA700, 0xA700, _FAILURE, "out of resources"),
    (0xA710, 0xA710, _FAILURE, "invalid prior record key"),
    (0xA900, 0xA900, _FAILURE, "identifier does not match SOP class"),
    (0xB001, 0xB001, _WARNING, "matching reached response limit, a later request may return more"),
    (0xC000, 0xCFFF, _FAILURE, "unable to process"),
    (0xFE00, 0xFE00, _CANCEL, "matching terminated due to cancel"),
    (0xFF00, 0xFF00, _PENDING, "matches are continuing"),
    (0xFF01, 0xFF01, _PENDING, "matches are continuing, some optional keys are not supported"),
)
_RETRIEVE: _Rows = (
    (0xA701, 0xA701, _FAILURE, "out of resources, unable to calculate the number of matches"),
    (0xA702, 0xA702, _FAILURE, "out of resources, unable to perform sub-operations"),
    (0xA900, 0xA900, _FAILURE, "identifier does not match SOP class"),
    (0xAA00, 0xAA00, _FAILURE, "none of the frames requested were found in the SOP instance"),
    (0xAA01, 0xAA01, _FAILURE, "unable to create new object for this SOP class"),
    (0xAA02, 0xAA02, _FAILURE, "unable to extract frames"),
    (0xAA03, 0xAA03, _FAILURE, "time-based request received for a non-time-based original SOP instance"),
    (0xAA04, 0xAA04, _FAILURE, "invalid request"),
    (0xB000, 0xB000, _WARNING, "sub-operations complete, one or more failures or warnings"),
    (0xC000, 0xCFFF, _FAILURE, "unable to process"),
    (0xFE00, 0xFE00, _CANCEL, "sub-operations terminated due to cancel"),
    (0xFF00, 0xFF00, _PENDING, "sub-operations are continuing"),
)
_MOVE: _Rows = ((0xA801, 0xA801, _FAILURE, "move destination unknown"), *_RETRIEVE)

_BY_SERVICE: dict[Service, _Rows] = {
    Service.ECHO: _GENERAL,
    Service.STORE: _STORE + _GENERAL,
    Service.FIND: _FIND + _GENERAL,
    Service.MOVE: _MOVE + _GENERAL,
    Service.GET: _RETRIEVE + _GENERAL,
    Service.NORMALIZED: _GENERAL,
}


def describe_status(code: int, service: Service) -> StatusMeaning:
    """What a status means for a service; codes that it does not define get the class of their range (PS3.7 C.1)."""
    for first, last, category, text in _BY_SERVICE[service]:
        if first <= code <= last:
            return StatusMeaning(code, category, text)
    return StatusMeaning(code, _category_by_range(code), "not defined for this service")


@lru_cache
def is_stored(status: int | None) -> bool:
    """Whether a status of C-STORE says that the SCP has the instance: success, or success with a warning."""
    return status is not None and describe_status(status, Service.STORE).category in _HAS_IT


_HAS_IT = (StatusCategory.SUCCESS, StatusCategory.WARNING)


def _category_by_range(code: int) -> StatusCategory:
    if code == 0xFE00:
        return _CANCEL
    if code in (0xFF00, 0xFF01):
        return _PENDING
    if code >> 12 in (0xA, 0xC) or code >> 8 in (0x01, 0x02):
        return _FAILURE
    if code >> 12 == 0xB:
        return _WARNING
    return StatusCategory.UNKNOWN


class UnknownStatus(LookupError):
    """A text that names no status; `suggestions` are names like it."""

    def __init__(self, text: str, suggestions: list[str]) -> None:
        super().__init__(f"`{text}` is neither a status category, a status name nor a hexadecimal status")
        self.suggestions = suggestions


@dataclass(frozen=True, slots=True)
class StatusMatcher:
    """What a scenario demands of a status: a category, a name, or the codes from `first` to `last`."""

    text: str
    category: StatusCategory | None = None
    name: str | None = None
    first: int = 0
    last: int = -1

    def matches(self, code: int, service: Service) -> bool:
        """Whether a status code that answered a request of `service` fulfills the demand."""
        meaning = describe_status(code, service)
        if self.category is not None:
            return meaning.category is self.category
        if self.name is not None:
            return self.name in _names_of(meaning.text)
        return self.first <= code <= self.last

    def __str__(self) -> str:
        return self.text


def _names_of(text: str) -> tuple[str, ...]:
    """The names of a meaning: all of it, and what stands before a comma (`out-of-resources`)."""
    return tuple(dict.fromkeys(_kebab(part) for part in (text, text.partition(",")[0])))


def _kebab(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


_CATEGORIES = {category.value: category for category in StatusCategory if category is not StatusCategory.UNKNOWN}
_HEX = r"(?:0x)?([0-9A-F]{4})H?"
_HEX_RANGE = r"(?:0x)?(?=[0-9A-FX]{4}H?$)([0-9A-F]{1,3})(X{1,3})H?"
_STANDARD_PREFIX = r"(?:refused|error|failed|failure|warning)\s*:\s*"


@cache
def _names() -> dict[str, str]:
    """Names by their letters and digits alone, so that keywords (`SOPClassNotSupported`) are found too."""
    names: dict[str, str] = {}
    for rows in _BY_SERVICE.values():
        for _, _, category, text in rows:
            if category in (_FAILURE, _WARNING):
                names.update((name.replace("-", ""), name) for name in _names_of(text))
    return names


def status_names() -> list[str]:
    """Every category and status name that `resolve_status` knows."""
    return [*_CATEGORIES, *_names().values()]


def resolve_status(text: str) -> StatusMatcher:
    """A demand from a category, a name (`out-of-resources`), a code (`A700`, `0xA700`) or a range (`A7xx`).

    Names are those of PS3.4 and PS3.7, with or without `Refused:` and the like; case and punctuation don't matter.
    A name means different codes in different services. Raises `UnknownStatus` with suggestions.
    """
    plain = text.strip()
    if plain.lower() in _CATEGORIES:
        return StatusMatcher(plain.lower(), category=_CATEGORIES[plain.lower()])
    if exact := re.fullmatch(_HEX, plain, re.IGNORECASE):
        code = int(exact[1], 16)
        return StatusMatcher(f"{code:04X}H", first=code, last=code)
    if ranged := re.fullmatch(_HEX_RANGE, plain, re.IGNORECASE):
        digits, free = ranged[1].upper(), len(ranged[2])
        first = int(digits, 16) << 4 * free
        return StatusMatcher(f"{digits}{'x' * free}H", first=first, last=first + (1 << 4 * free) - 1)
    wanted = _kebab(re.sub(_STANDARD_PREFIX, "", plain, count=1, flags=re.IGNORECASE))
    name = _names().get(wanted.replace("-", ""))
    if name is None:
        import difflib

        raise UnknownStatus(text, difflib.get_close_matches(wanted, status_names(), n=3, cutoff=0.6))
    return StatusMatcher(name, name=name)
