"""Peers at which nothing is wrong: a ladder that finds something there accuses falsely."""

from __future__ import annotations

from tests.lab.contexts import QUERY
from tests.lab.fault import NOTHING_WRONG, Fault
from tests.lab.retrievals import here, moving
from tests.lab.starting import reference
from tests.lab.tls_faults import serving

FAULTS = (
    Fault("the reference SCP", NOTHING_WRONG, reference({})),
    Fault("the reference SCP, queried", NOTHING_WRONG, reference({}, **QUERY)),
    Fault("the reference SCP, a move to us", NOTHING_WRONG, moving(here)),
    Fault("mutual TLS", NOTHING_WRONG, serving("server", "client")),
)
