"""It works, and takes too long."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

CAUSES = (
    Cause(
        "slow-name-lookup",
        Stage.TIME,
        Blame.OURS,
        "Looking up the name of the peer takes long",
        "Each connection waits until this machine has found the address of the name. Most often the first name server "
        "on its list does not answer, and the second is asked only after a while.",
        (
            "Check the name servers of this machine (`/etc/resolv.conf`).",
            "Use the IP address of the peer in place of its name, and see whether it is fast then.",
        ),
    ),
    Cause(
        "slow-accept",
        Stage.TIME,
        Blame.THEIRS,
        "The peer takes long to answer the association request",
        "The connection stands at once, and the answer to the association request takes seconds. Most often the peer "
        "looks up the name of our IP address first, and its name server does not answer.",
        (
            "Ask whether the peer looks up names of its callers (reverse DNS), and to have that switched off.",
            "Or have our IP address registered in the name server, or in the hosts file, of the peer.",
        ),
        'Associations of "{calling}" to "{called}" ({address}) take seconds to be accepted. Does your system look up '
        "the name of our IP address before it answers?",
    ),
    Cause(
        "too-slow",
        Stage.TIME,
        Blame.UNDECIDED,
        "It worked, and took longer than is allowed here",
        "All was done, later than the scenario demands. The evidence names the part that took longest.",
        (
            "See in the report where the time went: the name, the connection, the association, or the peer's answer.",
            (
                "If the time is in the answer, ask about the load of the peer; if it is in the name, about the name "
                "server."
            ),
        ),
        '"{called}" ({address}) is slow ({evidence}). Is it overloaded, or does it look up our name before it answers?',
        decides="The same request to another system on the same network.",
    ),
)
