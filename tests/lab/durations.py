"""Peers that do what they should, and take longer than the scenario allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from harness.peers.container import ContainerPeer
from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from tests.lab.fault import Fault, Start, Target, Way
from tests.lab.products import storescp
from tests.lab.retrievals import move_to_us, study_of
from tests.lab.starting import LOOPBACK
from tests.support.accepting import accepting
from tests.support.archives import make
from tests.support.movers import moving
from tests.support.paced import after, serving
from tests.support.peers import recipe_input
from tests.support.relay import Relay

_OR: dict[str, Any] = {"ways": (Way.RUN,), "others": ("too-slow",)}


def _echoes(within: str, repeat: int = 5) -> tuple[Any, ...]:
    return ({"echo": {"repeat": repeat}, "expect": {"within": within}},)


@contextmanager
def _behind_a_relay(folder: Path) -> Iterator[Target]:
    """The relay acknowledges as its system sees fit, and storescp waits for that."""
    with (
        storescp(folder, "--disable-host-lookup") as (address, _),
        Relay(address.port, lambda *_: False, lambda: None) as relay,
    ):
        yield Target(AEAddress("STORESCP", LOOPBACK, relay.port), steps=_echoes("20 ms", repeat=10))


@contextmanager
def _contained(folder: Path) -> Iterator[Target]:
    """Orthanc as shipped; Docker's proxy stands between, and acknowledges as its system sees fit."""
    with ContainerPeer("orthanc", recipe_input(folder, "ARCHIVE")) as peer:
        yield Target(peer.address, steps=_echoes("20 ms", repeat=10))


def _answering(seconds: float, within: str) -> Start:
    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        with accepting(after(lambda _: seconds)) as address:
            yield Target(address, steps=_echoes(within))

    return start


@contextmanager
def _accepting_late(_folder: Path) -> Iterator[Target]:
    with serving(after(lambda _: 0.0), before=partial(time.sleep, 1.2)) as address:
        yield Target(address, steps=_echoes("1 s", repeat=1))


def _moved(at_once: int) -> Callable[[Path], Any]:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        files, port = make(folder, instances=4), free_port()
        with moving([file.path for file in files], port, at_once=at_once) as address:
            target = move_to_us(address, study_of(files[0]), port)
            (step,) = target.steps
            expect = {"status": "success", "received": 4, "within": "1 ms"}
            peer = {"timeouts": {"response": "30 s"}}
            yield Target(address, peer=peer, local=target.local, steps=({**step, "expect": expect},))

    return start


FAULTS = (
    Fault(
        "a relay acknowledges late",
        "delayed-acknowledgement-40ms",
        _behind_a_relay,
        product="storescp",
        programs=("storescp",),
        **_OR,
    ),
    Fault(
        "Docker's proxy acknowledges late",
        "delayed-acknowledgement-40ms",
        _contained,
        product="Orthanc",
        container=True,
        **_OR,
    ),
    Fault("each answer takes 200 ms", "delayed-acknowledgement-200ms", _answering(0.2, "150 ms"), **_OR),
    Fault("each answer takes 100 ms", "too-slow", _answering(0.1, "50 ms"), ways=(Way.RUN,), others=()),
    Fault("associations are accepted late", "slow-accept", _accepting_late, **_OR),
    Fault(
        "an association for every image",
        "association-per-image",
        _moved(1),
        product="storescu",
        programs=("storescu",),
        **_OR,
    ),
    Fault("one association for all images", "too-slow", _moved(4), programs=("storescu",), ways=(Way.RUN,), others=()),
)
