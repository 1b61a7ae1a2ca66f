"""What the lint finds in a small association, in few words."""

from __future__ import annotations

from dataclasses import dataclass

from harness.checks.lint.linter import lint
from harness.dimse.command import CommandSet
from harness.dimse.messages import c_echo_rq, c_find_rq, response_to
from harness.observe.trace import Role
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items
from tests.support.conversations import Talk, message

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
CLASSES = (VERIFICATION, CT_IMAGE_STORAGE, FIND, MOVE, GET)
ID_OF = {uid: 2 * number + 1 for number, uid in enumerate(CLASSES)}
"""The presentation context of each SOP class."""
CALLED, CALLING = p.title_field("CALLED"), p.title_field("CALLING")
USER: tuple[i.UserItem, ...] = (i.MaximumLength(16384), i.ImplementationClassUID("1.2.3"))


def asked(*more: i.UserItem, user: tuple[i.UserItem, ...] = USER) -> p.AssociateRQ:
    """A request for all of `CLASSES`."""
    contexts = [i.ProposedContext(ID_OF[uid], uid, (IMPLICIT_VR_LE,)) for uid in CLASSES]
    return p.AssociateRQ(CALLED, CALLING, association_items(contexts, [*user, *more]))


def granted(*more: i.UserItem, user: tuple[i.UserItem, ...] = USER) -> p.AssociateAC:
    """Its acceptance."""
    results = [i.ContextResult(ID_OF[uid], 0, IMPLICIT_VR_LE) for uid in CLASSES]
    return p.AssociateAC(CALLED, CALLING, association_items(results, [*user, *more]))


def standing() -> Talk:
    """An association that stands."""
    return Talk().asks(asked()).answers(granted())


def released(talk: Talk) -> Talk:
    """The same in the end."""
    return talk.asks(p.ReleaseRQ()).answers(p.ReleaseRP())


def rules(talk: Talk, *, we_requested: bool = True, full: bool = False) -> set[str]:
    """The rules that are broken; what the requestor did is named `requestor/…`."""
    role = Role.REQUESTOR if we_requested else Role.ACCEPTOR
    findings = lint(talk.record(we_requested=we_requested, full=full), role)
    return {
        ("requestor/" if finding.by_us == we_requested else "acceptor/") + finding.rule.id.removeprefix("lint/")
        for finding in findings
    }


@dataclass(frozen=True)
class Wrong:
    """An association with one thing wrong, and the one rule that is broken by the requestor or by the acceptor.

    `besides` are rules that cannot but be broken with it.
    """

    rule: str
    talk: Talk
    by_acceptor: bool = False
    besides: tuple[str, ...] = ()

    def check(self) -> None:
        """Nothing but this rule is broken, seen from either side, in a masked record and in a full one."""
        side = "acceptor" if self.by_acceptor else "requestor"
        expected = {f"{side}/{rule}" for rule in (self.rule, *self.besides)}
        for full in (False, True):
            assert rules(self.talk, full=full) == expected
            assert rules(self.talk, we_requested=False, full=full) == expected


def echo(talk: Talk) -> Talk:
    """A C-ECHO more, and its answer."""
    request = c_echo_rq(1)
    talk = talk.asks(*message(ID_OF[VERIFICATION], request))
    return talk.answers(*message(ID_OF[VERIFICATION], response_to(request, 0)))


def find(talk: Talk, matches: int = 2) -> Talk:
    """A C-FIND more, with its matches."""
    request = c_find_rq(2, FIND)
    talk = talk.asks(*message(ID_OF[FIND], request, b"\x08\0\x52\0\0\0\0\0"))
    for _ in range(matches):
        talk = talk.answers(*message(ID_OF[FIND], response_to(request, 0xFF00, data_set=True), b"\x08\0\x52\0\0\0\0\0"))
    return talk.answers(*message(ID_OF[FIND], response_to(request, 0)))


def asks(talk: Talk, sop_class_uid: str, command: CommandSet | bytes, data: bytes | None = None) -> Talk:
    """A message of the requestor on the context of a SOP class."""
    return talk.asks(*message(ID_OF[sop_class_uid], command, data))


def answers(talk: Talk, sop_class_uid: str, command: CommandSet | bytes, data: bytes | None = None) -> Talk:
    """A message of the acceptor on the context of a SOP class."""
    return talk.answers(*message(ID_OF[sop_class_uid], command, data))
