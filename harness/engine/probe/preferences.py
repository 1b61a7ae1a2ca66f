"""Which transfer syntax a peer takes when several are proposed in one presentation context (PS3.8 7.1.1.14).

Every SOP class that accepts several is asked with all of them, forward and backward. Those that answer alike are one
group, of which the first SOP class is asked with pairs: AB and BA.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, groupby, permutations

from harness.engine.probe.offering import Offer, Offering
from harness.observe.habits import Choice, Preference
from harness.observe.probe import Matrix
from harness.observe.trace import ContextOutcome

MOST_PAIRS = 2048
"""Presentation contexts with pairs in one probe: enough for one SOP class that accepts every transfer syntax."""

_Group = tuple[tuple[str, ...], str | None, str | None]
"""The transfer syntaxes that are accepted, and which is taken of them in this order, and in the other."""

_Answers = Mapping[Offer, ContextOutcome]


def preferences(matrix: Matrix, offering: Offering) -> tuple[Preference, ...]:
    """What the peer prefers, for the most SOP classes first. Raises TimeoutError when the time of the probe is up."""
    several = {uid: syntaxes for uid in matrix.sop_classes if len(syntaxes := matrix.accepted(uid)) > 1}
    answers = offering.answers([(uid, order) for uid, all_ in several.items() for order in (all_, all_[::-1])])
    groups: dict[_Group, list[str]] = {}
    for uid, all_ in several.items():
        groups.setdefault((all_, _taken(answers, (uid, all_)), _taken(answers, (uid, all_[::-1]))), []).append(uid)
    found, left = [], MOST_PAIRS
    for group, uids in sorted(groups.items(), key=lambda item: -len(item[1])):
        compared = _fitting(group[0], left)
        left -= len(compared) * (len(compared) - 1)
        pairs = offering.answers([(uids[0], pair) for pair in permutations(compared, 2)])
        found.append(_preference(uids, group, compared, pairs))
    return tuple(found)


def _fitting(syntaxes: Sequence[str], most: int) -> Sequence[str]:
    """As many transfer syntaxes as can be compared with each other in at most so many contexts."""
    count = max(count for count in range(len(syntaxes) + 1) if count * (count - 1) <= most)
    return syntaxes[: count if count > 1 else 0]


def _taken(answers: _Answers, offer: Offer) -> str | None:
    outcome = answers.get(offer)
    return outcome.accepted_transfer_syntax if outcome is not None and outcome.accepted else None


def _preference(uids: Sequence[str], group: _Group, compared: Sequence[str], pairs: _Answers) -> Preference:
    accepted, *taken = group
    ways, beaten = set(), {syntax: set[str]() for syntax in compared}
    for one, other in combinations(compared, 2):
        way, winner = _way(one, other, [_taken(pairs, (uids[0], pair)) for pair in ((one, other), (other, one))])
        ways.add(way)
        if winner is not None:
            beaten[winner].add(one if winner == other else other)
    if not compared:
        way, winner = _way(accepted[0], accepted[-1], taken)
        return Preference(tuple(uids), way, len(accepted), 0, ((winner,),) if winner is not None else ())
    tiers = _tiers(beaten)
    choice = _choice(ways, beaten, tiers)
    if len(compared) == len(accepted) and taken != [_expected(choice, tiers, accepted[::step]) for step in (1, -1)]:
        choice = Choice.UNCLEAR
    return Preference(tuple(uids), choice, len(accepted), len(compared), tiers if choice is Choice.OWN else ())


def _way(first: str, last: str, taken: Sequence[str | None]) -> tuple[Choice, str | None]:
    """What is shown by what was taken in one order and in the other, and which was taken in both."""
    if taken[0] == taken[1] and taken[0] is not None:
        return Choice.OWN, taken[0]
    ways = {(first, last): Choice.FIRST, (last, first): Choice.LAST}
    return ways.get((taken[0] or "", taken[1] or ""), Choice.UNCLEAR), None


def _tiers(beaten: Mapping[str, set[str]]) -> tuple[tuple[str, ...], ...]:
    ordered = sorted(beaten, key=lambda syntax: -len(beaten[syntax]))
    return tuple(tuple(tier) for _, tier in groupby(ordered, key=lambda syntax: len(beaten[syntax])))


def _choice(ways: set[Choice], beaten: Mapping[str, set[str]], tiers: Sequence[Sequence[str]]) -> Choice:
    if Choice.OWN not in ways:
        return ways.pop() if len(ways) == 1 else Choice.UNCLEAR
    return Choice.OWN if ways <= {Choice.OWN, Choice.FIRST} and _is_order(beaten, tiers) else Choice.UNCLEAR


def _is_order(beaten: Mapping[str, set[str]], tiers: Sequence[Sequence[str]]) -> bool:
    """Whether each is preferred to all of the lower tiers, and to none of its own."""
    lower: set[str] = set()
    for tier in reversed(tiers):
        if any(beaten[syntax] != lower for syntax in tier):
            return False
        lower |= set(tier)
    return True


def _expected(choice: Choice, tiers: Sequence[Sequence[str]], proposed: Sequence[str]) -> str | None:
    """What would be taken of all that are proposed in this order."""
    if choice is Choice.OWN:
        return next(syntax for syntax in proposed if syntax in tiers[0])
    return {Choice.FIRST: proposed[0], Choice.LAST: proposed[-1]}.get(choice)
