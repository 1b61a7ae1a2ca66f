"""How a relation asks: a generator that yields questions, is sent the answers, and returns what it found.

It knows no socket and no clock, so the engine asks for it and whoever judges replays the same answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from harness.checks.values import value_of
from harness.observe.outcomes import FindObservation, Match
from harness.observe.relations import Answer, Limits, Query, Question
from harness.standard.models import UNIQUE_KEYS
from harness.standard.status import Service, StatusCategory, describe_status

T = TypeVar("T")
Asking = Generator[Question, Answer, T]

OUT_OF_RESOURCES = 0xA700
LIMITED = (OUT_OF_RESOURCES, 0xB001, 0xFE00)
"""With these an archive says that there is more: A700H (PS3.4 C.4.1.1.4), B001H as for Repository Query (PS3.4 C.6.4),
or FE00H as if it were canceled."""


class Conclusion(StrEnum):
    """What is known of a relation in the end."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a relation came to, in words that hold no value of the peer.

    `examples` are a few values of the peer with their VR, for who may see them. `advice`: no clause is broken for
    sure, so that it is a warning.
    """

    conclusion: Conclusion
    text: str
    examples: tuple[tuple[str, str], ...] = ()
    advice: bool = False


Relation = Callable[[Limits], Asking[Finding]]


class Undecidable(Exception):
    """Nothing can be said of the relation; the message says why."""


class TooMany(Undecidable):
    """A query has more matches than are looked at."""


class Contradiction(Exception):
    """An answer that breaks the relation by itself; the message says what it is."""


class Found:
    """The complete answer to a query."""

    def __init__(self, query: Query, matches: Sequence[Match]) -> None:
        self.query = query
        self.matches = matches
        self._key = UNIQUE_KEYS[query.level]
        self._uids: list[str] | None = None

    @property
    def uids(self) -> list[str]:
        """The value of the unique key of the level in each match; empty where there is none."""
        if self._uids is None:
            self._uids = self.values(self._key)
        return self._uids

    @property
    def entities(self) -> frozenset[str]:
        """The unique keys that were found."""
        return frozenset(self.uids) - {""}

    @property
    def times(self) -> Counter[str]:
        """How often each entity was answered."""
        return Counter(uid for uid in self.uids if uid)

    def values(self, keyword: str) -> list[str]:
        """An attribute of each match, without padding."""
        return [value_of(match.dataset, keyword)[0].strip(" \0") for match in self.matches]

    def by_entity(self, keyword: str) -> dict[str, str]:
        """An attribute by the unique key of the match that has it."""
        return {uid: value for uid, value in zip(self.uids, self.values(keyword), strict=True) if uid}

    def __len__(self) -> int:
        return len(self.matches)


def found(query: Query, *, required: bool = False) -> Asking[Found]:
    """The complete answer to a query.

    Raises `Undecidable` for one that is not complete, or a failure. What is `required` of every SCP is asked once more
    when it fails, and is a `Contradiction` when it fails again, unless for lack of resources.
    """
    answer = yield from asked(query)
    if required and _has_failed(answer):
        answer = yield from asked(query)
    if answer.unsent:
        raise Undecidable(answer.unsent)
    if answer.status == 0:
        return Found(query, answer.matches)
    if answer.cancellation is not None and answer.cancellation.sent:
        raise TooMany(
            f"a query of level {query.level} has more than {answer.cancellation.after} matches: state `dates` with "
            "fewer, or allow more `matches`"
        )
    text = f"a query of level {query.level} with {keys_of(query)} was answered with status {answer.status or 0:04X}H"
    if answer.status in LIMITED:
        raise TooMany(f"{text} after {len(answer.matches)} matches, a limit of the archive: state `dates` with fewer")
    if required and _has_failed(answer):
        raise Contradiction(text)
    raise Undecidable(text)


def asked(query: Query) -> Asking[FindObservation]:
    """What is answered to a query, whatever it is."""
    answer = yield query
    assert isinstance(answer, FindObservation)
    return answer


def keys_of(query: Query) -> str:
    """The attributes of a query in words, without their values."""
    return ", ".join(dict.fromkeys((*query.keys, *query.returned))) or "no keys"


def _has_failed(answer: FindObservation) -> bool:
    status = answer.status
    is_failure = describe_status(status or 0, Service.FIND).category is StatusCategory.FAILURE
    return is_failure and status not in LIMITED


def concluded(relation: Relation, limits: Limits) -> Asking[Finding]:
    """A relation with each of its ends as a finding."""
    try:
        return (yield from relation(limits))
    except Undecidable as reason:
        return Finding(Conclusion.UNDECIDED, str(reason))
    except Contradiction as reason:
        return Finding(Conclusion.BROKEN, str(reason))


def judged(relation: Relation, limits: Limits, answers: Sequence[Answer]) -> Finding | None:
    """What a relation finds in these answers; None when it would ask on."""
    asking = concluded(relation, limits)
    try:
        next(asking)
        for answer in answers:
            asking.send(answer)
    except StopIteration as end:
        finding: Finding = end.value
        return finding
    finally:
        asking.close()
    return None
