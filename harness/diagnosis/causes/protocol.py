"""What speaks on the port, when it is no DICOM as we speak it."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage


def _foreign(code: str, protocol: str, hint: str) -> Cause:
    return Cause(
        code,
        Stage.PROTOCOL,
        Blame.OURS,
        f"The port belongs to {protocol}, not to DICOM",
        f"What answered speaks {protocol}. {hint}",
        (
            "Ask for the port of the DICOM service (often 104 or 11112) and use that.",
            "If the port is right, ask the other side what runs there.",
        ),
        "On {address} we reach a server that speaks " + protocol + ". Which port does your DICOM service listen on?",
    )


CAUSES = (
    _foreign(
        "http-server",
        "HTTP",
        "Many archives have a web interface or DICOMweb beside DICOM, each on a port of its own (8042 of Orthanc, 8080 "
        "of dcm4chee).",
    ),
    _foreign("ssh-server", "SSH", "That is the port for remote logins."),
    _foreign("smtp-server", "SMTP", "That is a mail server."),
    _foreign("ftp-server", "FTP", "That is a file server."),
    _foreign(
        "hl7-listener", "HL7 (MLLP)", "Worklist and order interfaces often have such a port beside that of DICOM."
    ),
    Cause(
        "not-dicom",
        Stage.PROTOCOL,
        Blame.UNDECIDED,
        "What answers does not speak DICOM",
        "The answer to our request is no DICOM, and of no protocol that this program knows.",
        (
            "Check the port with the other side.",
            "Look at the first bytes of the answer, which stand in the evidence.",
        ),
        "What answers on {address} does not speak DICOM. Which port does your DICOM service listen on?",
        decides="Ask which program listens there (on that machine: `ss -ltnp`).",
    ),
    Cause(
        "foreign-client",
        Stage.PROTOCOL,
        Blame.OURS,
        "We speak another protocol to a port of DICOM",
        "What was sent to the peer is no DICOM: a web browser, a monitoring system or a port scan asks at a port that "
        "is for DICOM. The peer is right not to understand it.",
        (
            "See which program on this machine connects there, and what for.",
            "A monitoring system that is to watch DICOM has to ask with C-ECHO.",
        ),
        "A program of ours speaks another protocol than DICOM to {address}. Is that the right port?",
    ),
    Cause(
        "tls-where-plain-expected",
        Stage.PROTOCOL,
        Blame.OURS,
        "The peer speaks TLS, and we spoke plain DICOM",
        "The port wants an encrypted connection. We spoke without encryption, so neither understood the other.",
        (
            "Use TLS for this peer (`tls:` at the peer, `--tls` on the command line).",
            "If it should be plain, ask for the port of the plain DICOM service.",
        ),
        "Your service on {address} answers with TLS. Should we connect with TLS, and with which certificate?",
    ),
    Cause(
        "plain-where-tls-expected",
        Stage.PROTOCOL,
        Blame.OURS,
        "We spoke TLS, and the peer does not",
        "We asked for an encrypted connection, and the answer was no TLS: most likely the port is for plain DICOM.",
        (
            "Leave TLS out for this peer, if the site allows plain DICOM.",
            "Or ask for the port on which the peer takes TLS (often 2762).",
        ),
        "Your service on {address} does not answer our TLS handshake. Is there a port for DICOM over TLS?",
    ),
    Cause(
        "silent-listener",
        Stage.PROTOCOL,
        Blame.UNDECIDED,
        "The port is open, and nobody says a word",
        "The connection stands, and then nothing comes. A server that is busy with somebody else or hangs looks like "
        "this; so does one that waits for TLS, another protocol that lets the client speak first, or a firewall that "
        "answers in place of the machine.",
        (
            "Try again: a server that takes one association at a time may have been busy.",
            "Wait longer (`--timeout 2 min`): a server that looks up our name first may take a minute.",
            "Ask the other side to look into the log of the DICOM service at this moment, and to restart it.",
            "Try with TLS (`--tls`).",
        ),
        "{address} accepts our connection and then never answers our association request. Does your log show it? Is "
        "the service hanging, or does it expect TLS?",
        decides="The log of the DICOM service: if it does not know of our connection, somebody else answers on the "
        "port.",
    ),
    Cause(
        "closed-at-once",
        Stage.PROTOCOL,
        Blame.THEIRS,
        "The peer hangs up before a word is said",
        "The connection was accepted and closed at once. That is what a list of allowed hosts looks like from outside, "
        "or a service that just fails, or a port forwarder whose target is not there.",
        (
            "Ask whether this machine's IP address is on the list of those that may connect.",
            "If the service runs in a container or behind a proxy, check that what is behind it runs.",
        ),
        "{address} closes our connection at once, before we have said anything. Is our IP address allowed to connect?",
    ),
)
