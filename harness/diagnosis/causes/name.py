"""Before anything is sent: from a name to an address."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

CAUSES = (
    Cause(
        "name-not-found",
        Stage.NAME,
        Blame.OURS,
        "The host name is not known here",
        "The name of the peer could not be turned into an address. Either it is misspelt, or the name server that this "
        "machine asks does not know it.",
        (
            "Compare the host name letter by letter with what the other side gave you.",
            "Try the IP address in place of the name: if that works, the name server is the matter.",
            "Look the name up on this machine (`getent hosts NAME`), and ask whoever runs the name server to add it.",
        ),
    ),
    Cause(
        "name-lookup-timeout",
        Stage.NAME,
        Blame.NETWORK,
        "Nobody answered the question for the address",
        "This machine asked its name server for the address of the peer and got no answer in time. The peer itself was "
        "never contacted.",
        (
            "Try the IP address in place of the name.",
            "Check that this machine reaches its name server (`/etc/resolv.conf` names it).",
        ),
    ),
)
