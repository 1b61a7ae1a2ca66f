"""The reference SCP: negotiation, and each request to the service that answers it."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from harness.dimse.elements import Command
from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, TRANSFER_SYNTAXES_NOT_SUPPORTED, accept
from harness.net.timeouts import Timeouts
from harness.observe.trace import Trace
from harness.reference.index import Index
from harness.reference.retrieve import answer_get, answer_move
from harness.reference.search import answer_find
from harness.reference.settings import ReferenceSettings
from harness.reference.storage import Archive
from harness.services.receive import InstanceReceiver
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
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

UNRECOGNIZED_OPERATION = 0x0211
SOP_CLASS_NOT_SUPPORTED = 0x0122
LOG_LINES = 200

_QUERY_CLASSES = {uid: model for model in QueryModel for uid in (model.find_uid, model.move_uid, model.get_uid)}


class ReferenceSCP:
    """Verification, Storage, C-FIND, C-MOVE and C-GET; as a context manager it starts and stops."""

    def __init__(self, settings: ReferenceSettings) -> None:
        self.settings = settings
        self.index = Index(settings.folder)
        self._storage = settings.sop_classes or frozenset(storage_sop_classes())
        self._syntaxes = settings.transfer_syntaxes or frozenset(transfer_syntaxes())
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._lock = threading.Lock()
        self._requests: dict[int, int] = {}
        self._acceptor = Acceptor(
            self._negotiate,
            self._serve,
            host=settings.host,
            port=settings.port,
            timeouts=Timeouts(),
            finished=self._finished,
        )

    @property
    def address(self) -> AEAddress:
        """Where it listens."""
        return AEAddress(self.settings.ae_title, self._acceptor.host, self._acceptor.port)

    def start(self) -> None:
        """Listen. Raises OSError when the port cannot be bound."""
        self._acceptor.start()

    def stop(self) -> None:
        """End every association, the listener and the index."""
        self._acceptor.stop()
        self.index.close()

    def __enter__(self) -> ReferenceSCP:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def log_tail(self) -> list[str]:
        """The latest associations and refusals, without any value of a data set."""
        with self._lock:
            return list(self._log)[-20:]

    def _note(self, line: str) -> None:
        with self._lock:
            self._log.append(line)

    # Negotiation

    def _negotiate(self, request: p.AssociateRQ, remote_host: str) -> p.AssociateAC | p.AssociateRJ:
        rejection = self._rejection(request)
        if rejection is not None:
            self._note(f"rejected an association from {remote_host}: {rejection}")
            return p.AssociateRJ(*rejection)
        return accept(request, self._choose, maximum_length=self.settings.maximum_length, roles=self._role)

    def _rejection(self, request: p.AssociateRQ) -> tuple[int, int, int] | None:
        settings = self.settings
        wanted = settings.refusals.association
        if wanted is not None:
            return wanted.result, wanted.source, wanted.reason
        if not request.protocol_version & 1:
            return 1, 2, 2
        if request.application_context != p.DICOM_APPLICATION_CONTEXT:
            return 1, 1, 2
        if settings.check_called_ae_title and request.called_ae_title != settings.ae_title:
            return 1, 1, 7
        if settings.calling_ae_titles and request.calling_ae_title not in settings.calling_ae_titles:
            return 1, 1, 3
        if self._acceptor.open_associations > settings.maximum_associations:
            return 2, 3, 2
        return None

    def _choose(self, context: ProposedContext) -> str | int:
        if context.abstract_syntax in self._storage:
            usable = self._syntaxes
        elif context.abstract_syntax == VERIFICATION:
            usable = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE))
        elif context.abstract_syntax in _QUERY_CLASSES:
            usable = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE))
        else:
            return ABSTRACT_SYNTAX_NOT_SUPPORTED
        for syntax in context.transfer_syntaxes:
            if syntax in usable:
                return syntax
        return TRANSFER_SYNTAXES_NOT_SUPPORTED

    def _role(self, role: RoleSelection) -> RoleSelection | None:
        """Storage classes may be used both ways, which C-GET needs (PS3.4 C.5.3); no role is granted unasked."""
        if role.sop_class_uid not in self._storage:
            return None
        return RoleSelection(role.sop_class_uid, int(bool(role.scu_role)), int(bool(role.scp_role)))

    # Service

    def _serve(self, association: Association) -> None:
        archive = Archive(self.index)
        receiver = InstanceReceiver(self.index.folder, association, archive.judge)
        try:
            while True:
                message = association.receive(association.timeouts.idle)
                self._answer(association, message, receiver, archive)
        except AssociationEnded:
            return
        finally:
            receiver.close()

    def _answer(self, association: Association, message: Message, receiver: InstanceReceiver, archive: Archive) -> None:
        command = message.command
        if command.is_cancel or command.is_response:
            # A cancel that comes after the final response is a normal race; there is nothing left to cancel.
            return
        field = command.command_field or 0
        context = association.contexts[message.context_id]
        model = _QUERY_CLASSES.get(context.abstract_syntax)
        if command.command_field == Command.C_ECHO_RQ:
            association.send(message.context_id, response_to(command, 0))
        elif field == Command.C_STORE_RQ and context.abstract_syntax in self._storage:
            archive.refusal = self._refusal(field, self.settings.refusals.store)
            receiver.answer(message)
        elif model is not None and context.abstract_syntax == model.find_uid and field == Command.C_FIND_RQ:
            refusal = self._refusal(field, self.settings.refusals.find)
            answer_find(association, message, model, self.index, self.settings.ae_title, refusal)
        elif model is not None and context.abstract_syntax == model.move_uid and field == Command.C_MOVE_RQ:
            refusal = self._refusal(field, self.settings.refusals.move)
            answer_move(association, message, model, self.index, self.settings, refusal)
        elif model is not None and context.abstract_syntax == model.get_uid and field == Command.C_GET_RQ:
            answer_get(association, message, model, self.index, self._refusal(field, self.settings.refusals.get))
        else:
            known = field in (Command.C_STORE_RQ, Command.C_FIND_RQ, Command.C_MOVE_RQ, Command.C_GET_RQ)
            status = SOP_CLASS_NOT_SUPPORTED if known else UNRECOGNIZED_OPERATION
            association.send(message.context_id, response_to(command, status))

    def _refusal(self, command_field: int, status: int | None) -> int | None:
        """The status to refuse this request with, if it is refused; counts the good ones before."""
        if status is None:
            return None
        with self._lock:
            seen = self._requests.get(command_field, 0)
            self._requests[command_field] = seen + 1
        return status if seen >= self.settings.refusals.after else None

    def _finished(self, trace: Trace) -> None:
        ending = trace.ending.text if trace.ending is not None else "ended"
        self._note(f"{trace.started:%H:%M:%S} {trace.calling_ae_title} from {trace.address}: {ending}")
