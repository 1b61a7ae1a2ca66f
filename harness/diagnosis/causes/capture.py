"""What a capture does not show."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

CAUSES = (
    Cause(
        "capture-encrypted",
        Stage.CAPTURE,
        Blame.UNDECIDED,
        "The conversation is encrypted, and the capture cannot tell what was said",
        "The TLS handshake succeeded, so the network, the port and the certificates are in order. Everything after it "
        "can be read by the two ends only: AE titles, services and their statuses are not in this file in clear.",
        (
            "Look into the logs of both programs: to them the conversation is plain.",
            "Ask the peer with `dicom-harness diagnose AE@HOST:PORT --tls`: its own end of TLS can be read.",
            "If the site allows it for a test, let both ends speak without TLS and capture that.",
        ),
        decides="The same conversation without TLS, or the log of either end.",
    ),
    Cause(
        "capture-incomplete",
        Stage.CAPTURE,
        Blame.UNDECIDED,
        "The capture does not hold the whole conversation",
        "Packets are missing, were captured in part only, or the capture begins too late or ends too early. What is "
        "there shows no fault; what is not there may hold one.",
        (
            "Capture whole packets (`tcpdump -s 0`), on one of the two machines, not on a busy switch.",
            "Begin before the connection is opened, and go on until it is closed or the program gives up.",
            "Capture both directions: filter by host or port only, not by sender.",
        ),
        decides="A capture of the whole conversation.",
    ),
)
