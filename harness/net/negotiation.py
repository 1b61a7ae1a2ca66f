"""Presentation contexts proposed, answered and joined (PS3.8 7.1.1.13, 7.1.1.14; PS3.7 D.3.2, D.3.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.observe.contexts import ACCEPTANCE
from harness.standard.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items

if TYPE_CHECKING:
    from harness.observe.trace import ContextOutcome

OUR_MAXIMUM_LENGTH = 131072
MAXIMUM_CONTEXTS = 128

USER_REJECTION = 1
NO_REASON = 2
ABSTRACT_SYNTAX_NOT_SUPPORTED = 3
TRANSFER_SYNTAXES_NOT_SUPPORTED = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an association is asked for with. `contexts` are (abstract syntax, transfer syntaxes), at most 128.

    `asynchronous_operations` is (operations invoked, operations performed), 0 for no limit. Empty texts leave the
    implementation out.
    """

    calling_ae_title: str
    called_ae_title: str
    contexts: tuple[tuple[str, tuple[str, ...]], ...]
    roles: tuple[i.RoleSelection, ...] = ()
    user_identity: i.UserIdentityRQ | None = None
    maximum_length: int = OUR_MAXIMUM_LENGTH
    application_context: str = p.DICOM_APPLICATION_CONTEXT
    asynchronous_operations: tuple[int, int] | None = None
    extended: tuple[i.ExtendedNegotiation, ...] = ()
    common_extended: tuple[i.CommonExtendedNegotiation, ...] = ()
    implementation_class_uid: str = IMPLEMENTATION_CLASS_UID
    implementation_version_name: str = IMPLEMENTATION_VERSION_NAME

    @lru_cache(16)  # noqa: B019 - by value, and few
    def to_pdu(self) -> p.AssociateRQ:
        """The A-ASSOCIATE-RQ: the same object for equal proposals, with all that was found out about it before.

        Raises ValueError for more contexts than there are ids (PS3.8 9.3.2.2).
        """
        if len(self.contexts) > MAXIMUM_CONTEXTS:
            raise ValueError(f"{len(self.contexts)} presentation contexts do not fit one association of at most 128")
        contexts = [
            i.ProposedContext(2 * index + 1, abstract_syntax, transfer_syntaxes)
            for index, (abstract_syntax, transfer_syntaxes) in enumerate(self.contexts)
        ]
        return p.AssociateRQ(
            p.title_field(self.called_ae_title),
            p.title_field(self.calling_ae_title),
            association_items(contexts, list(self._user_items()), self.application_context),
        )

    def _user_items(self) -> Iterator[i.UserItem]:
        yield i.MaximumLength(self.maximum_length)
        if self.implementation_class_uid:
            yield i.ImplementationClassUID(self.implementation_class_uid)
        if self.asynchronous_operations is not None:
            yield i.AsynchronousOperationsWindow(*self.asynchronous_operations)
        yield from self.roles
        if self.implementation_version_name:
            yield i.ImplementationVersionName(self.implementation_version_name)
        yield from self.extended
        yield from self.common_extended
        if self.user_identity is not None:
            yield self.user_identity


def own_user_items(maximum_length: int) -> tuple[i.UserItem, ...]:
    """The sub-items that tell who we are."""
    return (
        i.MaximumLength(maximum_length),
        i.ImplementationClassUID(IMPLEMENTATION_CLASS_UID),
        i.ImplementationVersionName(IMPLEMENTATION_VERSION_NAME),
    )


@dataclass(frozen=True, slots=True)
class NegotiatedContext:
    """An accepted presentation context; the roles are those of the association requestor."""

    context_id: int
    abstract_syntax: str
    transfer_syntax: str
    scu_role: bool = True
    scp_role: bool = False


def accept(
    request: p.AssociateRQ,
    choose: Callable[[i.ProposedContext], str | int],
    *,
    maximum_length: int = OUR_MAXIMUM_LENGTH,
    roles: Callable[[i.RoleSelection], i.RoleSelection | None] = lambda role: None,
    more: Sequence[i.UserItem] = (),
) -> p.AssociateAC:
    """The A-ASSOCIATE-AC to a request.

    `choose` answers each proposed context with the accepted transfer syntax or with a result of 1 to 4; `roles`
    answers each role selection, None leaving the default roles (PS3.7 D.3.3.4); `more` are further answers.
    """
    results = []
    for context in request.contexts:
        choice = choose(context)
        if isinstance(choice, str):
            results.append(i.ContextResult(context.context_id, ACCEPTANCE, choice))
        else:
            # The transfer syntax of a refused context is not significant; the first proposed one is echoed.
            echoed = context.transfer_syntaxes[0] if context.transfer_syntaxes else ""
            results.append(i.ContextResult(context.context_id, choice, echoed))
    answers = [answer for role in request.role_selections if (answer := roles(role)) is not None]
    items = association_items(results, [*own_user_items(maximum_length), *answers, *more])
    return p.AssociateAC(request.called, request.calling, items, reserved=bytes(2) + request.reserved[2:])


def negotiated_contexts(outcomes: tuple[ContextOutcome, ...]) -> dict[int, NegotiatedContext]:
    """The accepted contexts by id."""
    return {
        outcome.context_id: NegotiatedContext(
            outcome.context_id,
            outcome.abstract_syntax,
            outcome.accepted_transfer_syntax,
            outcome.scu_role,
            outcome.scp_role,
        )
        for outcome in outcomes
        if outcome.accepted and outcome.accepted_transfer_syntax is not None
    }
