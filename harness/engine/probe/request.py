"""What a peer is to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.net.timeouts import ARTIM_PATIENCE, IDLE_PATIENCE
from harness.observe.exercise import SentStudy
from harness.standard.ae import AEAddress
from harness.standard.families import Family, current_sop_classes, sop_classes_in
from harness.standard.uids import UidKind, resolve_uid, transfer_syntaxes

if TYPE_CHECKING:
    from harness.tls.contexts import TlsClient, TlsSettings
    from harness.ul.items import UserIdentityRQ


@dataclass(frozen=True, slots=True)
class Further:
    """What is asked beyond what any peer may be asked; whoever makes one has seen to it that it is allowed.

    `titles` asks under AE titles and a user name that the peer cannot know, else `why_no_titles` has the reason.
    `at_once` is the most associations that may stand at once, 0 for none. `timers` waits out the patience of the peer,
    at most so many seconds on a connection that says nothing and on an association without traffic. `exercise` is the
    study that objects are sent in, which stays at the peer; without it `why_no_exercise` has the reason. `tls` is what
    the TLS of the peer is held against.
    """

    titles: bool = False
    why_no_titles: str = ""
    at_once: int = 0
    timers: bool = False
    exercise: SentStudy | None = None
    why_no_exercise: str = ""
    artim_patience: float = ARTIM_PATIENCE
    idle_patience: float = IDLE_PATIENCE
    tls: TlsSettings | None = None


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """The peer, who we are to it, and the matrix that is wanted.

    `timeout` is how many seconds connection and each answer may take, `seconds` the whole.
    """

    address: AEAddress
    calling_ae_title: str
    sop_classes: tuple[str, ...]
    transfer_syntaxes: tuple[str, ...]
    timeout: float = 10.0
    seconds: float = 300.0
    tls: TlsClient | None = None
    user_identity: UserIdentityRQ | None = None
    further: Further = Further()


def chosen_sop_classes(names: Iterable[str]) -> tuple[str, ...]:
    """The SOP classes of names, UIDs and families; all of the current edition without any. Raises `UnknownName`."""
    families = {family.value: family for family in Family}
    found: list[str] = []
    for name in names:
        family = families.get(name.strip().lower())
        found += sop_classes_in(family) if family is not None else (resolve_uid(name, UidKind.SOP_CLASS),)
    return tuple(dict.fromkeys(found)) or current_sop_classes()


def chosen_transfer_syntaxes(names: Iterable[str]) -> tuple[str, ...]:
    """The transfer syntaxes of names and UIDs; all registered ones without any. Raises `UnknownName`."""
    found = dict.fromkeys(resolve_uid(name, UidKind.TRANSFER_SYNTAX) for name in names)
    return tuple(found) or transfer_syntaxes()
