"""C-STORE as cases need it: with any command and any bytes, and a note of what the peer keeps."""

from __future__ import annotations

from collections.abc import Sequence

from harness.dimse.command import CommandSet
from harness.dimse.messages import c_store_rq
from harness.engine.conform.bench import Bench, Contexts
from harness.engine.conform.model import Kind, Seen, Untestable
from harness.engine.conform.stock import PATIENTS, SERIES, STUDIES, Instance
from harness.engine.conform.talk import Talk
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_DONE = (StatusCategory.SUCCESS, StatusCategory.WARNING)


def contexts_for(*instances: Instance) -> Contexts:
    """The presentation contexts that instances need."""
    pairs = dict.fromkeys((one.sop_class_uid, one.transfer_syntax_uid) for one in instances)
    return [(sop_class, (syntax,)) for sop_class, syntax in pairs]


def request_for(talk: Talk, instance: Instance) -> CommandSet:
    """The C-STORE-RQ of an instance."""
    return c_store_rq(talk.next_message_id(), instance.sop_class_uid, instance.sop_instance_uid)


def store(
    bench: Bench, talk: Talk, instance: Instance, *, command: CommandSet | None = None, data: bytes | None = None
) -> Seen:
    """Send an instance, perhaps with another command or other bytes than it has; what is answered."""
    context_id = next(iter(talk.contexts))
    whole = instance.data if data is None else data
    talk.command(context_id, command or request_for(talk, instance), whole)
    seen = talk.reaction()
    note_kept(bench, instance, seen)
    return seen


def note_kept(bench: Bench, instance: Instance, seen: Seen) -> None:
    """Note an instance that the peer says it has stored."""
    if seen.status is None or describe_status(seen.status, Service.STORE).category not in _DONE:
        return
    one = instance
    bench.leaves(one.sop_class_uid, one.sop_instance_uid, one.study_instance_uid, one.patient_id, seen.status)


def stored(bench: Bench, instances: Sequence[Instance]) -> None:
    """Store instances that a case only needs to be there. Raises `Untestable` when one is not stored."""
    with bench.established(contexts_for(*instances)) as talk:
        for instance in instances:
            seen = store(bench, talk, instance)
            if seen.kind is not Kind.ANSWERED or describe_status(seen.status or 0, Service.STORE).category not in _DONE:
                raise Untestable(f"an instance that this case needs was not stored: {seen.text}")
        talk.release()


def archive(bench: Bench) -> tuple[Instance, ...]:
    """The studies that queries and retrieves ask about; the first case that needs them stores them."""
    stock = bench.stock
    if stock.archive is None:
        syntaxes = bench.facts.accepted[CT_IMAGE_STORAGE]
        syntax = IMPLICIT_VR_LE if IMPLICIT_VR_LE in syntaxes else syntaxes[0]
        made = tuple(stock.make("CT", syntax, patients=PATIENTS, studies=STUDIES, series=SERIES))
        stored(bench, made)
        stock.archive = made
    return stock.archive
