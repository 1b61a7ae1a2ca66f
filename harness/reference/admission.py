"""Which associations, presentation contexts and roles the reference SCP accepts (PS3.8 7.1.1; PS3.7 D.3)."""

from __future__ import annotations

from functools import lru_cache

from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, TRANSFER_SYNTAXES_NOT_SUPPORTED, accept
from harness.reference.negotiation import further_answers, is_admitted
from harness.reference.operations import served_classes
from harness.reference.settings import ReferenceSettings
from harness.standard.negotiation import Rejection
from harness.ul import pdu as p
from harness.ul.items import ProposedContext, RoleSelection


class Admission:
    """Answers A-ASSOCIATE-RQs as the settings say."""

    def __init__(self, settings: ReferenceSettings) -> None:
        self._settings = settings
        self.served = served_classes(settings)
        self._extended = {uid: served.extended for uid, served in self.served.items()}
        self.acceptance = lru_cache(16)(self._acceptance)
        """The A-ASSOCIATE-AC to an A-ASSOCIATE-RQ. Many are alike, from the same requestor."""

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
        if not is_admitted(request.user_identity, settings.identities):
            return Rejection(1, 2, 1)  # as PS3.7 D.3.3.7.3 asks for: by the service provider (ACSE)
        if open_associations > settings.maximum_associations:
            return Rejection(2, 3, 2)
        return None

    def _acceptance(self, request: p.AssociateRQ) -> p.AssociateAC:
        """Of the transfer syntaxes of a context the first one that is supported is taken."""
        return accept(
            request,
            self._choose,
            maximum_length=self._settings.maximum_length,
            roles=self._role,
            more=list(further_answers(request, self._settings, self._extended)),
        )

    def _choose(self, context: ProposedContext) -> str | int:
        """The transfer syntax, or the result of a context that is refused."""
        refused = self._settings.refusals.contexts
        served = self.served.get(context.abstract_syntax)
        if served is None:
            return ABSTRACT_SYNTAX_NOT_SUPPORTED
        if context.abstract_syntax in refused:
            return refused[context.abstract_syntax]
        syntax = next((syntax for syntax in context.transfer_syntaxes if syntax in served.transfer_syntaxes), None)
        if syntax is None:
            return TRANSFER_SYNTAXES_NOT_SUPPORTED
        return refused.get(syntax, syntax)

    def _role(self, role: RoleSelection) -> RoleSelection | None:
        """What is granted of the roles that the requestor asks for; none is granted unasked (PS3.7 D.3.3.4)."""
        served = self.served.get(role.sop_class_uid)
        if served is None or not served.both_roles:
            return None
        return RoleSelection(role.sop_class_uid, int(bool(role.scu_role)), int(bool(role.scp_role)))
