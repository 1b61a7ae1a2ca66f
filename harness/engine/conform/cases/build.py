"""Short ways to write cases and what their scripts see."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.engine.conform.bench import Bench
from harness.engine.conform.model import Case, Conduct, Kind, Need, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ENDED, TOLERATED_OR_REFUSED, met
from harness.ul import pdu as p

Script = Callable[[Bench], Seen]

WORKS = "A-ASSOCIATE-AC, and a C-ECHO is answered with success"


def fulfilled(text: str) -> Seen:
    """What the requirement demands was seen."""
    return Seen(Kind.FULFILLED, text)


def violated(text: str) -> Seen:
    """What the requirement forbids was seen."""
    return Seen(Kind.VIOLATED, text)


def held(holds: object, text: str) -> Seen:
    """One or the other."""
    return fulfilled(text) if holds else violated(text)


def demand(
    identifier: str,
    title: str,
    requirement: str,
    wanted: str,
    script: Script,
    profile: Profile = Profile.SAFE,
    conduct: Conduct = Conduct.READS,
    needs: Sequence[Need] = (),
    also: Sequence[str] = (),
) -> Case:
    """A case with a single outcome: what the requirement demands, in the words of `wanted`.

    `also` are further requirements that cannot be met without it.
    """
    requirements = (requirement, *also)
    return Case(identifier, title, requirements, (met(wanted),), script, profile, conduct, tuple(needs))


def tolerated(
    identifier: str, title: str, make: Callable[[Bench], p.PDU], *more: Outcome, about: Sequence[str] = ()
) -> Case:
    """A request that breaks rules: it may be refused in any way, or be taken; only silence is no answer.

    `about` are the requirements that leave the answer to acceptors.
    """

    def script(bench: Bench) -> Seen:
        with bench.talk() as talk:
            talk.send(make(bench))
            return talk.reaction()

    requirements = ("ul/rq-malformed-answered", *about)
    allowed = (*TOLERATED_OR_REFUSED, *more)
    return Case(identifier, title, requirements, allowed, script, Profile.STRICT, Conduct.BREAKS)


def on_association(
    identifier: str,
    title: str,
    requirements: Sequence[str],
    sent: Callable[[Bench], Sequence[p.PDU]],
    allowed: Sequence[Outcome] = ENDED,
    profile: Profile = Profile.STRICT,
) -> Case:
    """PDUs that break rules on an association that stands; what is seen next."""

    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.send(*sent(bench))
            return talk.reaction()

    return Case(identifier, title, tuple(requirements), tuple(allowed), script, profile, Conduct.BREAKS)
