"""Which associations, presentation contexts and roles the reference SCP accepts (PS3.8 7.1.1; PS3.7 D.3)."""

from __future__ import annotations

from harness.dimse.elements import Command
from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, TRANSFER_SYNTAXES_NOT_SUPPORTED, accept
from harness.reference.settings import ReferenceSettings
from harness.standard.models import QueryModel
from harness.standard.negotiation import Rejection
from harness.standard.uids import (
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    VERIFICATION,
    storage_sop_classes,
    transfer_syntaxes,
)
from harness.ul import pdu as p
from harness.ul.items import ProposedContext, RoleSelection

QUERY_CLASSES: dict[str, tuple[Command, QueryModel]] = {
    uid: (command, model)
    for model in QueryModel
    for uid, command in (
        (model.find_uid, Command.C_FIND_RQ),
        (model.move_uid, Command.C_MOVE_RQ),
        (model.get_uid, Command.C_GET_RQ),
    )
}
_VERIFICATION_SYNTAXES = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE))
_QUERY_SYNTAXES = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE))


class Admission:
    """Answers A-ASSOCIATE-RQs as the settings say."""

    def __init__(self, settings: ReferenceSettings) -> None:
        self._settings = settings
        self._storage = settings.sop_classes or frozenset(storage_sop_classes())
        self._syntaxes = settings.transfer_syntaxes or frozenset(transfer_syntaxes())

    def operation(self, abstract_syntax: str) -> Command | None:
        """The request that contexts of an abstract syntax are for; None when it is not supported."""
        if abstract_syntax == VERIFICATION:
            return Command.C_ECHO_RQ
        if abstract_syntax in self._storage:
            return Command.C_STORE_RQ
        return QUERY_CLASSES[abstract_syntax][0] if abstract_syntax in QUERY_CLASSES else None

    def rejection(self, request: p.AssociateRQ, open_associations: int) -> Rejection | None:
        """Why an association is rejected; None when it is accepted. `open_associations` counts this one too."""
        settings = self._settings
        if settings.refusals.association is not None:
            return settings.refusals.association
        if not request.protocol_version & 1:
            return Rejection(1, 2, 2)
        if request.application_context != p.DICOM_APPLICATION_CONTEXT:
            return Rejection(1, 1, 2)
        if settings.check_called_ae_title and request.called_ae_title != settings.ae_title:
            return Rejection(1, 1, 7)
        if settings.calling_ae_titles and request.calling_ae_title not in settings.calling_ae_titles:
            return Rejection(1, 1, 3)
        if open_associations > settings.maximum_associations:
            return Rejection(2, 3, 2)
        return None

    def acceptance(self, request: p.AssociateRQ) -> p.AssociateAC:
        """The A-ASSOCIATE-AC. Of the transfer syntaxes of a context the first one that is supported is taken."""
        return accept(request, self._choose, maximum_length=self._settings.maximum_length, roles=self._role)

    def _choose(self, context: ProposedContext) -> str | int:
        """The transfer syntax, or the result of a context that is refused."""
        refused = self._settings.refusals.contexts
        operation = self.operation(context.abstract_syntax)
        if operation is None:
            return ABSTRACT_SYNTAX_NOT_SUPPORTED
        if context.abstract_syntax in refused:
            return refused[context.abstract_syntax]
        usable = self._usable(operation)
        syntax = next((syntax for syntax in context.transfer_syntaxes if syntax in usable), None)
        if syntax is None:
            return TRANSFER_SYNTAXES_NOT_SUPPORTED
        return refused.get(syntax, syntax)

    def _usable(self, operation: Command) -> frozenset[str]:
        if operation is Command.C_STORE_RQ:
            return self._syntaxes
        return _VERIFICATION_SYNTAXES if operation is Command.C_ECHO_RQ else _QUERY_SYNTAXES

    def _role(self, role: RoleSelection) -> RoleSelection | None:
        """Storage classes may be used both ways, which C-GET needs (PS3.4 C.5.3); no role is granted unasked."""
        if role.sop_class_uid not in self._storage:
            return None
        return RoleSelection(role.sop_class_uid, int(bool(role.scu_role)), int(bool(role.scp_role)))
