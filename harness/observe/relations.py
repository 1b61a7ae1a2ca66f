"""What a relation asks of an archive, and what was answered: its whole conversation, to be judged afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from harness.observe.outcomes import FindObservation, Observation, RetrieveObservation
from harness.standard.models import QueryModel


@dataclass(frozen=True, slots=True)
class Query:
    """A C-FIND: matching keys by keyword, and attributes to return."""

    level: str
    keys: Mapping[str, str] = field(default_factory=dict)
    returned: tuple[str, ...] = ()
    model: QueryModel = QueryModel.STUDY_ROOT
    character_set: str | None = None
    cancel_after: int | None = None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A C-MOVE of one study to ourselves."""

    study_instance_uid: str


Question = Query | Retrieval
Answer = FindObservation | RetrieveObservation


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an archive a relation looks at.

    `dates` is the range of study dates to look in, `today` where the search for one begins when there is none.
    `studies` are looked into at the levels below; a query with more than `matches` is canceled; a study with more than
    `instances` is not moved.
    """

    today: date
    dates: str = ""
    studies: int = 3
    matches: int = 1000
    instances: int = 50


@dataclass(slots=True, kw_only=True)
class RelationObservation(Observation):
    """The answers to all that a relation asked, in order; `stopped` says why it could not ask on, if it could not."""

    relation: str
    limits: Limits
    answers: list[Answer] = field(default_factory=list)
    stopped: str = ""
