"""The words for what changed between two runs, the same on the console, in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.reporting.folding import folded
from harness.reporting.probe_facts import some_of
from harness.reporting.text import moment, number_of
from harness.results.capabilities import CapabilityChange, CapabilityKind
from harness.results.check_changes import ChangeKind, CheckChange
from harness.results.compare import Comparison, Side
from harness.results.model import Verdict
from harness.results.time_changes import ALL_STEPS, ALPHA, FELT_RATIO, FELT_SECONDS, TimeChange

WORST_FIRST = (
    ChangeKind.NEW_FAILURE,
    ChangeKind.UNTESTED,
    ChangeKind.NEW_WARNING,
    ChangeKind.OTHERWISE,
    ChangeKind.FIXED,
    ChangeKind.TESTED,
    ChangeKind.ADDED,
    ChangeKind.REMOVED,
)
"""The order in which reports tell of changes."""

HOW_TIMES_ARE_JUDGED = (
    "Each step that passed in both runs is compared with itself (signed-rank test of Wilcoxon). More than noise is "
    f"what chance makes less than once in {round(1 / ALPHA):,} times; it counts as slower from {FELT_RATIO:g} times "
    f"as long and {1000 * FELT_SECONDS:g} ms per step on."
)


def sentence(found: Comparison) -> str:
    """What changed, in one sentence, what is worse first."""
    parts = [*_check_parts(found), *_other_parts(found)]
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}." if said else "Nothing changed."


def _check_parts(found: Comparison) -> Iterator[str]:
    nouns = {
        ChangeKind.NEW_FAILURE: "new failure",
        ChangeKind.NEW_WARNING: "new warning",
        ChangeKind.ADDED: "new check",
    }
    for kind, changes in by_kind(found):
        number = len(changes)
        yield number_of(number, nouns[kind]) if kind in nouns else f"{number:,} {kind.value}"


def _other_parts(found: Comparison) -> Iterator[str]:
    gained = sum(change.kind == "gained" for change in found.capabilities)
    changed = len(found.capabilities) - len(found.lost) - gained
    if found.lost:
        yield f"{number_of(len(found.lost), 'capability', 'capabilities')} lost"
    if gained:
        yield f"{gained:,} gained"
    if changed:
        yield f"{number_of(changed, 'fact')} of peers changed"
    if found.slower:
        peers = ", ".join(dict.fromkeys(change.peer for change in found.slower))
        yield f"slower ({peers})"
    elif any(change.is_faster for change in found.times):
        yield "faster"


def by_kind(found: Comparison) -> list[tuple[ChangeKind, list[CheckChange]]]:
    """The changes of each kind that occurs, worst kinds first."""
    kinds: dict[ChangeKind, list[CheckChange]] = {kind: [] for kind in WORST_FIRST}
    for change in found.checks:
        kinds[change.kind].append(change)
    return [(kind, changes) for kind, changes in kinds.items() if changes]


def style_of(kind: ChangeKind) -> Verdict:
    """The verdict in whose color a kind of change is shown."""
    return {
        ChangeKind.NEW_FAILURE: Verdict.FAIL,
        ChangeKind.UNTESTED: Verdict.BLOCKED,
        ChangeKind.NEW_WARNING: Verdict.WARNING,
        ChangeKind.FIXED: Verdict.PASS,
        ChangeKind.TESTED: Verdict.PASS,
    }.get(kind, Verdict.SKIPPED)


def unchanged_text(found: Comparison) -> str:
    """How much was compared and is as before; empty for nothing."""
    checks = number_of(found.same_checks, "check") if found.same_checks else ""
    pairs = number_of(found.same_contexts, "presentation context") if found.same_contexts else ""
    both = " and ".join(filter(None, (checks, pairs)))
    return f"{both} as before" if both else ""


def side_text(side: Side) -> str:
    """A side in a few words."""
    tool = f", {side.tool}" if side.tool else ""
    return f"{side.kind.value} {side.name} of {moment(side.started)}{tool}"


def verdicts_text(change: CheckChange) -> str:
    """From which verdict to which; `none` where the run has no such check."""
    return " → ".join(verdict.value if verdict is not None else "none" for verdict in (change.before, change.after))


def why_text(change: CheckChange) -> str:
    """What is known of a change: the reason of what could not be tested, else what was seen and its diagnosis."""
    check = change.check
    if check.verdict in (Verdict.SKIPPED, Verdict.BLOCKED):
        return check.reason
    if change.after in (None, Verdict.PASS):
        return check.expected_failure or ("no known failure any more" if change.before is change.after else "")
    diagnosis = f" [{check.diagnosis.code}]" if check.diagnosis is not None else ""
    return f"expected {check.expected}; observed {check.observed}{diagnosis}"


CapabilityRow = tuple[CapabilityKind, str, str, str, str]
"""What became of it, the peer, what, from what, to what."""


def capability_rows(found: Comparison) -> list[CapabilityRow]:
    """What was lost first; pairs that changed alike stand together."""
    groups: dict[tuple[CapabilityKind, str, str, str], list[CapabilityChange]] = {}
    for change in found.capabilities:
        groups.setdefault((change.kind, change.peer, change.before, change.after), []).append(change)
    return [
        (kind, peer, what, before, after)
        for (kind, peer, before, after), group in groups.items()
        for what in _folded(group)
    ]


def _folded(changes: Iterable[CapabilityChange]) -> Iterator[str]:
    """Pairs of SOP class and transfer syntax in few lines, roles in one, and what else there is."""
    changes = list(changes)
    yield from folded((change.uids[0], change.uids[1]) for change in changes if len(change.uids) == 2)
    roles = [change.uids[0] for change in changes if len(change.uids) == 1]
    if roles:
        yield f"requestor as SCP of {some_of(roles)}"
    yield from (change.what for change in changes if not change.uids)


def times_shown(found: Comparison) -> list[TimeChange]:
    """All steps of each peer, and whatever else differs by more than noise."""
    return [change for change in found.times if change.what == ALL_STEPS or change.is_more_than_noise]


def judgement(change: TimeChange) -> str:
    """What the test says of times."""
    if change.p is None:
        return f"too few to tell ({number_of(change.pairs, 'pair')})"
    if change.is_slower:
        return f"slower ({chance_text(change)})"
    if change.is_faster:
        return f"faster ({chance_text(change)})"
    if change.is_more_than_noise:
        return f"more than noise, hardly felt ({chance_text(change)})"
    return f"no more than noise ({chance_text(change)})"


def chance_text(change: TimeChange) -> str:
    """How often chance alone makes such a difference."""
    assert change.p is not None
    return "p < 0.0001" if change.p < 0.0001 else f"p = {change.p:.2g}"


def ratio_text(change: TimeChange) -> str:
    """How many times as long."""
    return f"{change.ratio:.2f} times"
