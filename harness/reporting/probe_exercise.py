"""What became of the objects that a probe sent, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.observe.exercise import Exercise, Exercised
from harness.reporting.check_text import Line
from harness.reporting.text import number_of, one_line
from harness.standard.status import Service, StatusCategory, describe_status, is_stored
from harness.standard.uids import uid_name

SHOWN = 20
"""Pairs that are shown on the console."""


def exercised_text(one: Exercised) -> str:
    """What became of a pair: stored, or not, or why nothing was sent."""
    if one.status is None:
        return one.why
    meaning = describe_status(one.status, Service.STORE)
    if meaning.category is StatusCategory.SUCCESS:
        return "stored"
    return f"{'stored' if is_stored(one.status) else 'not stored'}: {meaning}"


def exercise_texts(exercise: Exercise) -> Iterator[str]:
    """How many pairs were exercised, and what stays there."""
    if exercise.results:
        stored = sum(is_stored(one.status) for one in exercise.results.values())
        accepted = number_of(len(exercise.results), "accepted pair")
        yield f"{len(sent_in(exercise))} of {accepted}: {stored} stored"
    if exercise.left_behind:
        left = number_of(len(exercise.left_behind), "object")
        yield f"{left}, in {exercise.study}"


def sent_in(exercise: Exercise) -> dict[tuple[str, str], Exercised]:
    """The pairs in which an object was sent."""
    return {cell: one for cell, one in exercise.results.items() if one.sent}


def exercise_lines(exercise: Exercise) -> Iterator[Line]:
    """The same for a terminal, with what was not just stored, and why not all were exercised."""
    texts = list(exercise_texts(exercise))
    if not texts:
        return
    yield []
    yield [("exercised  ", "strong"), (texts[0], "")]
    not_just_stored = {cell: one for cell, one in sent_in(exercise).items() if one.status != 0}
    for (sop_class, syntax), one in [*not_just_stored.items()][:SHOWN]:
        text = f"{uid_name(sop_class)} in {uid_name(syntax)}: {exercised_text(one)}"
        yield [("  ! ", "warning" if is_stored(one.status) else "fail"), (one_line(text), "")]
    if len(not_just_stored) > SHOWN:
        yield [(f"    and {len(not_just_stored) - SHOWN:,} more; --json has all", "dim")]
    reasons = Counter(one.why.partition(":")[0] for one in exercise.results.values() if not one.sent)
    for reason, count in reasons.most_common():
        yield [(f"    {count:,} not: {one_line(reason)}", "dim")]
    for text in texts[1:]:
        yield [("left behind  ", "strong"), (text, "")]
