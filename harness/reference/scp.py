"""The reference SCP: each association admitted, each request brought to the service that answers it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message
from harness.net.acceptor import Acceptor
from harness.net.association import Association, AssociationEnded
from harness.observe.ending import EndingKind
from harness.observe.trace import Trace
from harness.reference.index import Index
from harness.reference.operations import ServedClass
from harness.reference.refused import Refused
from harness.reference.request import Answer, Request
from harness.reference.settings import ReferenceSettings
from harness.reference.storage import Archive
from harness.reference.store import Store, stores_of
from harness.scenario.service_names import ServiceName
from harness.services.receive import InstanceReceiver
from harness.standard.ae import AEAddress
from harness.ul import pdu as p

NO_SUCH_SOP_CLASS = 0x0118
NOT_AUTHORIZED = 0x0124
SOP_CLASS_NOT_SUPPORTED = 0x0122
UNRECOGNIZED_OPERATION = 0x0211
MISTYPED_ARGUMENT = 0x0212
LOG_LINES = 200
_COMPOSITE = frozenset((Command.C_ECHO_RQ, Command.C_STORE_RQ, Command.C_FIND_RQ, Command.C_MOVE_RQ, Command.C_GET_RQ))
"""Operations that have the status 0122H; those on normalized instances have 0118H and 0211H (PS3.7 9.1, 10.1)."""

_REQUIRED = {
    Tag.COMMAND_FIELD: "Command Field (0000,0100)",
    Tag.MESSAGE_ID: "Message ID (0000,0110)",
    Tag.COMMAND_DATA_SET_TYPE: "Command Data Set Type (0000,0800)",
}

_CUT = "command-length"
"""The rule that a command set breaks when one of its elements goes beyond it: nobody knows what it says."""


class ReferenceSCP:
    """The services of `operations.served_classes`; as a context manager it starts and stops.

    `log` is called with a line for each association that ended or was rejected, from the thread of that association.
    """

    def __init__(self, settings: ReferenceSettings, log: Callable[[str], None] | None = None) -> None:
        self.settings = settings
        self._stores = stores_of(settings, self._note)
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._log_further = log
        self._lock = threading.Lock()
        self._requests: dict[ServiceName, int] = {}
        self._acceptor = Acceptor(
            self._negotiate,
            self._serve,
            host=settings.host,
            port=settings.port,
            timeouts=settings.timeouts,
            finished=self._finished,
            tls=settings.tls,
            strict=True,
        )

    @property
    def address(self) -> AEAddress:
        """Where it listens."""
        return AEAddress(self.settings.ae_title, self._acceptor.host, self._acceptor.port)

    @property
    def index(self) -> Index:
        """What is stored under its own AE title."""
        return self.index_of(self.settings.ae_title)

    def index_of(self, ae_title: str) -> Index:
        """What is stored under one of its AE titles. Raises KeyError."""
        return self._stores[ae_title].index

    def start(self) -> None:
        """Open the stores and listen. Raises OSError when the folder or the port cannot be used."""
        try:
            for store in self._stores.values():
                store.open()
            self._acceptor.start()
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """End every association, the listener and the stores."""
        self._acceptor.stop()
        for store in self._stores.values():
            store.close()

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
        # AE titles are the requestor's bytes and must not steer a terminal.
        if not line.isprintable():
            line = "".join(character if character.isprintable() else "?" for character in line)
        with self._lock:
            self._log.append(line)
        if self._log_further is not None:
            self._log_further(line)

    def _negotiate(self, request: p.AssociateRQ, remote_host: str) -> p.AssociateAC | p.AssociateRJ:
        admission = self._store(request.called_ae_title).admission
        rejection = admission.rejection(request, self._acceptor.open_associations)
        if rejection is None:
            return admission.acceptance(request)
        self._note(f"rejected {request.calling_ae_title} from {remote_host}: {rejection}")
        return p.AssociateRJ(rejection.result, rejection.source, rejection.reason)

    def _store(self, called_ae_title: str) -> Store:
        """The store of a title; that of our own for a title that is none of ours, which is rejected or let in there."""
        return self._stores.get(called_ae_title) or self._stores[self.settings.ae_title]

    def _serve(self, association: Association) -> None:
        store = self._store(association.trace.called_ae_title)
        archive = Archive(store.index)
        receiver = InstanceReceiver(store.index.instances, association, archive.judge)
        try:
            store.deliveries.deliver_waiting(association, store.index)
            while True:
                message = association.receive(association.timeouts.idle)
                self._answer(association, message, store, receiver, archive)
        except AssociationEnded:
            return
        finally:
            receiver.close()

    def _answer(
        self, association: Association, message: Message, store: Store, receiver: InstanceReceiver, archive: Archive
    ) -> None:
        command = message.command
        if command.is_cancel or command.is_response:
            # A cancel that comes after the final response is a normal race; there is nothing left to cancel.
            return
        if any(deviation.rule == _CUT for deviation in message.deviations):
            association.abort(EndingKind.PROTOCOL_ERROR, "the peer sent a command set that is cut within an element")
            return
        if missing := [name for tag, name in _REQUIRED.items() if command.number(tag) is None]:
            association.abort(EndingKind.PROTOCOL_ERROR, f"the peer sent a request without {missing[0]}")
            return
        abstract_syntax = association.contexts[message.context_id].abstract_syntax
        try:
            served = store.admission.served[abstract_syntax]
            answer = _answer_to(command, abstract_syntax, served)
            if not store.allows(served.service):
                raise Refused(NOT_AUTHORIZED, f"this AE title is open for {store.settings.access} only")
            refusal = self._refusal(served.service)
            answer(
                Request(association, message, store.index, store.settings, receiver, archive, store.deliveries, refusal)
            )
        except Refused as refused:
            association.send(message.context_id, refused.response_to(command))
        finally:
            receiver.discard(message)

    def _refusal(self, service: ServiceName) -> int | None:
        """The status to refuse this request with, if it is refused; counts the good ones before."""
        status = self.settings.refusals.status_of(service)
        if status is None:
            return None
        with self._lock:
            seen = self._requests.get(service, 0)
            self._requests[service] = seen + 1
        return status if seen >= self.settings.refusals.after else None

    def _finished(self, trace: Trace) -> None:
        if trace.ending is not None and trace.ending.kind is EndingKind.REJECTED:
            return  # noted with its reason when it was rejected
        ending = trace.ending.text if trace.ending is not None else "ended"
        self._note(f"{trace.started:%H:%M:%S} {trace.calling_ae_title} from {trace.address}: {ending}")


def _answer_to(command: CommandSet, abstract_syntax: str, served: ServedClass) -> Answer:
    """What answers a request. Raises `Refused` when its presentation context is for something else."""
    composite = command.command_field in _COMPOSITE
    answers = served.answers.items()
    answer = next((answer for operation, answer in answers if operation == command.command_field), None)
    if answer is None:
        raise Refused(SOP_CLASS_NOT_SUPPORTED if composite else UNRECOGNIZED_OPERATION)
    sop_class = command.affected_sop_class_uid or command.text(Tag.REQUESTED_SOP_CLASS_UID)
    if sop_class is None:
        raise Refused(MISTYPED_ARGUMENT, "the SOP Class UID (0000,0002) or (0000,0003) is missing")
    if sop_class != abstract_syntax:
        status = SOP_CLASS_NOT_SUPPORTED if composite else NO_SUCH_SOP_CLASS
        raise Refused(status, "the presentation context is for another SOP class")
    return answer
