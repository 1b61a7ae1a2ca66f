"""Services that are carried out and come to something else than expected, and faults of our own end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.proxy.relay import Proxy
from harness.proxy.schedule import always, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.lab.fault import Fault, Start, Target, Way
from tests.lab.retrievals import NOT_THERE, here, move_to_us, moving, study_of
from tests.lab.starting import LOOPBACK, reference
from tests.support.archives import make, put

_RUN = (Way.RUN,)
_STUDY = {"level": "STUDY", "keys": {"StudyInstanceUID": NOT_THERE}}
_STORE = {"store": {"generate": {"modality": "CT"}}}


def _through(fault: str, step: str, **params: Any) -> Start:
    """A reference SCP with a study of two instances behind a proxy that misbehaves; a step of this service."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with (
            ReferenceSCP(ReferenceSettings()) as scp,
            Proxy(LOOPBACK, scp.address.port, arm=arming(always([fault]))) as proxy,
        ):
            files = make(folder, instances=2)
            assert put(scp, files) == [0, 0]
            keys = {"level": "STUDY", "keys": {"StudyInstanceUID": study_of(files[0])}}
            steps = ({step: params or keys},)
            yield Target(f"REFERENCE@{LOOPBACK}:{proxy.port}", steps=steps)

    return start


@contextmanager
def _changed(folder: Path) -> Iterator[Target]:
    """What is retrieved is not what was stored."""
    store = {**_STORE, "save": {"study": "stored.studies[0].StudyInstanceUID"}}
    get = {"get": {"level": "STUDY", "keys": {"StudyInstanceUID": "${study}"}}, "expect": {"unchanged": True}}
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        Proxy(LOOPBACK, scp.address.port, arm=arming(always(["sub-operation-changed"]))) as proxy,
    ):
        yield Target(f"REFERENCE@{LOOPBACK}:{proxy.port}", steps=(store, get))


@contextmanager
def _port_taken(_folder: Path) -> Iterator[Target]:
    with socket.create_server((LOOPBACK, 0)) as taken, ReferenceSCP(ReferenceSettings()) as scp:
        yield move_to_us(scp.address, NOT_THERE, taken.getsockname()[1])


@contextmanager
def _not_there(folder: Path) -> Iterator[Target]:
    """A run learns from a query, as `diagnose` does by itself, that the study is not there."""
    with moving(here, study=NOT_THERE)(folder) as target:
        query = {"find": _STUDY, "expect": {"count": "0"}}
        yield replace(target, steps=(query, *target.steps))


FAULTS = (
    Fault("the study is not there", "no-such-instance", _not_there),
    Fault("the port of our listener is taken", "cannot-listen", _port_taken, ways=(Way.DIAGNOSE,)),
    Fault(
        "a query that should find something",
        "nothing-found",
        reference({}, steps=({"find": _STUDY, "expect": {"count": "1"}},)),
        ways=_RUN,
    ),
    Fault(
        "another status than the one that is expected",
        "result-differs",
        reference({}, steps=({"echo": {}, "expect": {"status": "A700"}},)),
        ways=_RUN,
    ),
    Fault(
        "an association that should be rejected",
        "not-refused",
        reference({}, steps=({"associate": {}, "expect": {"rejected": {}}},)),
        ways=_RUN,
    ),
    Fault(
        "slower than it may be",
        "too-slow",
        reference({}, steps=({"echo": {}, "expect": {"within": "0.001 ms"}},)),
        ways=_RUN,
    ),
    Fault(
        "stored with a warning",
        "warning-status",
        _through("status-warning", "store", generate={"modality": "CT"}),
        ways=_RUN,
    ),
    Fault(
        "some of it could not be sent", "sub-operations-failed", _through("retrieve-failed-unnamed", "get"), ways=_RUN
    ),
    Fault("an instance changes on its way", "changed-in-transit", _changed, ways=_RUN),
)
