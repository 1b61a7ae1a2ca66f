"""What text a value representation can hold, as a value or as a matching key (PS3.5 6.2; PS3.4 C.2.2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

INTEGER_VRS = frozenset(("US", "SS", "UL", "SL", "UV", "SV"))
_FLOAT_VRS = frozenset(("FL", "FD"))
_LONGEST = {"AE": 16, "CS": 16, "DS": 16, "IS": 12, "LO": 64, "LT": 10240, "SH": 16, "ST": 1024, "UI": 64}
"""Characters that a value has at most."""

_ONE_VALUE = frozenset(("LT", "ST", "UR", "UT"))
"""Value representations in which a backslash separates nothing (PS3.5 6.2)."""

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9](([0-5][0-9]|60)(\.[0-9]{1,6})?)?)?")
_DATE_TIME = re.compile(
    r"[0-9]{4}((0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01])"
    r"(([01][0-9]|2[0-3])([0-5][0-9](([0-5][0-9]|60)(\.[0-9]{1,6})?)?)?)?)?)?([+-][01][0-9][0-5][0-9])?"
)
_RANGE_OF_DATE_TIMES = re.compile(rf"(?:{_DATE_TIME.pattern})?-(?:{_DATE_TIME.pattern})?")
_AGE = re.compile(r"[0-9]{3}[DWMY]")
_INTEGER_STRING = re.compile(r" *[+-]?[0-9]+ *")
_DECIMAL_STRING = re.compile(r" *[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? *")
_CODE = re.compile(r"[A-Z0-9_ *?]*")
_UID = re.compile(r"[0-9.*?]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def key_problem(vr: str, text: str) -> str:
    """Why a matching key of a value representation cannot be that text, as what to write; empty when it can.

    Wildcards are let through in UIDs too: what an SCP makes of them is worth a test.
    """
    parts = [text] if vr in _ONE_VALUE else text.split("\\")
    return next(filter(None, (_problem(vr, part) for part in parts)), "")


def _problem(vr: str, value: str) -> str:
    if not value:
        return ""
    longest = _LONGEST.get(vr, len(value))
    if len(value) > longest:
        return f"it has {len(value)} characters, and {vr} at most {longest}"
    if vr in ("PN", "LO", "SH", "AE", "CS", "UC") and _CONTROL.search(value):
        return "control characters are not allowed in it"
    check = _CHECKS.get(vr)
    return check(value) if check is not None else ""


def _matching(pattern: re.Pattern[str], wanted: str) -> Callable[[str], str]:
    return lambda value: "" if pattern.fullmatch(value) else wanted


def _date(value: str) -> str:
    if all(_is_date(part) for part in _ends_of_range(value)):
        return ""
    return "a date is written `20240131`, a range `20240101-20240131`, `20240101-` or `-20240131`"


def _ends_of_range(value: str) -> list[str]:
    """A value alone, or what stands before and after its hyphen."""
    ends = [part.strip() for part in value.split("-")]
    return [part for part in ends if part] if len(ends) == 2 and any(ends) else [value]


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    try:
        return found is not None and bool(date(*(int(part) for part in found.groups())))
    except ValueError:
        return False


def _time(value: str) -> str:
    if all(_TIME.fullmatch(part) for part in _ends_of_range(value)):
        return ""
    return "a time is written `13`, `1330`, `133000` or `133000.5`, a range `08-12`, `08-` or `-12`"


def _date_time(value: str) -> str:
    text = value.strip()
    if _DATE_TIME.fullmatch(text) or (_RANGE_OF_DATE_TIMES.fullmatch(text) and text != "-"):
        return ""
    return "a date time is written `20240131133000`, as much of it as is known, or a range of two with `-`"


def _person_name(value: str) -> str:
    groups = value.split("=")
    if len(groups) > 3 or any(group.count("^") > 4 for group in groups):
        return "a name has at most five components (`Family^Given^Middle^Prefix^Suffix`) in at most three groups (`=`)"
    longest = max(map(len, groups))
    return f"it has {longest} characters, and each group of a PN at most 64" if longest > 64 else ""


def _floating(value: str) -> str:
    try:
        float(value)
    except ValueError:
        return "it is a number"
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "AS": _matching(_AGE, "an age is written with three digits and D, W, M or Y, such as `045Y`"),
    "CS": _matching(_CODE, "a code has upper-case letters, digits, spaces and underscores"),
    "DA": _date,
    "DS": _matching(_DECIMAL_STRING, "it is a number"),
    "DT": _date_time,
    "IS": _matching(_INTEGER_STRING, "it is a whole number"),
    "PN": _person_name,
    "TM": _time,
    "UI": _matching(_UID, "a UID has digits and dots"),
    **dict.fromkeys(INTEGER_VRS, _matching(_INTEGER, "it is a whole number")),
    **dict.fromkeys(_FLOAT_VRS, _floating),
}
