"""What is on a Modality Worklist, as cases look at it (PS3.4 K.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Outcome, Profile, Seen
from harness.engine.conform.searching import Answers, search
from harness.observe.data_set import element_value
from harness.standard.attributes import Attributes
from harness.standard.uids import IMPLICIT_VR_LE
from harness.standard.worklist import MODALITY_WORKLIST_FIND, STEP_SEQUENCE, USUAL_RETURN_KEYS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NEEDS = (supports(MODALITY_WORKLIST_FIND, IMPLICIT_VR_LE),)

ValueOf = Callable[["Dataset"], str]


def query(bench: Bench, keys: Attributes) -> Answers:
    """The items that these keys match."""
    return search(bench, MODALITY_WORKLIST_FIND, "", keys, USUAL_RETURN_KEYS)


def all_items(bench: Bench) -> Answers:
    """All that is scheduled. Raises `Inconclusive` when nothing is."""
    answers = query(bench, {})
    if not answers.matches:
        raise Inconclusive("nothing is on the worklist")
    return answers


def step_of(item: Dataset) -> Dataset | None:
    """The first scheduled procedure step of an item."""
    steps = item.get(STEP_SEQUENCE)
    return steps[0] if steps else None


def of_item(keyword: str) -> ValueOf:
    """The value of an attribute of items, as text."""
    return lambda item: _text(item, keyword)


def _text(data_set: Dataset, keyword: str) -> str:
    """A value as text; several are joined by backslashes."""
    return element_value(data_set[keyword]) if data_set.get(keyword) else ""


def of_step(keyword: str) -> ValueOf:
    """The value of an attribute of their steps, as text."""

    def value(item: Dataset) -> str:
        step = step_of(item)
        return _text(step, keyword) if step is not None else ""

    return value


def worklist_case(
    name: str,
    title: str,
    requirement: str,
    script: Callable[[Bench], Seen],
    *allowed: Outcome,
    conduct: Conduct = Conduct.PROBES,
) -> Case:
    """A case about the worklist; what reads all of it is for peers for tests only."""
    profile = {Conduct.READS: Profile.SAFE, Conduct.PROBES: Profile.ACCEPTANCE}.get(conduct, Profile.STRICT)
    identifier = f"worklist/find/{name}"
    return Case(identifier, title, (requirement,), allowed, script, profile, conduct, _NEEDS)
