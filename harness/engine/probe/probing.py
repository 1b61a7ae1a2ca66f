"""One look at a peer: what it says of itself, then the matrix, then what else it negotiates."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

from harness.engine.probe.asking import Asking
from harness.engine.probe.habits import habits
from harness.engine.probe.limits import limits
from harness.engine.probe.matrix import MatrixProbe
from harness.engine.probe.offering import Offering
from harness.engine.probe.peer_facts import negotiated_facts, plain_facts, verification
from harness.engine.probe.request import ProbeRequest
from harness.observe.habits import Habits
from harness.observe.limits import Limits
from harness.observe.probe import Matrix, PeerFacts, Probe, TooMuch


def probe(request: ProbeRequest) -> Probe:
    """Ask a peer what it accepts. Associations are opened and released; no DIMSE message is sent."""
    started, begun = datetime.now(UTC).astimezone(), time.monotonic()
    asking = Asking(request)
    first = asking.ask(verification(request))
    matrix, too_much = Matrix((), (), {}), list[TooMuch]()
    facts, seen, met = PeerFacts(), Habits(), Limits(why_no_titles=request.further.why_no_titles)
    if first.established:
        facts = plain_facts(first, request)
        filling = MatrixProbe(request, asking)
        matrix, too_much = filling.run(), filling.failed
        with suppress(TimeoutError):
            facts = negotiated_facts(facts, matrix, request, asking)
            seen = habits(matrix, Offering(request, asking))
            met = limits(request, asking)
    return Probe(
        str(request.address),
        request.calling_ae_title,
        started,
        time.monotonic() - begun,
        len(asking.traces),
        facts,
        matrix,
        tuple(too_much),
        None if first.established else first.ending,
        tuple(asking.traces),
        seen,
        met,
    )
