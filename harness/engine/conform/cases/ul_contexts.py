"""Presentation contexts proposed and answered (PS3.8 7.1.1.13, 7.1.1.14, 9.3.2.2, 9.3.3.2)."""

from __future__ import annotations

from dataclasses import replace

from harness.engine.conform.bench import Bench, Contexts
from harness.engine.conform.cases.build import WORKS, demand, fulfilled, held, violated
from harness.engine.conform.facts import SOUGHT, SYNTAXES, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Profile, Reacted, Seen
from harness.engine.conform.outcomes import ABORTED, NOTHING_ACCEPTED, REJECTED
from harness.net.negotiation import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    TRANSFER_SYNTAXES_NOT_SUPPORTED,
    USER_REJECTION,
)
from harness.observe.contexts import ACCEPTANCE
from harness.observe.trace import ContextOutcome
from harness.standard.uids import GENERATED_UID_ROOT, IMPLICIT_VR_LE, VERIFICATION, uid_name
from harness.ul import items as i
from harness.ul import pdu as p

UNKNOWN_CLASS = f"{GENERATED_UID_ROOT}.1"
UNKNOWN_SYNTAX = f"{GENERATED_UID_ROOT}.2"
_MOST = 128

_GOOD = (VERIFICATION, (IMPLICIT_VR_LE,))
_OF_NO_CLASS = (UNKNOWN_CLASS, (IMPLICIT_VR_LE,))
_IN_NO_SYNTAX = (VERIFICATION, (UNKNOWN_SYNTAX,))
_AMONG_OTHERS = (VERIFICATION, (UNKNOWN_SYNTAX, IMPLICIT_VR_LE, f"{UNKNOWN_SYNTAX}.1"))


def _answer(bench: Bench, contexts: Contexts) -> tuple[p.AssociateAC, tuple[ContextOutcome, ...]]:
    """The A-ASSOCIATE-AC, and what became of each context. Raises `Reacted` when something else came."""
    with bench.talk() as talk:
        seen = talk.request(bench.request(contexts))
        if talk.acceptance is None:
            raise Reacted(seen)
        talk.release()
        return talk.acceptance, talk.connection.trace.contexts


def _one_result_each(bench: Bench) -> Seen:
    contexts = (_GOOD, _OF_NO_CLASS, _IN_NO_SYNTAX, *((uid, (IMPLICIT_VR_LE,)) for uid in SOUGHT))
    acceptance, _ = _answer(bench, contexts)
    answered = sorted(result.context_id for result in acceptance.results)
    if answered == [2 * number + 1 for number in range(len(contexts))]:
        return fulfilled(f"{len(contexts)} contexts have one result each")
    return violated(f"{len(contexts)} contexts with the ids 1, 3, 5 ... have results with the ids {answered}")


def _results_defined(bench: Bench) -> Seen:
    acceptance, _ = _answer(bench, (_GOOD, _OF_NO_CLASS, _IN_NO_SYNTAX))
    results = [result.result for result in acceptance.results]
    return held(all(0 <= result <= 4 for result in results), f"the results {results}")


def _syntax_proposed(bench: Bench) -> Seen:
    _, outcomes = _answer(bench, [(uid, (syntax,)) for uid in SOUGHT for syntax in SYNTAXES])
    for outcome in outcomes:
        if outcome.accepted and outcome.accepted_transfer_syntax not in outcome.transfer_syntaxes:
            return violated(f"context {outcome.context_id} was accepted with a transfer syntax not proposed for it")
    return fulfilled("every accepted context has a transfer syntax that was proposed for it")


def _last_result(bench: Bench, *contexts: tuple[str, tuple[str, ...]]) -> int | None:
    return _answer(bench, contexts)[1][-1].result


def _unknown_class(bench: Bench) -> Seen:
    """Some archives take every SOP class, and are told so in their configuration."""
    result = _last_result(bench, _GOOD, _OF_NO_CLASS)
    if result == ACCEPTANCE:
        raise Inconclusive("the peer accepts a SOP class that nobody knows, so it may support every one")
    return held(result in (ABSTRACT_SYNTAX_NOT_SUPPORTED, USER_REJECTION), f"result {result}")


def _unknown_syntax(bench: Bench) -> Seen:
    result = _last_result(bench, _GOOD, _IN_NO_SYNTAX)
    return held(result in (TRANSFER_SYNTAXES_NOT_SUPPORTED, USER_REJECTION), f"result {result}")


def _most_contexts(bench: Bench) -> Seen:
    with bench.established([_GOOD] * _MOST) as talk:
        if len(talk.contexts) != _MOST:
            return violated(f"{len(talk.contexts)} of {_MOST} contexts for the same service were accepted")
        seen = talk.echo(2 * _MOST - 1)
        talk.release()
        return seen


def _same_class_twice(bench: Bench) -> Seen:
    with bench.established([_GOOD, _GOOD]) as talk:
        if len(talk.contexts) < 2:
            return violated("only one of two like contexts was accepted")
        seen = talk.echo(1)
        if seen.kind is Kind.FULFILLED:
            seen = talk.echo(3)
        talk.release()
        return seen


def _reserved_bytes(bench: Bench) -> Seen:
    request = bench.request()
    items = [
        replace(item, reserved=b"\xa5\xa5\xa5") if isinstance(item, i.ProposedContext) else item
        for item in request.items
    ]
    return bench.works(replace(request, items=tuple(items)))


def _implicit_everywhere(bench: Bench) -> Seen:
    accepted = bench.facts.accepted
    without = [uid_name(uid) for uid, syntaxes in accepted.items() if IMPLICIT_VR_LE not in syntaxes]
    if without:
        return violated(f"in Explicit VR Little Endian only: {', '.join(without)}")
    return fulfilled(f"all {len(accepted)} SOP classes that were found are accepted in it")


_VERIFIES = (supports(VERIFICATION),)
_EACH_WORKS = "all are accepted, and a C-ECHO on one that is asked is answered with success"

CASES = (
    demand(
        "ul/contexts/one-result-each",
        "Every proposed context has just one result, in whatever order",
        "ul/ac-result-per-context",
        "one result for each proposed context",
        _one_result_each,
    ),
    demand(
        "ul/contexts/results-defined",
        "Results are from 0 to 4",
        "ul/ac-result",
        "results from 0 to 4",
        _results_defined,
    ),
    demand(
        "ul/contexts/syntax-proposed",
        "A context is accepted with a transfer syntax that was proposed for it",
        "ul/ac-transfer-syntax-proposed",
        "accepted transfer syntaxes are proposed ones",
        _syntax_proposed,
        also=("ul/syntax-preference",),
    ),
    demand(
        "ul/contexts/unknown-class-result",
        "The result for a SOP class that nobody knows is 3",
        "ul/ac-abstract-syntax-reason",
        "result 3, abstract-syntax-not-supported, or result 1, user-rejection",
        _unknown_class,
        Profile.STRICT,
    ),
    demand(
        "ul/contexts/unknown-syntax-result",
        "The result for a known SOP class in a transfer syntax that nobody knows is 4",
        "ul/ac-transfer-syntax-reason",
        "result 4, transfer-syntaxes-not-supported, or result 1, user-rejection",
        _unknown_syntax,
        Profile.STRICT,
        needs=_VERIFIES,
    ),
    demand(
        "ul/contexts/known-among-unknown-syntaxes",
        "A context is accepted in the one transfer syntax that is known among others",
        "ul/default-syntax-accepted",
        WORKS,
        lambda bench: bench.works(bench.request((_AMONG_OTHERS,))),
        needs=_VERIFIES,
    ),
    Case(
        "ul/contexts/nothing-acceptable",
        "A request with nothing acceptable is accepted without a context, or rejected",
        ("ul/ac-nothing-accepted",),
        (NOTHING_ACCEPTED, REJECTED, ABORTED),
        lambda bench: bench.answer_to(bench.request((_OF_NO_CLASS,))),
        Profile.STRICT,
        Conduct.PROBES,
    ),
    demand(
        "ul/contexts/most",
        "As many contexts as there are ids, 128, are answered and of use",
        "ul/ac-result-per-context",
        _EACH_WORKS,
        _most_contexts,
        needs=_VERIFIES,
    ),
    demand(
        "ul/contexts/same-class-twice",
        "Two contexts for the same SOP class are each of use",
        "ul/ac-result-per-context",
        _EACH_WORKS,
        _same_class_twice,
        needs=_VERIFIES,
    ),
    demand(
        "ul/contexts/reserved-bytes",
        "Reserved bytes of a Presentation Context item that are not zero are not tested",
        "ul/reserved-ignored",
        WORKS,
        _reserved_bytes,
    ),
    demand(
        "ul/contexts/implicit-everywhere",
        "Every SOP class that is accepted at all is accepted in Implicit VR Little Endian",
        "ul/default-syntax-accepted",
        "accepted in Implicit VR Little Endian",
        _implicit_everywhere,
    ),
)
