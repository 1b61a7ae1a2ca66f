"""What is wrong on our own side before a byte is sent."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

CAUSES = (
    Cause(
        "illegal-ae-title",
        Stage.CONFIGURATION,
        Blame.OURS,
        "The AE title is none that DICOM allows",
        "An AE title has 1 to 16 characters of plain ASCII, without backslash and control characters, and is not only "
        "spaces.",
        ("Correct the title; the evidence says what is wrong with it.",),
        clause="PS3.5 6.2",
    ),
    Cause(
        "cannot-listen",
        Stage.CONFIGURATION,
        Blame.OURS,
        "Our own receiver cannot listen on its port",
        "The evidence says which it is: another program has the port, this user may not open it, for ports below 1024 "
        "need a privilege, or the address is none of this machine.",
        (
            "Where the port is taken, see by whom (`ss -ltnp`), and end that program or use another port.",
            "Where a privilege is missing, use a port above 1023, and have it registered at the peer.",
            (
                "Where it must be 104: allow it to all users (`sysctl net.ipv4.ip_unprivileged_port_start=104`), or "
                "lead it to another port (a container's `-p 104:11112`, a rule of the firewall)."
            ),
        ),
    ),
    Cause(
        "listener-on-loopback",
        Stage.CONFIGURATION,
        Blame.OURS,
        "Our own receiver can only be reached from this machine",
        "Our receiver listens on a loopback address, and the peer is elsewhere: whatever it sends to us cannot arrive.",
        (
            "Let it listen on an address of this machine that the peer reaches (`local: {host: …}`, `--listen-host`).",
            "Have that address and port registered at the peer.",
        ),
    ),
)
