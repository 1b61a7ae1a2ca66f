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
        "slow-connect",
        Stage.TIME,
        Blame.UNDECIDED,
        "The connection to the peer takes long",
        "Between two machines that are well connected it takes milliseconds. Where it takes just over one second, or "
        "three, the first attempts were lost and made again: by a network that loses packets, or by a peer with more "
        "callers than it can accept. Where the name has several addresses, one that does not answer may come first.",
        (
            "If the evidence names an address that did not answer, use one that does, or have the name corrected.",
            "Look for lost packets (`ping`, `mtr`), and ask the network team about the way between the two.",
            "Ask whether the peer is busy: a full queue of callers loses further ones.",
        ),
        "Connections to {address} take seconds to come to stand ({evidence}). Is the service busy, or are packets lost "
        "on the way?",
        decides="A capture on the other machine: if our first packet arrives there, its queue is full; if it does not, "
        "the network lost it.",
    ),
    Cause(
        "slow-accept",
        Stage.TIME,
        Blame.THEIRS,
        "The peer takes long to answer the association request",
        "The connection stands at once, and the answer to the association request takes seconds. Most often the peer "
        "looks up the name of our IP address first, and its name server does not answer. DCMTK's servers ask for it "
        "five times, and wait each time as long as their machine waits for a name server.",
        (
            (
                "Ask whether the peer looks up names of its callers (reverse DNS), and to have that switched off "
                "(DCMTK: `--disable-host-lookup`)."
            ),
            "Or have our IP address registered in the name server, or in the hosts file, of the peer.",
        ),
        'Associations of "{calling}" to "{called}" ({address}) take seconds to be accepted. Does your system look up '
        "the name of our IP address before it answers?",
    ),
    Cause(
        "delayed-acknowledgement-40ms",
        Stage.TIME,
        Blame.UNDECIDED,
        "Each answer takes 40 ms, as if for a delayed acknowledgement",
        "Many servers, all that are built with DCMTK as it is shipped among them, hand an answer to the network in two "
        "parts and hold the second back until the first is acknowledged (Nagle's algorithm). Linux acknowledges after "
        "40 ms where it has nothing to send itself. Each exchange then costs 40 ms, however fast both machines are. A "
        "server that needs these 40 ms itself looks the same, unless it is fast when acknowledged at once.",
        (
            (
                "Have Nagle's algorithm switched off at the peer (TCP_NODELAY). Servers built with DCMTK, such as "
                "Orthanc, do so with `TCP_NODELAY=1` in their environment."
            ),
            "Where a relay, a load balancer or a container's port stands between, measure past it, too.",
            "Until then, many objects go faster over several associations at once.",
        ),
        'Every answer of "{called}" ({address}) takes 40 ms, as of a system with Nagle\'s algorithm on ({evidence}). '
        "Can TCP_NODELAY be switched on there?",
        decides="`dicom-harness diagnose` with nothing in between: it has answers acknowledged at once, then late, and "
        "says so where only the latter take long. Or the same with TCP_NODELAY at the peer.",
    ),
    Cause(
        "delayed-acknowledgement-200ms",
        Stage.TIME,
        Blame.UNDECIDED,
        "Each answer takes 200 ms, as if for a delayed acknowledgement",
        "Windows acknowledges after up to 200 ms where it has nothing to send itself, and a system with Nagle's "
        "algorithm on holds back the second part of a message until then. After as long, Linux sends again what was "
        "lost on the way: a network that loses packets can look alike.",
        (
            (
                "Have Nagle's algorithm switched off at the peer (TCP_NODELAY). Servers built with DCMTK, such as "
                "Orthanc, do so with `TCP_NODELAY=1` in their environment."
            ),
            "Where a relay or a load balancer stands between, measure past it, too.",
            "Look for lost packets (`ip -s link`, `nstat -az TcpRetransSegs`).",
        ),
        'Every answer of "{called}" ({address}) takes 200 ms, as of delayed acknowledgements or lost packets '
        "({evidence}). Can TCP_NODELAY be switched on there?",
        decides="A capture: where the wait ends with an acknowledgement, it is this; where a packet is sent again, "
        "packets are lost.",
    ),
    Cause(
        "association-per-image",
        Stage.TIME,
        Blame.THEIRS,
        "The peer opens an association for every image",
        "An association can carry any number of images. Opening one for each, and closing it again, is allowed, and "
        "often takes longer than to send the image: a study of a thousand is then slow on the fastest network.",
        (
            "Look for a setting by which the peer sends a study or a series over one association.",
            (
                "Until then, see that opening one is fast on our side: no look-up of the peer's name, no TLS handshake "
                "where none is needed."
            ),
        ),
        '"{called}" ({address}) opens an association for every image ({evidence}). Can it send a whole study over one?',
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
