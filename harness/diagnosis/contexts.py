"""From the results of presentation contexts to the codes of causes (PS3.8 9.3.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.observe.outcomes import AssociateObservation, Observation, StoreObservation
from harness.observe.trace import ContextOutcome, Role
from harness.standard.negotiation import context_result_name
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION, uid_name

_NAMED = 5
"""Contexts that evidence names; a C-GET may propose more than a hundred."""


def codes_of_contexts(contexts: Iterable[ContextOutcome]) -> tuple[str, ...]:
    """Codes for contexts of which some were refused: the first that was decides.

    Where more than C-ECHO was asked for, the lack of that matters least.
    """
    refused = [context for context in contexts if not context.accepted]
    refused.sort(key=lambda context: context.abstract_syntax == VERIFICATION)
    if not refused:
        return ("contexts-no-reason",)
    code = _OF_RESULT.get(refused[0].result, "contexts-no-reason")
    if code == "sop-class-not-supported" and IMPLICIT_VR_LE not in refused[0].transfer_syntaxes:
        # Orthanc and dcmqrscp say so, too, where it is the transfer syntax that they lack.
        return code, "transfer-syntaxes-not-supported"
    return (code,)


def codes_of_refused(observation: Observation) -> tuple[str, ...]:
    """Codes for contexts of a step of which some were refused; none where none was."""
    contexts = needed_contexts(observation)
    if all(context.accepted for context in contexts):
        return ()
    works = not observation.unsent and any(context.accepted for context in contexts)
    return (*(("contexts-partly-refused",) if works else ()), *codes_of_contexts(contexts))


def needed_contexts(observation: Observation) -> list[ContextOutcome]:
    """The contexts that a step needs, of those of its associations."""
    if isinstance(observation, AssociateObservation) and observation.contexts:
        return observation.contexts
    ours = [context for trace in observation.traces if trace.role is Role.REQUESTOR for context in trace.contexts]
    if isinstance(observation, StoreObservation):
        needs = {(instance.sop_class_uid, instance.transfer_syntax_uid) for instance in observation.instances}
        return [context for context in ours if _is_for(context, needs)]
    return ours


def _is_for(context: ContextOutcome, needs: set[tuple[str, str]]) -> bool:
    """Whether a context is for one of the instances; that of the default transfer syntax is proposed beside it."""
    return any((context.abstract_syntax, syntax) in needs for syntax in context.transfer_syntaxes)


def refused_texts(observation: Observation) -> Iterator[str]:
    """Which contexts that a step needs were refused, and how, in a sentence."""
    needs_all = bool(observation.unsent) or isinstance(observation, AssociateObservation | StoreObservation)
    refused = [context for context in needed_contexts(observation) if context.result]
    if not refused or not needs_all:
        return
    named = [_named(context) for context in refused[:_NAMED]]
    if len(refused) > _NAMED:
        named.append(f"and {len(refused) - _NAMED} more")
    yield f"presentation contexts refused: {', '.join(named)}"


def _named(context: ContextOutcome) -> str:
    syntaxes = ", ".join(map(uid_name, context.transfer_syntaxes))
    return f"{uid_name(context.abstract_syntax)} in {syntaxes} ({context_result_name(context.result)})"


_OF_RESULT: dict[int | None, str] = {
    1: "contexts-user-rejected",
    2: "contexts-no-reason",
    3: "sop-class-not-supported",
    4: "transfer-syntaxes-not-supported",
}
