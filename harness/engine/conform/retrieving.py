"""C-GET and C-MOVE as cases need them: with whatever roles and keys, and all that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.exchange import is_pending
from harness.dimse.fragment import Message
from harness.dimse.messages import c_cancel_rq, c_get_rq, response_to
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import STUDY_ROOT
from harness.engine.conform.model import Kind, Seen, Untestable
from harness.engine.conform.talk import Talk, words_of
from harness.observe.data_set import failed_instances
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE
from harness.ul.items import RoleSelection, UserItem

_GET = STUDY_ROOT.get_uid
_COUNTERS = {
    "remaining": Tag.NUMBER_OF_REMAINING_SUBOPERATIONS,
    "completed": Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS,
    "failed": Tag.NUMBER_OF_FAILED_SUBOPERATIONS,
    "warning": Tag.NUMBER_OF_WARNING_SUBOPERATIONS,
}

Judge = Callable[[Message], int]
"""The status with which a C-STORE sub-operation is answered."""


@dataclass(slots=True)
class Retrieved:
    """Everything that came of a C-GET or C-MOVE. `stores` are the SOP instances of its sub-operations."""

    stores: list[str] = field(default_factory=list)
    pending: list[CommandSet] = field(default_factory=list)
    final: CommandSet | None = None
    failed_uids: tuple[str, ...] = ()
    with_data_set: bool = False

    @property
    def status(self) -> int | None:
        """That of the final response."""
        return self.final.status if self.final is not None else None

    def counter(self, name: str) -> int | None:
        """A number of sub-operations in the final response."""
        return self.final.number(_COUNTERS[name]) if self.final is not None else None

    @property
    def lists_without_failure(self) -> bool:
        """Whether an identifier came with success, when there is nothing that it could list (PS3.4 C.4.2.1.4.2)."""
        return self.with_data_set and self.status == 0

    @staticmethod
    def has_all_numbers(command: CommandSet) -> bool:
        """Whether a response has all four numbers of sub-operations."""
        return all(command.number(tag) is not None for tag in _COUNTERS.values())

    @property
    def seen(self) -> Seen:
        """The final response, with its numbers."""
        numbers = ", ".join(f"{name} {self.counter(name)}" for name in _COUNTERS if self.counter(name) is not None)
        words = words_of(self.final) if self.final is not None else "no final response"
        text = f"{len(self.stores)} sub-operations and a final {words}" + (f" ({numbers})" if numbers else "")
        return Seen(Kind.ANSWERED, text, status=self.status)


def with_role(roles: bool = True) -> tuple[RoleSelection, ...]:
    """The offer to be SCP of CT images, or none."""
    return (RoleSelection(CT_IMAGE_STORAGE, 0, 1),) if roles else ()


def contexts_for_get(sop_class_uid: str, *, storage: bool = True) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """One for the C-GET, and those over which CT images can come."""
    get = ((sop_class_uid, (IMPLICIT_VR_LE,)),)
    images = tuple((CT_IMAGE_STORAGE, (syntax,)) for syntax in (IMPLICIT_VR_LE, EXPLICIT_VR_LE))
    return (*get, *images) if storage else get


def finish(
    talk: Talk, context_id: int, request: CommandSet, identifier: bytes, judge: Judge, cancel_after: int = -1
) -> Retrieved:
    """Send a C-GET or C-MOVE and take all that comes; with `cancel_after` it is cancelled after so many messages."""
    found = Retrieved()
    talk.command(context_id, request, identifier)
    for count in range(10_000):
        if count == cancel_after:
            talk.command(context_id, c_cancel_rq(request.message_id or 0))
        message = talk.message()
        command = message.command
        if command.command_field == Command.C_STORE_RQ:
            found.stores.append(command.affected_sop_instance_uid or "")
            talk.command(message.context_id, response_to(command, judge(message)))
        elif is_pending(command.status):
            found.pending.append(command)
        else:
            found.final, found.with_data_set = command, bool(message.data)
            found.failed_uids = tuple(failed_instances(message.data or b"", IMPLICIT_VR_LE))
            break
    return found


def take(_: Message) -> int:
    """Every sub-operation succeeds."""
    return 0


def refuse(_: Message) -> int:
    """No sub-operation succeeds: out of resources."""
    return 0xA700


def refuse_first() -> Judge:
    """The first sub-operation fails, the others succeed."""
    statuses = iter((0xA700,))
    return lambda _: next(statuses, 0)


def get(
    bench: Bench,
    identifier: bytes,
    judge: Judge = take,
    *,
    roles: bool = True,
    storage: bool = True,
    cancel_after: int = -1,
    user: Iterable[UserItem] = (),
) -> Retrieved:
    """A C-GET of CT images on an association of its own.

    Raises `Untestable` when the peer does not grant the role that it needs.
    """
    offered = (*(with_role(roles) if storage else ()), *user)
    with bench.established(contexts_for_get(_GET, storage=storage), offered) as talk:
        granted = [role for role in talk.acceptance.role_selections if role.scp_role] if talk.acceptance else []
        if storage and roles and not granted:
            raise Untestable("the peer did not grant the SCP role for CT images, so nothing can come over C-GET")
        context_id = talk.context_of(_GET).context_id
        found = finish(talk, context_id, c_get_rq(talk.next_message_id(), _GET), identifier, judge, cancel_after)
        talk.release()
        return found
