"""What a further look at a peer showed that had ended an association without a word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.observe.ending import Ending
from harness.observe.foreign import Foreign
from harness.observe.trace import Trace
from harness.tls.validity import Validity

MANY_CONTEXTS = 10
"""With more presentation contexts in a request, their number may be what a peer does not bear."""


class Greeting(StrEnum):
    """What a peer did with a connection on which we said nothing."""

    SPOKE = "spoke"
    SILENT = "stayed silent"
    CLOSED = "closed it"
    RESET = "reset it"
    UNREACHED = "could not be reached"


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What came of a connection on which we waited for the peer to speak first; `foreign` is what it spoke."""

    greeting: Greeting
    seconds: float
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """The four facts of TLS at a peer; None where one could not be found out.

    `version` and `cipher_suite` are those of a handshake that checked nothing; `problem` is why there was none. The
    chain is held against those whom we trust, the name against the one that we asked for, each alone; with an empty
    `name` neither was looked at. `validity` is that of the certificate.
    """

    encrypted: bool
    version: str = ""
    cipher_suite: str = ""
    problem: Ending | None = None
    chain: Ending | None = None
    chain_trusted: bool | None = None
    name: str = ""
    name_verified: bool | None = None
    client_certificate_required: bool | None = None
    validity: Validity | None = None

    def __str__(self) -> str:
        if not self.version:
            return f"encrypted: {_said(self.encrypted)} ({self.problem})"
        facts = [f"encrypted with {self.version}, {self.cipher_suite}"]
        if self.name:
            facts += [
                f"chain trusted: {_said(self.chain_trusted)}",
                f"certificate is for {self.name}: {_said(self.name_verified)}",
                f"client certificate required: {_said(self.client_certificate_required)}",
            ]
        if self.validity is not None:
            facts.append(f"its certificate is {self.validity}")
        return "; ".join(facts)


def _said(fact: bool | None) -> str:
    return "not known" if fact is None else "yes" if fact else "no"


@dataclass(frozen=True, slots=True)
class Look:
    """Connections after one on which our first word was not answered, each None where it was not tried.

    On one we said nothing, of one we asked a TLS handshake, on one we spoke HTTP. `plain` is an association without TLS
    that was asked for where TLS was not answered, `verification` one for C-ECHO alone where one for something else was
    not accepted, with so many presentation contexts `proposed`, and the answer says nothing of why.
    """

    first_words: FirstWords | None = None
    tls: TlsFacts | None = None
    http: Foreign | None = None
    plain: Trace | None = None
    verification: Trace | None = None
    proposed: int = 0

    @property
    def speaks_plain(self) -> bool:
        """Whether the peer speaks DICOM without TLS."""
        return self.plain is not None and self.plain.heard

    @property
    def takes_verification(self) -> bool:
        """Whether an association for C-ECHO alone is accepted."""
        return self.verification is not None and any(context.accepted for context in self.verification.contexts)
