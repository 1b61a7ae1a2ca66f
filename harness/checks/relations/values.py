"""Single values, wildcards, and the case of letters (PS3.4 C.2.2.2.1, C.2.2.2.4)."""

from __future__ import annotations

import string
from collections.abc import Iterator

from harness.checks.relations.asking import Asking, Finding, Found, Undecidable, found
from harness.checks.relations.comparing import Comparison, steadily
from harness.checks.relations.sampling import Sample, sample
from harness.observe.relations import Limits

_IDENTIFIERS = ("PatientID", "AccessionNumber")
"""Required keys that are matched with regard to case, and are no names."""
_LONG_ENOUGH = 3
"""With fewer characters a wildcard would ask for half the archive."""


def wildcards(limits: Limits) -> Asking[Finding]:
    """What a value finds, the same value with wildcards in it finds, too."""
    chosen = yield from sample(limits)
    pairs = list(_pairs(chosen, (*_IDENTIFIERS, "PatientName")))
    return (yield from steadily(lambda: _compare_wildcards(chosen, pairs)))


def _pairs(chosen: Sample, keywords: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """An attribute with a value that some study has of it, for each attribute that any has."""
    there = False
    for keyword in keywords:
        usable = list(filter(_is_usable, chosen.values(keyword)))
        if usable:
            there = True
            yield keyword, min(usable, key=lambda value: (not set(value) & set(string.ascii_letters), value))
    if not there:
        raise Undecidable(f"no study has a value of {', '.join(keywords)} that could be asked for")


def _is_usable(value: str) -> bool:
    """Whether a value is long enough, and means the same to everybody: a name has groups, and may end with `^`."""
    return len(value) >= _LONG_ENOUGH and "=" not in value and not value.endswith("^")


def _compare_wildcards(chosen: Sample, pairs: list[tuple[str, str]]) -> Asking[Comparison]:
    compared = Comparison()
    texts = []
    for keyword, value in pairs:
        exact = _having(keyword, value, (yield from _of(chosen, keyword, value)))
        missing = {}
        for key, words in (
            (f"{value[:-1]}*", "an asterisk for its last character"),
            (f"{value}*", "an asterisk behind it"),
            (f"{value[:-1]}?", "a question mark for its last character"),
        ):
            missing[words] = exact - (yield from _of(chosen, keyword, key)).entities
        lacking = " or ".join(words for words, studies in missing.items() if studies)
        compared.note(f"studies found by {keyword} and not with {lacking}", frozenset().union(*missing.values()))
        texts.append(f"{len(exact)} by {keyword}")
    compared.text = f"studies found by a value, and with wildcards in it: {', '.join(texts)}"
    return compared


def _of(chosen: Sample, keyword: str, value: str) -> Asking[Found]:
    return (yield from found(chosen.query(**{keyword: value}), required=True))


def _having(keyword: str, value: str, answer: Found) -> frozenset[str]:
    return frozenset(uid for uid, there in answer.by_entity(keyword).items() if there == value)


def single_value(limits: Limits) -> Asking[Finding]:
    """What is found by a value has this value, in upper case and lower case as it is, or none at all."""
    chosen = yield from sample(limits)
    pairs = list(_pairs(chosen, _IDENTIFIERS))
    return (yield from steadily(lambda: _compare_single(chosen, pairs)))


def _compare_single(chosen: Sample, pairs: list[tuple[str, str]]) -> Asking[Comparison]:
    compared = Comparison()
    texts = []
    for keyword, value in pairs:
        there = _having(keyword, value, (yield from found(chosen.query(keyword))))
        answer = yield from _of(chosen, keyword, value)
        compared.note(f"studies that have the {keyword} and are not found by it", there - answer.entities)
        compared.note(f"studies found by a {keyword} that is not theirs", _others(keyword, value, answer))
        swapped = value.swapcase()
        if swapped != value:
            in_other_case = yield from _of(chosen, keyword, swapped)
            wrong = _others(keyword, swapped, in_other_case)
            compared.note(f"studies found by a {keyword} that is theirs but for the case of letters", wrong)
        texts.append(f"{len(there)} by {keyword}")
    compared.text = f"studies found by a single value: {', '.join(texts)}"
    return compared


def _others(keyword: str, value: str, answer: Found) -> set[str]:
    """Those that were found by a value and have another; one that has none may match (PS3.4 C.2.2.1.2)."""
    return {uid for uid, there in answer.by_entity(keyword).items() if there and value not in there.split("\\")}


def name_case(limits: Limits) -> Asking[Finding]:
    """Names are matched with or without regard to case, but always alike."""
    chosen = yield from sample(limits)
    ((keyword, name),) = _pairs(chosen, ("PatientName",))
    if name.swapcase() == name:
        raise Undecidable("no name has letters")
    return (yield from steadily(lambda: _compare_case(chosen, keyword, name), advice=True))


def _compare_case(chosen: Sample, keyword: str, name: str) -> Asking[Comparison]:
    there = _having(keyword, name, (yield from _of(chosen, keyword, name)))
    other = name.swapcase()
    single = there & (yield from _of(chosen, keyword, other)).entities
    wildcard = there & (yield from _of(chosen, keyword, f"{other[:-1]}*")).entities
    regard = "without" if single else "with"
    compared = Comparison(f"names are matched {regard} regard to case, as a whole and with an asterisk")
    compared.note("studies found in another case by the name and not with an asterisk", single - wildcard)
    compared.note("studies found in another case with an asterisk and not by the name", wildcard - single)
    if single:
        compared.note("studies of a name that is found in another case, and not found so", there - single)
    return compared
