"""Expectations about attribute values of C-FIND matches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harness.checks.outcome import Outcome, Show
from harness.observe.outcomes import Match
from harness.scenario.expect import ValueExpectation

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Demands = Mapping[str, str | ValueExpectation]


def value_of(data_set: Dataset, keyword: str) -> tuple[str, str]:
    """An attribute as text (values joined by backslashes; empty when missing) and its VR."""
    if keyword not in data_set or data_set[keyword].value is None:
        return "", ""
    element = data_set[keyword]
    value = element.value
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value), element.VR
    return "\\".join(str(part) for part in value), element.VR


def fulfills(text: str, demand: str | ValueExpectation) -> bool:
    """Whether a value is as demanded; padding spaces do not count, and numbers are compared as numbers."""
    text = text.strip()
    if isinstance(demand, str):
        return text == demand.strip() or _same_number(text, demand)
    if demand.matches is not None:
        return re.fullmatch(demand.matches, text) is not None
    if demand.present is not None:
        return bool(text) is demand.present
    if demand.absent is not None:
        return bool(text) is not demand.absent
    return any(fulfills(text, choice) for choice in demand.one_of or [])


def _same_number(text: str, demand: str) -> bool:
    # IDs such as a PatientID of 0012 are no numbers: leading zeros count.
    if any(part.strip().lstrip("+-").startswith("0") and len(part.strip()) > 1 for part in (text, demand)):
        return False
    try:
        return float(text) == float(demand)
    except ValueError:
        return False


def describe(demands: Demands) -> str:
    """Demands in words."""
    return ", ".join(f"{keyword} {_words(demand)}" for keyword, demand in demands.items())


def _words(demand: str | ValueExpectation) -> str:
    if isinstance(demand, str):
        return f"= {demand}" if demand else "empty"
    if demand.matches is not None:
        return f"matching {demand.matches}"
    if demand.present is not None:
        return "present" if demand.present else "absent"
    if demand.absent is not None:
        return "absent" if demand.absent else "present"
    return f"one of {', '.join(demand.one_of or [])}"


def _unmet(match: Match, demands: Demands, show: Show) -> list[str]:
    found = []
    for keyword, demand in demands.items():
        text, vr = value_of(match.dataset, keyword)
        if not fulfills(text, demand):
            # Counts tell nothing about a patient, and without the number a failure tells nothing at all.
            shown = text if keyword.startswith("NumberOf") else show(text, vr)
            found.append(f"{keyword} = {shown}" if text else f"{keyword} missing or empty")
    return found


def check_every(matches: Sequence[Match], demands: Demands, show: Show) -> Outcome:
    """Every match has the values, and there is at least one match."""
    expected = f"every match has {describe(demands)}"
    if not matches:
        return Outcome("every", False, expected, "no match", "without a match nothing can be said of every match")
    for index, match in enumerate(matches, start=1):
        unmet = _unmet(match, demands, show)
        if unmet:
            return Outcome("every", False, expected, f"match {index} of {len(matches)} has {', '.join(unmet)}")
    return Outcome("every", True, expected, f"all {len(matches)} have" if len(matches) > 1 else "the one match has")


def check_some(name: str, matches: Sequence[Match], demands: Demands, show: Show) -> Outcome:
    """At least one match (`any`), or just one (`one`), has the values."""
    fitting = sum(not _unmet(match, demands, show) for match in matches)
    wanted = "just one match has" if name == "one" else "at least one match has"
    observed = f"{fitting} of {len(matches)} matches" if len(matches) != 1 else "the one match has"
    if not fitting and len(matches) == 1:
        observed = f"the one match has {', '.join(_unmet(matches[0], demands, show))}"
    met = fitting == 1 if name == "one" else fitting > 0
    return Outcome(name, met, f"{wanted} {describe(demands)}", observed)


def check_exact(matches: Sequence[Match], wanted: Sequence[Demands], show: Show) -> Outcome:
    """The matches are just the wanted ones, in any order."""
    left = list(range(len(matches)))
    missing = 0
    for demands in wanted:
        fitting = next((index for index in left if not _unmet(matches[index], demands, show)), None)
        if fitting is None:
            missing += 1
        else:
            left.remove(fitting)
    expected = f"just {len(wanted)} match{'es' * (len(wanted) != 1)}: " + "; ".join(
        describe(demands) for demands in wanted
    )
    number = f"{len(matches)} match{'es' * (len(matches) != 1)}"
    observed = f"{number}, {missing} expected missing, {len(left)} unexpected"
    return Outcome("exact", not missing and not left, expected, observed)
