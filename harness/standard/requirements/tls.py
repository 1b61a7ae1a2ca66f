"""Secure transport connections (PS3.15 B.12, PS3.8 9.1.1)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

ROWS = (
    shall("tls/version-1-2", "PS3.15 B.12", "Either end of the BCP 195 RFC 8996, 9325 profile supports TLS 1.2."),
    shall(
        "tls/version-1-3-preferred",
        "PS3.15 B.12",
        "The server of the BCP 195 RFC 8996, 9325 profile selects TLS 1.3 when it supports it and the client offers "
        "it.",
    ),
    should(
        "tls/port-registered",
        "PS3.15 B.12",
        "An acceptor of secure connections listens on port 2762.",
        untested="which port a site chooses is no fact about the implementation",
    ),
    shall(
        "tls/ports-stated",
        "PS3.15 B.12",
        "The conformance statement says on which ports secure connections are accepted.",
        untested="a person has to read the conformance statement",
    ),
    informative(
        "tls/certificates",
        "PS3.8 9.1.1",
        "Which certificates are accepted, and whether the client has to have one, is left to the security policy of "
        "the site.",
    ),
)
