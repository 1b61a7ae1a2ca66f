"""Who came to our Storage SCP while it was waited for, and whom of them it refused."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from harness.observe.outcomes import Observation, RetrieveObservation
from harness.observe.trace import Role, Trace
from harness.standard.negotiation import context_result_name
from harness.standard.status import Service, describe_status
from harness.standard.uids import uid_name


@dataclass(frozen=True, slots=True)
class Refusal:
    """What our Storage SCP refused, in a sentence; `trace` is the association, None of a C-STORE within one."""

    text: str
    trace: Trace | None = None


def callers_of(observation: Observation) -> list[Trace]:
    """The connections that our Storage SCP saw."""
    return [trace for trace in observation.traces if trace.role is Role.ACCEPTOR]


def refusals_of(observation: Observation) -> Iterator[Refusal]:
    """All that our Storage SCP refused meanwhile: by title, for TLS on one side only, by context, by status."""
    for trace in callers_of(observation):
        text = _why_refused(trace)
        if text:
            yield Refusal(text, trace)
    if isinstance(observation, RetrieveObservation):
        for status in dict.fromkeys(observation.refused):
            meaning = describe_status(status, Service.STORE)
            yield Refusal(f"our Storage SCP answered {observation.refused.count(status)} C-STORE with {meaning}")


def _why_refused(trace: Trace) -> str:
    ending = trace.ending
    if ending is not None and ending.tls is not None:
        return f"somebody connected to our Storage SCP from {trace.address}: {ending}"
    who = f"`{trace.calling_ae_title}` called our Storage SCP `{trace.called_ae_title}`"
    if ending is not None and ending.rejection is not None:
        return f"{who}, and we rejected it: {ending.rejection}"
    if trace.contexts and not any(context.accepted for context in trace.contexts):
        proposed = dict.fromkeys(
            f"{uid_name(context.abstract_syntax)} ({context_result_name(context.result)})" for context in trace.contexts
        )
        return f"{who} and proposed nothing that we accept: {', '.join(proposed)}"
    return ""


def is_out_of_reach(observation: Observation) -> bool:
    """Whether our Storage SCP listens on loopback for a peer that is elsewhere, and so cannot come."""
    peers = [trace.remote_endpoint[0] for trace in observation.traces if trace.role is Role.REQUESTOR]
    elsewhere = any(host and not _is_loopback(host) for host in peers) or bool(observation.forwarder)
    return elsewhere and listens_on_loopback(observation)


def listens_on_loopback(observation: Observation) -> bool:
    """Whether nobody but this machine can come to our Storage SCP."""
    return _is_loopback(observation.listener.rpartition(":")[0].strip("[]"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
