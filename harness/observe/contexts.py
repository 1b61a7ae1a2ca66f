"""Presentation contexts as proposed, joined with what was answered (PS3.8 7.1.1.14; PS3.7 D.3.3.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from harness.observe.answers import granted_roles, wrong_answers
from harness.observe.trace import ContextOutcome
from harness.ul.deviation import Deviation

if TYPE_CHECKING:
    from harness.ul import items as i
    from harness.ul import pdu as p

ACCEPTANCE = 0
DEFAULT_ROLES = (True, False)
"""SCU and SCP role of the requestor where none is negotiated (PS3.7 D.3.3.4)."""


@lru_cache(16)
def join_contexts(
    request: p.AssociateRQ, answer: p.AssociateAC
) -> tuple[tuple[ContextOutcome, ...], tuple[Deviation, ...]]:
    """Each proposed context with its result and roles, matched by id (the order is free).

    And what the answer got wrong, in its other items too.
    """
    roles = granted_roles(request, answer)
    results: dict[int, i.ContextResult] = {}
    found: list[Deviation] = []
    proposed = {context.context_id: context for context in request.contexts}
    for result in answer.results:
        if result.context_id not in proposed:
            text = f"presentation context {result.context_id} was answered and never proposed"
            found.append(Deviation("context-answers", "PS3.8 7.1.1.14", text))
        elif result.context_id in results:
            text = f"presentation context {result.context_id} was answered more than once"
            found.append(Deviation("context-answers", "PS3.8 7.1.1.14", text))
        else:
            results[result.context_id] = result
    outcomes = []
    for context in request.contexts:
        result_item = results.get(context.context_id)
        if result_item is None:
            text = f"presentation context {context.context_id} was not answered"
            found.append(Deviation("context-answers", "PS3.8 7.1.1.14", text))
        outcomes.append(_outcome(context, result_item, roles.get(context.abstract_syntax), found))
    return tuple(outcomes), (*found, *wrong_answers(request, answer))


def _outcome(
    context: i.ProposedContext,
    result: i.ContextResult | None,
    roles: tuple[bool, bool] | None,
    found: list[Deviation],
) -> ContextOutcome:
    accepted = result.transfer_syntax if result is not None and result.result == ACCEPTANCE else None
    if accepted is not None and accepted not in context.transfer_syntaxes:
        text = f"presentation context {context.context_id} was accepted with a transfer syntax that was not proposed"
        found.append(Deviation("transfer-syntax-proposed", "PS3.8 9.3.3.2", text))
    return ContextOutcome(
        context.context_id,
        context.abstract_syntax,
        context.transfer_syntaxes,
        result.result if result is not None else None,
        accepted,
        *(roles or DEFAULT_ROLES),
    )
