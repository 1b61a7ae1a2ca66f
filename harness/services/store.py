"""C-STORE as SCU (PS3.4 Annex B, PS3.7 9.1.1): files in their own transfer syntax, never transcoded."""

from __future__ import annotations

import time
from collections.abc import Sequence

from harness.dimse.messages import Priority, c_store_rq
from harness.net.association import Association, AssociationEnded, FileRange
from harness.observe.outcomes import StoredInstance, StoreObservation
from harness.services.exchange import final_response
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
    """The presentation contexts that the files need, one per SOP class and transfer syntax.

    Beside some transfer syntaxes the default one is to be offered, though files are sent as they are. It is offered
    first: gdcmscu, as the destination of a C-MOVE, takes images only on the last context that it has accepted.
    """
    contexts: dict[tuple[str, tuple[str, ...]], None] = {}
    for sop_class, syntax in dict.fromkeys((file.sop_class_uid, file.transfer_syntax_uid) for file in files):
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
    """Store the files one after the other; the rest stays unsent when the association ends."""
    observation = StoreObservation()
    for file in files:
        instance = StoredInstance(
            source=file.path,
            sop_class_uid=file.sop_class_uid,
            sop_instance_uid=file.sop_instance_uid,
            transfer_syntax_uid=file.transfer_syntax_uid,
        )
        observation.instances.append(instance)
        if observation.ending is not None:
            instance.unsent = "the association had ended"
            continue
        try:
            _store_one(association, file, instance, priority)
        except AssociationEnded as ended:
            observation.ending = ended.ending
        except OSError as error:
            instance.context_id = None
            instance.unsent = f"the file cannot be read: {error.strerror}"
    return observation


def _store_one(association: Association, file: FileMeta, instance: StoredInstance, priority: Priority) -> None:
    context = association.find_context(file.sop_class_uid, file.transfer_syntax_uid)
    if context is None:
        what = f"{uid_name(file.sop_class_uid)} in {uid_name(file.transfer_syntax_uid)}"
        instance.unsent = f"no presentation context for {what} was accepted"
        return
    instance.context_id = context.context_id
    begun = time.monotonic()
    request = c_store_rq(association.next_message_id(), file.sop_class_uid, file.sop_instance_uid, priority)
    association.send(context.context_id, request, FileRange(file.path, file.data_set_offset, file.data_set_length))
    response = final_response(association, request)
    instance.seconds = time.monotonic() - begun
    instance.status = response.command.status
