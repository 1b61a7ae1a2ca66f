"""One request held against what was negotiated (PS3.7 D.3.2, D.3.3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.responses import sop_class_of
from harness.dimse.command import CommandSet
from harness.dimse.elements import Command
from harness.observe.trace import ContextOutcome
from harness.standard.uids import UidKind, uid_table
from harness.ul.deviation import Deviation

_UNIFIED_PROCEDURE_STEP = "1.2.840.10008.5.1.4.34.6."
"""Its five SOP classes share instances, and all requests name the first of them (PS3.4 CC.3.1)."""


def request_deviations(command: CommandSet, context: ContextOutcome | None, side: bool) -> Iterator[Deviation]:
    """What a request of one side (`side`: the requestor) should not be; nothing where the context is unknown."""
    if context is None:
        return
    if not _has_role(command, context, side):
        who, role = ("requestor" if side else "acceptor"), ("SCP" if _is_notification(command) else "SCU")
        text = f"the {command.name} comes from the {who}, which has no {role} role on presentation context "
        yield Deviation("request-role", "PS3.7 D.3.3.4", f"{text}{context.context_id}")
    named = sop_class_of(command)
    if named and named != context.abstract_syntax and not _stands_for_others(context.abstract_syntax):
        text = f"the {command.name} names another SOP class than presentation context {context.context_id} has"
        yield Deviation("request-context", "PS3.7 D.3.2", text)


def _is_notification(command: CommandSet) -> bool:
    return command.command_field == Command.N_EVENT_REPORT_RQ


def _has_role(command: CommandSet, context: ContextOutcome, side: bool) -> bool:
    """Operations come from the SCU, notifications from the SCP (PS3.7 7.1.1); roles are kept as the requestor's."""
    return context.scu_role if side is not _is_notification(command) else context.scp_role


def _stands_for_others(abstract_syntax: str) -> bool:
    """Whether requests on a context of this abstract syntax name other SOP classes."""
    if abstract_syntax.startswith(_UNIFIED_PROCEDURE_STEP):
        return True
    entry = uid_table().get(abstract_syntax)
    return entry is not None and entry.kind is UidKind.META_SOP_CLASS
