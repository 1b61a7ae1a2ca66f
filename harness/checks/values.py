"""Expectations about attribute values of C-FIND matches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.checks.outcome import Outcome, Show
from harness.observe.data_set import element_value
from harness.observe.outcomes import Match
from harness.scenario.demands import DemandsByPath as Demands
from harness.scenario.demands import ValueExpectation

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

_LISTED = 3
"""How many matches are described one by one; a worklist may have hundreds."""

_STEP = re.compile(r"(\w+)\[(\d+)\]\.")


def value_of(data_set: Dataset, path: str) -> tuple[str, str]:
    """An attribute as text (values joined by backslashes; empty when missing) and its VR.

    `path` is a keyword, or leads into items of sequences: `ScheduledProcedureStepSequence[0].Modality`. The text of a
    sequence is how many items it has.
    """
    element = _element_at(data_set, path)
    if element is None or element.value is None:
        return "", ""
    value = element.value
    if element.VR == "SQ":
        return (_items(len(value)) if value else ""), "SQ"
    return element_value(element), element.VR


def _element_at(data_set: Dataset, path: str) -> DataElement | None:
    """The element at a path; None when it, or an item on the way, is not there."""
    while found := _STEP.match(path):
        items = _items_at(data_set, found[1])
        if int(found[2]) >= len(items):
            return None
        data_set, path = items[int(found[2])], path[found.end() :]
    return data_set[path] if path in data_set else None  # noqa: SIM401 - `get` gives values for keywords


def _items_at(data_set: Dataset, path: str) -> Sequence[Dataset]:
    """The items of a sequence; none when it is missing, or comes as something else."""
    element = _element_at(data_set, path)
    return element.value if element is not None and element.VR == "SQ" else []


def _items(number: int) -> str:
    return f"{number} item{'s' * (number != 1)}"


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
    return ", ".join(_described(demands))


def _described(demands: Demands, place: str = "") -> Iterator[str]:
    for keyword, demand in demands.items():
        if isinstance(demand, str | ValueExpectation):
            yield f"{place}{keyword} {_words(demand)}"
        elif not demand:
            yield f"{place}{keyword} empty"
        else:
            for index, item in enumerate(demand):
                yield from _described(item, f"{place}{keyword}[{index}].")


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
    return list(unmet_demands(match.dataset, demands, show))


def unmet_demands(data_set: Dataset, demands: Demands, show: Show, place: str = "") -> Iterator[str]:
    """What a data set, or the item at a place, has instead of what is demanded."""
    for keyword, demand in demands.items():
        if not isinstance(demand, str | ValueExpectation):
            yield from _unmet_items(_items_at(data_set, keyword), demand, show, f"{place}{keyword}")
            continue
        text, vr = value_of(data_set, keyword)
        if not fulfills(text, demand):
            # Counts tell nothing about a patient, and without the number a failure tells nothing at all.
            shown = text if keyword.startswith("NumberOf") or vr == "SQ" else show(text, vr)
            yield f"{place}{keyword} = {shown}" if text else f"{place}{keyword} missing or empty"


def _unmet_items(items: Sequence[Dataset], wanted: Sequence[Demands], show: Show, place: str) -> Iterator[str]:
    if len(items) != len(wanted):
        yield f"{place} with {_items(len(items))} instead of {len(wanted)}"
        return
    for index, (item, demands) in enumerate(zip(items, wanted, strict=True)):
        yield from unmet_demands(item, demands, show, f"{place}[{index}].")


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
    missing = []
    for demands in wanted:
        fitting = next((index for index in left if not _unmet(matches[index], demands, show)), None)
        if fitting is None:
            missing.append(demands)
        else:
            left.remove(fitting)
    expected = f"just {_number_of_matches(len(wanted))}: {_listed(wanted)}"
    observed = f"{_number_of_matches(len(matches))}, {len(missing)} expected missing, {len(left)} unexpected"
    reason = f"missing: {_listed(missing)}" if missing and len(wanted) > 1 else ""
    return Outcome("exact", not missing and not left, expected, observed, reason)


def _number_of_matches(number: int) -> str:
    return f"{number} match{'es' * (number != 1)}"


def _listed(wanted: Sequence[Demands]) -> str:
    more = f"; and {len(wanted) - _LISTED} more" if len(wanted) > _LISTED else ""
    return "; ".join(describe(demands) for demands in wanted[:_LISTED]) + more
