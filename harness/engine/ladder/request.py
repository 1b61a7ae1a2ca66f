"""What the ladder is to be climbed for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.net.negotiation import Proposal
from harness.standard.ae import AEAddress
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import TlsSettings
from harness.ul.items import UserIdentityRQ

TOTAL_SECONDS = 15.0
SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE)
"""Transfer syntaxes proposed for every service: the default one, which all must know, and the usual one."""


class LadderService(StrEnum):
    """What may be tried beyond C-ECHO; nothing of it changes anything at the peer."""

    FIND = "find"
    STORE_NEGOTIATION = "store-negotiation"


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """A study that the peer is asked to move to us: to `port` (0: any free one) of `host` (empty: as the peer needs).

    `calls_as` are AE titles under which the peer may call us beside its own. With `tls` we take nothing but TLS there.
    """

    study_instance_uid: str
    port: int = 0
    host: str = ""
    calls_as: tuple[str, ...] = ()
    tls: TlsSettings | None = None


@dataclass(frozen=True, slots=True)
class LadderRequest:
    """To whom, as whom, and how far. All of it takes at most `seconds`.

    `probe_titles` allows two associations with AE titles that the peer cannot know.
    """

    address: AEAddress
    calling_ae_title: str
    seconds: float = TOTAL_SECONDS
    tls: TlsSettings | None = None
    user_identity: UserIdentityRQ | None = None
    services: tuple[LadderService, ...] = ()
    probe_titles: bool = False
    move: MoveCheck | None = None

    def proposal(self, *contexts: str) -> Proposal:
        """An association for C-ECHO and for these SOP classes."""
        return Proposal(
            self.calling_ae_title,
            self.address.ae_title,
            tuple((uid, SYNTAXES) for uid in (VERIFICATION, *contexts)),
            user_identity=self.user_identity,
        )
