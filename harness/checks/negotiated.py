"""Expectations about what an association negotiated (PS3.7 D.3.3), and about the TLS beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.checks.outcome import Outcome, Show
from harness.observe.ending import EndingKind
from harness.observe.outcomes import Observation
from harness.observe.trace import ContextOutcome, Role, Trace
from harness.scenario.expect_negotiation import (
    ContextExpectation,
    ExtendedExpectation,
    TlsExpectation,
    TlsFailedExpectation,
    WindowExpectation,
)
from harness.scenario.fields import Count
from harness.standard.extended import layout_of
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name


def _ours(observation: Observation) -> list[Trace]:
    """The associations that we asked for and got."""
    return [trace for trace in observation.traces if trace.role is Role.REQUESTOR and trace.contexts]


def _first(observation: Observation) -> Trace:
    return _ours(observation)[0]


# Presentation contexts


def check_contexts(name: str, value: Sequence[ContextExpectation], observation: Observation, _show: Show) -> Outcome:
    """Each expectation holds for every context that it is about, and is about at least one."""
    contexts = [context for trace in _ours(observation) for context in trace.contexts]
    met = True
    observed: dict[str, None] = {}
    for expected in value:
        chosen = [context for context in contexts if _is_about(expected, context)]
        met = met and bool(chosen) and all(_fits(expected, context) for context in chosen)
        if not chosen:
            observed[f"{uid_name(expected.abstract_syntax)}: not proposed so"] = None
        observed.update(dict.fromkeys(_seen(expected, context) for context in chosen))
    return Outcome(name, met, "; ".join(_wanted(expected) for expected in value), "; ".join(observed))


def _is_about(expected: ContextExpectation, context: ContextOutcome) -> bool:
    if context.abstract_syntax != expected.abstract_syntax:
        return False
    return not expected.transfer_syntaxes or list(context.transfer_syntaxes) == expected.transfer_syntaxes


def _fits(expected: ContextExpectation, context: ContextOutcome) -> bool:
    roles = (expected.scu_role, expected.scp_role)
    # Nobody has a role in a context that is not accepted.
    seen = (context.scu_role, context.scp_role) if context.accepted else (False, False)
    return (
        expected.result in (None, context_result_name(context.result))
        and expected.transfer_syntax in (None, context.accepted_transfer_syntax)
        and all(role in (None, here) for role, here in zip(roles, seen, strict=True))
    )


def _wanted(expected: ContextExpectation) -> str:
    parts = [expected.result or ""]
    if expected.transfer_syntax is not None:
        parts.append(f"in {uid_name(expected.transfer_syntax)}")
    for role, wanted in (("SCU", expected.scu_role), ("SCP", expected.scp_role)):
        if wanted is not None:
            parts.append(f"{'we are' if wanted else 'we are not'} {role}")
    return f"{_about(expected)}: {', '.join(part for part in parts if part)}"


def _about(expected: ContextExpectation) -> str:
    syntaxes = "/".join(uid_name(uid) for uid in expected.transfer_syntaxes)
    return uid_name(expected.abstract_syntax) + (f" in {syntaxes}" if syntaxes else "")


def _seen(expected: ContextExpectation, context: ContextOutcome) -> str:
    parts = [context_result_name(context.result)]
    if context.accepted_transfer_syntax is not None:
        parts.append(f"in {uid_name(context.accepted_transfer_syntax)}")
    if context.accepted and (expected.scu_role, expected.scp_role) != (None, None):
        roles = [role for role, has in (("SCU", context.scu_role), ("SCP", context.scp_role)) if has]
        parts.append(f"we are {' and '.join(roles) or 'neither SCU nor SCP'}")
    return f"{_about(expected)}: {', '.join(parts)}"


# What the peer says of itself


def check_maximum_length(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """The maximum length that the peer announces."""
    announced = _first(observation).peer_max_pdu_length
    if announced is None:
        return Outcome(name, False, f"a maximum length of {value} bytes", "the peer announces none")
    return Outcome(name, value.accepts(announced), f"a maximum length of {value} bytes", f"{announced} bytes")


def check_implementation(name: str, value: str, observation: Observation, _show: Show) -> Outcome:
    """The implementation class UID or version name of the peer."""
    announced = getattr(_first(observation), f"peer_{name}")
    return Outcome(name, announced == value, value, announced or "the peer announces none")


# Answers


def check_user_identity_answered(name: str, value: bool, observation: Observation, _show: Show) -> Outcome:
    """Whether the peer answers a user identity. What it answers is a secret and is not looked at."""
    expected = "the peer answers the user identity" if value else "the peer does not answer the user identity"
    answered = _first(observation).answers.user_identity
    return Outcome(name, answered is value, expected, "answered" if answered else "not answered")


def check_window(name: str, value: WindowExpectation, observation: Observation, _show: Show) -> Outcome:
    """The asynchronous operations window that was agreed on."""
    answer = _first(observation).answers.asynchronous_operations
    invoked, performed = answer or (1, 1)
    wanted = [
        text
        for text in (
            f"{value.invoked} invoked" if value.invoked is not None else "",
            f"{value.performed} performed" if value.performed is not None else "",
            _answered(value.answered),
        )
        if text
    ]
    met = (
        (value.invoked is None or value.invoked.accepts(invoked))
        and (value.performed is None or value.performed.accepts(performed))
        and value.answered in (None, answer is not None)
    )
    observed = f"{invoked} invoked, {performed} performed" + ("" if answer else " (not answered)")
    return Outcome(name, met, ", ".join(wanted), observed)


def check_extended(name: str, value: Sequence[ExtendedExpectation], observation: Observation, _show: Show) -> Outcome:
    """What the peer answers to extended negotiation."""
    answers = {uid: data for trace in _ours(observation) for uid, data in trace.answers.extended}
    met = True
    wanted, observed = [], []
    for expected in value:
        data = answers.get(expected.sop_class)
        layout = layout_of(expected.sop_class)
        seen = layout.decode(data or b"") if layout is not None else {}
        fields = expected.values()
        met = met and all(seen.get(field) == number for field, number in fields.items())
        met = met and expected.answered in (None, data is not None)
        shown = {field: seen.get(field) for field in fields} or seen
        title = uid_name(expected.sop_class)
        words = [_answered(expected.answered), *(f"{field} {number}" for field, number in fields.items())]
        wanted.append(f"{title}: {', '.join(word for word in words if word)}")
        answer = "not answered" if data is None else ", ".join(f"{field} {number}" for field, number in shown.items())
        observed.append(f"{title}: {answer or 'answered'}")
    return Outcome(name, met, "; ".join(wanted), "; ".join(observed))


def _answered(value: bool | None) -> str:
    return {None: "", True: "answered", False: "not answered"}[value]


# TLS


def check_tls(name: str, value: TlsExpectation, observation: Observation, _show: Show) -> Outcome:
    """Version and cipher suite."""
    fact = _first(observation).tls
    wanted = ", ".join(text for text in (value.version, value.cipher_suite) if text) or "TLS"
    if fact is None:
        return Outcome(name, False, wanted, "the connection is plain")
    met = value.version in (None, fact.version) and value.cipher_suite in (None, fact.cipher_suite)
    return Outcome(name, met, wanted, f"{fact.version}, {fact.cipher_suite}")


def check_tls_failed(value: TlsFailedExpectation, observation: Observation) -> Outcome:
    """TLS does not come to stand, for the reason that is named."""
    ending = observation.ending
    failure = ending.tls if ending is not None and ending.kind is EndingKind.TLS else None
    finder = {None: "", "us": "found by us", "peer": "found by the peer"}[value.found_by]
    details = ", ".join(text for text in (value.fault, finder) if text)
    expected = f"TLS fails{': ' + details if details else ''}"
    met = failure is not None and (
        value.fault in (None, failure.fault.value) and value.found_by in (None, "peer" if failure.by_peer else "us")
    )
    released = ending is None or ending.kind is EndingKind.RELEASED
    observed = "the association was accepted" if released or ending is None else ending.text
    return Outcome("tls_failed", met, expected, observed)


NEGOTIATED: dict[str, Any] = {
    "contexts": check_contexts,
    "max_pdu_length": check_maximum_length,
    "implementation_class_uid": check_implementation,
    "implementation_version_name": check_implementation,
    "user_identity_answered": check_user_identity_answered,
    "asynchronous_operations": check_window,
    "extended_negotiation": check_extended,
    "tls": check_tls,
}
"""By the name of the expectation."""
