"""Answers compared, so that an archive that changes meanwhile is never accused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.checks.relations.asking import Asking, Conclusion, Finding

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise than the relation says, and of which entity; `what` holds no value of the peer."""

    what: str
    entity: str
    vr: str = "UI"


@dataclass(slots=True)
class Comparison:
    """What was compared, in words, and where it differs."""

    text: str = ""
    differences: list[Difference] = field(default_factory=list)

    def note(self, what: str, entities: Iterable[str], vr: str = "UI") -> None:
        """These entities differ in this way, once however often they are named."""
        self.differences += [Difference(what, entity, vr) for entity in sorted(set(entities))]


def counted(number: int, one: str = "study", many: str = "studies") -> str:
    """A number of things in words."""
    return f"{number} {one if number == 1 else many}"


def steadily(compare: Callable[[], Asking[Comparison]], *, advice: bool = False) -> Asking[Finding]:
    """A comparison, made again when something differs.

    Queries are made one after the other, A and B and again A and B. What differs twice in the same way was there at
    one time, not there later, and there again: no archive changes like that. What differs only once did change.
    """
    first = yield from compare()
    if not first.differences:
        return Finding(Conclusion.HOLDS, first.text)
    again = yield from compare()
    lasting = [difference for difference in first.differences if difference in again.differences]
    if not lasting:
        text = "the answers differed once and not again in the same way: the archive changed between the queries"
        return Finding(Conclusion.UNDECIDED, text)
    return broken(lasting, advice=advice)


def broken(differences: list[Difference], *, advice: bool = False) -> Finding:
    """The finding for differences that are certain: how many of each kind, and a few of the entities."""
    kinds = Counter(difference.what for difference in dict.fromkeys(differences))
    text = "; ".join(f"{what}: {number}" for what, number in kinds.items())
    examples = tuple(dict.fromkeys((difference.entity, difference.vr) for difference in differences))
    return Finding(Conclusion.BROKEN, text, examples[:_EXAMPLES], advice)
