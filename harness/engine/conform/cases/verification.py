"""The Verification service class (PS3.4 Annex A)."""

from __future__ import annotations

from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench, with_user
from harness.engine.conform.cases.build import WORKS, demand, fulfilled, held
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Kind, Profile, Reacted, Seen
from harness.standard.uids import VERIFICATION
from harness.ul import items as i

_MANY = 100


def _many(bench: Bench) -> Seen:
    with bench.established() as talk:
        for _ in range(_MANY):
            seen = talk.echo()
            if seen.kind is not Kind.FULFILLED:
                return seen
        talk.release()
    return fulfilled(f"{_MANY} C-ECHO requests are answered with success")


def _no_data_set(bench: Bench) -> Seen:
    with bench.established() as talk:
        context_id = talk.context_of(VERIFICATION).context_id
        talk.command(context_id, c_echo_rq(1))
        message = talk.message()
        talk.release()
    return held(
        message.data is None and not message.command.has_data_set,
        "a response " + ("without a data set" if message.data is None else "with a data set"),
    )


def _no_extended(bench: Bench) -> Seen:
    request = with_user(bench.request(), (i.ExtendedNegotiation(VERIFICATION, b"\1"),))
    with bench.talk() as talk:
        seen = talk.request(request)
        if talk.acceptance is None:
            raise Reacted(seen)
        answers = talk.acceptance.extended_negotiations
        seen = talk.echo()
        talk.release()
    return held(not answers, "application information is answered") if answers else seen


_VERIFIES = (supports(VERIFICATION),)

CASES = (
    demand(
        "verification/echo/success",
        "A C-ECHO is answered with success",
        "verification/echo-success",
        WORKS,
        lambda bench: bench.works(bench.request()),
        needs=_VERIFIES,
    ),
    demand(
        "verification/echo/many",
        f"{_MANY} C-ECHO requests on one association are answered with success",
        "verification/echo-repeated",
        "each is answered with success",
        _many,
        needs=_VERIFIES,
        also=("dimse/confirmed", "ul/async-synchronous-supported"),
    ),
    demand(
        "verification/echo/no-data-set",
        "The response to a C-ECHO has no data set",
        "verification/echo-without-data-set",
        "a response without a data set",
        _no_data_set,
        needs=_VERIFIES,
    ),
    demand(
        "verification/echo/no-extended-negotiation",
        "Application information for Verification, which has none, is not answered",
        "verification/no-extended-negotiation",
        "no SOP Class Extended Negotiation, and a C-ECHO is answered with success",
        _no_extended,
        Profile.ACCEPTANCE,
        needs=_VERIFIES,
    ),
)
