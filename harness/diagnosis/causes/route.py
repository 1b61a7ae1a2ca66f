"""From an address to a TCP connection."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

CAUSES = (
    Cause(
        "connection-refused",
        Stage.ROUTE,
        Blame.THEIRS,
        "Nothing listens on that port",
        "The other machine is there and answered at once that no program listens on this port: the DICOM service is "
        "not running, it listens on another port, or it listens on another address of that machine only.",
        (
            "Check the port: 104 and 11112 are the usual ones, 2762 for TLS.",
            "Ask whether the DICOM service is running, and restart it.",
            "If it runs in a container or on a virtual machine, check that its port is published.",
        ),
        'We get "connection refused" from {address}. Is the DICOM service running, and does it listen on this port on '
        "an address that other machines reach?",
    ),
    Cause(
        "host-unreachable",
        Stage.ROUTE,
        Blame.NETWORK,
        "There is no way to that address",
        "The network said that it cannot deliver anything to this address: it is wrong, the machine is switched off, "
        "or no route leads there.",
        (
            "Check the IP address, and on this machine network mask and gateway.",
            "See whether the machine answers at all (`ping ADDRESS`).",
            "Ask the network team for the route between the two machines.",
        ),
        "The network reports that {address} cannot be reached from here. Is the address right, and is the machine on?",
    ),
    Cause(
        "connection-timeout",
        Stage.ROUTE,
        Blame.UNDECIDED,
        "Nobody answers on that address and port",
        "Nothing came back, not even a refusal. Most often a firewall drops the packets without a word; a machine that "
        "is switched off, or a wrong address, look just the same from here.",
        (
            "Ask the network team to allow TCP from this machine to that address and port, and back.",
            "Check the address, and that the machine is on.",
            "On the other machine, watch whether our packets come in (`tcpdump port PORT`).",
        ),
        "Our connection attempts to {address} are not answered at all. Does a firewall on the way, or on the machine, "
        "drop them? Is the machine on?",
        decides="A capture on the other machine: if our packets arrive there, its own firewall drops them; if they do "
        "not, something on the way does, or the address is wrong.",
    ),
    Cause(
        "connection-reset-at-once",
        Stage.ROUTE,
        Blame.UNDECIDED,
        "The connection is cut as soon as it stands",
        "The connection was accepted and reset before a byte was spoken: a firewall or load balancer between the two "
        "does not let it through, or the machine on the other side does not want this address.",
        (
            "Ask the network team whether a firewall, proxy or load balancer stands between, and what it allows.",
            "Ask whether our IP address is on the list of those who may connect.",
        ),
        "Our connections to {address} are reset as soon as they stand. Is our IP address allowed, and is the service "
        "behind the port running?",
        decides="A capture on the other machine: if our packets do not arrive there, something on the way cuts them.",
    ),
)
