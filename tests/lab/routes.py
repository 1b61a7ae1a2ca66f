"""Faults of the name and of the way to the peer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from tests.lab.fault import Fault, Target, Way
from tests.lab.starting import LOOPBACK, listening, nobody
from tests.support import servers


@contextmanager
def _closed_port(_folder: Path) -> Iterator[Target]:
    yield Target(AEAddress("PEER", LOOPBACK, free_port()))


@contextmanager
def _full_backlog(_folder: Path) -> Iterator[Target]:
    """Linux drops what finds no place in the queue of a listener: as a firewall does that drops packets."""
    with socket.create_server((LOOPBACK, 0), backlog=0) as full:
        waiting = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(full.getsockname())
            waiting.append(client)
        yield Target(AEAddress("PEER", LOOPBACK, full.getsockname()[1]))
        for client in waiting:
            client.close()


def _rule(action: str) -> tuple[str, ...]:
    """A firewall on the way to port 104."""
    return (f"iptables -A INPUT -p tcp --dport 104 -j {action}",)


_DEAF_RESOLVER = (
    "iptables -A INPUT -p udp --dport 53 -j DROP",
    "iptables -A INPUT -p tcp --dport 53 -j DROP",
    "echo nameserver 127.0.0.1 > resolv.conf",
    "mount --bind resolv.conf /etc/resolv.conf",
)
_HERE = AEAddress("PEER", LOOPBACK, 104)

FAULTS = (
    Fault(
        "the title of the peer is too long",
        "illegal-ae-title",
        nobody("A TITLE THAT IS TOO LONG@127.0.0.1:104"),
        ways=(Way.DIAGNOSE,),
    ),
    Fault("nobody knows the name", "name-not-found", nobody("PEER@nobody.invalid:104")),
    Fault(
        "the name server does not answer",
        "name-lookup-timeout",
        nobody("PEER@pacs.example.org:104", shell=_DEAF_RESOLVER),
    ),
    Fault("nothing listens at the port", "connection-refused", _closed_port),
    Fault(
        "a firewall refuses with a reset",
        "connection-refused",
        nobody(_HERE, shell=_rule("REJECT --reject-with tcp-reset")),
    ),
    Fault("a firewall drops packets", "connection-timeout", nobody(_HERE, shell=_rule("DROP"))),
    Fault("the queue of the listener is full", "connection-timeout", _full_backlog),
    Fault(
        "a router knows no host there",
        "host-unreachable",
        nobody(_HERE, shell=_rule("REJECT --reject-with icmp-host-unreachable")),
    ),
    Fault(
        "a firewall forbids it and says so",
        "host-unreachable",
        nobody(_HERE, shell=_rule("REJECT --reject-with icmp-admin-prohibited")),
    ),
    Fault("no route to that network", "host-unreachable", nobody("PEER@192.0.2.1:104", shell=("true",))),
    Fault(
        "our own routes forbid it",
        "host-unreachable",
        nobody("PEER@192.0.2.1:104", shell=("ip route add prohibit 192.0.2.0/24",)),
    ),
    Fault("accepts, and resets at once", "connection-reset-at-once", listening(servers.reset)),
    Fault("accepts, and closes at once", "closed-at-once", listening(servers.hang_up)),
)
