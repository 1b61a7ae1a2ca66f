"""C-STORE as SCU (PS3.4 Annex B, PS3.7 9.1.1): files in their own transfer syntax, never transcoded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.dimse.command import CommandSet
from harness.dimse.messages import Priority, c_store_rq
from harness.net.association import Association, AssociationEnded, FileRange
from harness.net.outgoing import Outgoing
from harness.observe.outcomes import StoredInstance, StoreObservation
from harness.services.exchange import final_response, response_to_any
from harness.services.part10 import FileMeta
from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    RLE_LOSSLESS,
    uid_name,
)

_BESIDE_DEFAULT = frozenset((EXPLICIT_VR_LE, EXPLICIT_VR_BE, DEFLATED_EXPLICIT_VR_LE, RLE_LOSSLESS))
"""Transfer syntaxes beside which the default one is to be offered (PS3.5 10.1, 10.4)."""


def needed_contexts(files: Sequence[FileMeta]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The presentation contexts that the files need."""
    return contexts_for((file.sop_class_uid, file.transfer_syntax_uid) for file in files)


def contexts_for(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The presentation contexts that pairs of SOP class and transfer syntax need, one for each pair.

    Beside some transfer syntaxes the default one is to be offered, though files are sent as they are. It is offered
    first: gdcmscu, as the destination of a C-MOVE, takes images only on the last context that it has accepted.
    """
    contexts: dict[tuple[str, tuple[str, ...]], None] = {}
    for sop_class, syntax in dict.fromkeys(pairs):
        if syntax in _BESIDE_DEFAULT:
            contexts[sop_class, (IMPLICIT_VR_LE,)] = None
        contexts[sop_class, (syntax,)] = None
    return tuple(contexts)


def not_sent(files: Sequence[FileMeta], reason: str) -> list[StoredInstance]:
    """Instances of files for which there was no association to send them over."""
    return [
        StoredInstance(
            source=file.path,
            sop_class_uid=file.sop_class_uid,
            sop_instance_uid=file.sop_instance_uid,
            transfer_syntax_uid=file.transfer_syntax_uid,
            unsent=reason,
        )
        for file in files
    ]


def store(
    association: Association, files: Sequence[FileMeta], priority: Priority = Priority.MEDIUM
) -> StoreObservation:
    """Store the files one after the other, or several at once where that was negotiated (PS3.7 D.3.3.3).

    While the peer takes an instance the next is read. The rest stays unsent when the association ends.
    """
    sending = _Sending(association, priority)
    for file in files:
        sending.send(file)
    sending.finish()
    return sending.observation


def store_data(association: Association, instance: StoredInstance, data: bytes) -> StoreObservation:
    """Store one instance whose data set is in memory; what became of it is noted in `instance`."""
    observation = StoreObservation(instances=[instance])
    context = association.find_context(instance.sop_class_uid, instance.transfer_syntax_uid)
    if context is None:
        instance.unsent = _no_context(instance)
        return observation
    instance.context_id = context.context_id
    begun = time.monotonic()
    request = c_store_rq(association.next_message_id(), instance.sop_class_uid, instance.sop_instance_uid)
    try:
        association.send(context.context_id, request, data)
        instance.status = final_response(association, request).command.status
    except AssociationEnded as ended:
        observation.ending = ended.ending
    instance.seconds = time.monotonic() - begun
    return observation


@dataclass(slots=True)
class _Departure:
    """An instance ready to be sent as soon as it may be; afterwards when it left, or that the association ended."""

    association: Association
    context_id: int
    message: Outgoing
    instance: StoredInstance
    begun: float = 0.0
    ended: AssociationEnded | None = None

    def leave(self) -> None:
        """Send it."""
        self.instance.context_id = self.context_id
        self.begun = time.monotonic()
        try:
            self.association.send_prepared(self.message)
        except AssociationEnded as ended:
            self.ended = ended


class _Sending:
    """Instances on their way over one association, at most as many at once as were negotiated."""

    def __init__(self, association: Association, priority: Priority) -> None:
        self.observation = StoreObservation()
        self._association = association
        self._priority = priority
        self._at_once = association.operations_at_once
        self._unanswered: dict[int, CommandSet] = {}
        """Requests by Message ID, the oldest first."""
        self._departed: dict[int, _Departure] = {}

    def send(self, file: FileMeta) -> None:
        """Send a file as soon as one more may be on its way."""
        instance = StoredInstance(
            source=file.path,
            sop_class_uid=file.sop_class_uid,
            sop_instance_uid=file.sop_instance_uid,
            transfer_syntax_uid=file.transfer_syntax_uid,
        )
        self.observation.instances.append(instance)
        context = self._association.find_context(file.sop_class_uid, file.transfer_syntax_uid)
        try:
            if self.observation.ending is None and context is not None:
                self._send(context.context_id, file, instance)
        except AssociationEnded as ended:
            self.observation.ending = ended.ending
        except OSError as error:
            instance.unsent = f"the file cannot be read: {error.strerror}"
        if instance.context_id is None and not instance.unsent:
            instance.unsent = _ENDED if self.observation.ending is not None else _no_context(file)

    def _send(self, context_id: int, file: FileMeta, instance: StoredInstance) -> None:
        """Prepare all of it while the peer takes the one before. Raises `AssociationEnded`, and OSError."""
        message_id = self._association.next_message_id()
        request = c_store_rq(message_id, file.sop_class_uid, file.sop_instance_uid, self._priority)
        data = FileRange(file.path, file.data_set_offset, file.data_set_length)
        message = self._association.prepare(context_id, request, data)
        departure = _Departure(self._association, context_id, message, instance)
        if len(self._unanswered) < self._at_once:
            departure.leave()
        else:
            self._take_response(departure)
        if departure.ended is not None:
            raise departure.ended
        self._unanswered[message_id] = request
        self._departed[message_id] = departure

    def finish(self) -> None:
        """Take all responses that are still to come."""
        try:
            while self._unanswered:
                self._take_response()
        except AssociationEnded as ended:
            self.observation.ending = ended.ending

    def _take_response(self, next_one: _Departure | None = None) -> None:
        """Take a response; another instance leaves before it is taken apart."""
        on_arrival = None if next_one is None else next_one.leave
        message_id, response = response_to_any(self._association, self._unanswered, on_arrival)
        arrived = time.monotonic() if next_one is None else next_one.begun
        del self._unanswered[message_id]
        answered = self._departed.pop(message_id)
        answered.instance.seconds = arrived - answered.begun
        answered.instance.status = response.command.status


_ENDED = "the association had ended"


def _no_context(file: FileMeta | StoredInstance) -> str:
    what = f"{uid_name(file.sop_class_uid)} in {uid_name(file.transfer_syntax_uid)}"
    return f"no presentation context for {what} was accepted"
