"""What an association negotiated, in lines for the reports."""

from __future__ import annotations

from collections.abc import Iterator

from harness.observe.outcomes import AssociateObservation, Observation
from harness.observe.trace import Role, Trace
from harness.standard.extended import layout_of
from harness.standard.uids import uid_name


def negotiated(observation: Observation) -> Iterator[str]:
    """What a negotiation brought beside presentation contexts; of other steps only what is a risk."""
    for trace in observation.traces:
        if trace.role is not Role.REQUESTOR:
            continue
        if trace.user_identity_type and trace.tls is None and not _is_local(trace):
            yield "the user identity went over a connection without TLS, where others can read it"
        if isinstance(observation, AssociateObservation):
            yield from _answers(trace)


def _is_local(trace: Trace) -> bool:
    host, _ = trace.remote_endpoint
    return not host or host == "::1" or host.startswith("127.")


def _answers(trace: Trace) -> Iterator[str]:
    for uid, (scu, scp) in {
        context.abstract_syntax: (context.scu_role, context.scp_role) for context in trace.contexts
    }.items():
        if (scu, scp) != (True, False):
            roles = " and ".join(role for role, has in (("SCU", scu), ("SCP", scp)) if has)
            yield f"{uid_name(uid)}: we are {roles or 'neither SCU nor SCP'}"
    answers = trace.answers
    if answers.asynchronous_operations is not None:
        invoked, performed = answers.asynchronous_operations
        yield f"asynchronous operations: {invoked} invoked, {performed} performed"
    for uid, data in answers.extended:
        layout = layout_of(uid)
        values = layout.decode(data) if layout is not None else {}
        words = ", ".join(f"{name} {value}" for name, value in values.items()) or f"{len(data)} bytes"
        yield f"extended negotiation of {uid_name(uid)}: {words}"
    if answers.user_identity:
        yield "the user identity was answered"
