"""What is required of a step beside what it states: success above all.

The models of services that a file does not have are not imported for it.
"""

from __future__ import annotations

from typing import Any

from harness.scenario.expect import Expectation
from harness.scenario.fields import parse_count
from harness.scenario.params.base import Params, ServiceName
from harness.standard.status import Service, StatusMatcher, resolve_status

ENDS_OTHERWISE = frozenset(("rejected", "aborted", "closed", "tls_failed", "any_of"))
"""Expectations with which an association may end before there is an answer."""

_WITH_IDENTIFIER = (ServiceName.FIND, ServiceName.WORKLIST, ServiceName.MOVE, ServiceName.GET)


def expected_of(service: ServiceName, params: Params, stated: Expectation | None) -> Expectation:
    """The stated expectation with what is always required of its service.

    Success is required unless a status, or another end of the association, is stated: a count of 0 matches from a
    peer that answered with an error must not look like an empty archive.
    """
    named = dict(stated.named()) if stated is not None else {}
    if service is ServiceName.POLICY:
        return _with_policy(params, named)
    if service is ServiceName.COMMIT and not _accepts_request(named.get("status", ())):
        return stated or Expectation()
    about_contexts = named.keys() & ({"contexts"} if service is ServiceName.NEGOTIATE else set())
    if about_contexts or named.keys() & {*ENDS_OTHERWISE, "accepted", "refused"}:
        return stated or Expectation()
    return Expectation.model_construct(**{**_implied(service, params, alone=stated is None), **named})


def _with_policy(params: Params, named: dict[str, Any]) -> Expectation:
    from harness.scenario.expect_policy import PolicyExpectation
    from harness.scenario.params.policy import PolicyParams

    assert isinstance(params, PolicyParams)
    return PolicyExpectation.model_construct(**named, policy=params)


def _accepts_request(matchers: tuple[StatusMatcher, ...]) -> bool:
    """Whether a demand on the status, if there is one, wants the request accepted, so that a report must follow."""
    return all(matcher.matches(0, Service.NORMALIZED) for matcher in matchers)


def _implied(service: ServiceName, params: Params, *, alone: bool) -> dict[str, Any]:
    """What is required of a service unless something else is stated; `alone` when nothing is."""
    if service is ServiceName.ASSOCIATE:
        return {"accepted": True}
    if service is ServiceName.NEGOTIATE:
        return {"accepted": _proposed(params)}
    if service is ServiceName.LOAD:
        return {"errors": parse_count("0")}
    if service is ServiceName.RELATION:
        return {"holds": True}
    if service in (ServiceName.RELEASE, ServiceName.ABORT):
        return {"ended": True}
    if service in _WITH_IDENTIFIER and _is_canceled(params):
        # A peer that had sent its last response when the C-CANCEL came has done nothing wrong.
        return {"status": (resolve_status("cancel"), resolve_status("success"))}
    if service is ServiceName.INSTANCE_AVAILABILITY and _only_waits(params):
        return {"count": parse_count(">= 1")}
    implied: dict[str, Any] = {"status": (resolve_status("success"),)}
    if service is ServiceName.COMMIT:
        return implied | _of_report(params, alone=alone)
    if alone and service in (ServiceName.MOVE, ServiceName.GET):
        implied |= {"completed": parse_count(">= 1"), "failed": parse_count("0")}
    return implied


def _proposed(params: Params) -> list[str]:
    from harness.scenario.params.negotiation import NegotiateParams

    assert isinstance(params, NegotiateParams)
    return params.transfer_syntaxes


def _is_canceled(params: Params) -> bool:
    from harness.scenario.params.identifiers import IdentifierParams

    return isinstance(params, IdentifierParams) and params.cancel is not None


def _only_waits(params: Params) -> bool:
    from harness.scenario.params.normalized import AvailabilityParams

    return isinstance(params, AvailabilityParams) and params.wait is not None


def _of_report(params: Params, *, alone: bool) -> dict[str, Any]:
    """What is required of every accepted request: a report of all instances, which comes as it was asked for."""
    from harness.scenario.params.normalized import ANY_REPORT, CommitParams

    assert isinstance(params, CommitParams)
    implied: dict[str, Any] = {"reported": True}
    if params.report != ANY_REPORT:
        implied["delivery"] = params.report
    if alone:
        implied["failed"] = parse_count("0")
    return implied
