"""The Storage service class with instances that are right (PS3.4 Annex B; PS3.7 9.1.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from harness.dimse.command import encode_command
from harness.dimse.messages import Priority, c_store_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held, violated
from harness.engine.conform.facts import MR_IMAGE_STORAGE, STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Need, Outcome, Profile, Seen
from harness.engine.conform.outcomes import failure, met, success_or_warning
from harness.engine.conform.searching import search
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import contexts_for, note_kept, request_for, store, stored
from harness.engine.conform.talk import Talk
from harness.net.timeouts import Deadline
from harness.standard.status import Service
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    RLE_LOSSLESS,
    uid_name,
)
from harness.ul import pdu as p

_QUIET = 1.0
"""Seconds in which an answer that must not come yet would come."""

_INDEXED = 10.0
"""Seconds in which a study has to be found: archives may index what they store a moment later."""

_STORED = success_or_warning(Service.STORE)
_STORES = (supports(CT_IMAGE_STORAGE),)
_STORES_AND_FINDS = (*_STORES, supports(STUDY_ROOT.find_uid, IMPLICIT_VR_LE))


def _case(
    name: str,
    title: str,
    requirement: str,
    script: Callable[[Bench], Seen],
    *allowed: Outcome,
    needs: tuple[Need, ...] = _STORES,
    profile: Profile = Profile.ACCEPTANCE,
    also: tuple[str, ...] = (),
) -> Case:
    requirements = (requirement, *also)
    return Case(
        f"storage/store/{name}", title, requirements, allowed or (_STORED,), script, profile, Conduct.WRITES, needs
    )


def _syntax_of(bench: Bench) -> str:
    return bench.facts.accepted[CT_IMAGE_STORAGE][0]


def _instance(bench: Bench) -> Instance:
    (instance,) = bench.stock.make("CT", _syntax_of(bench))
    return instance


def _stored_as(modality: str, syntax: str) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        (instance,) = bench.stock.make(modality, syntax)
        with bench.established(contexts_for(instance)) as talk:
            seen = store(bench, talk, instance)
            talk.release()
            return seen

    return script


def _syntax_case(name: str, syntax: str) -> Case:
    title = f"An image in {uid_name(syntax)} is stored where that was accepted"
    needs = (supports(CT_IMAGE_STORAGE, syntax),)
    return _case(f"syntax-{name}", title, "storage/accepted-class-stored", _stored_as("CT", syntax), needs=needs)


def _with_priority(priority: Priority) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        instance = _instance(bench)
        with bench.established(contexts_for(instance)) as talk:
            command = c_store_rq(1, instance.sop_class_uid, instance.sop_instance_uid, priority)
            return store(bench, talk, instance, command=command)

    return script


def _of_a_move(bench: Bench) -> Seen:
    instance = _instance(bench)
    with bench.established(contexts_for(instance)) as talk:
        originator = (bench.target.calling_ae_title, 7)
        command = c_store_rq(1, instance.sop_class_uid, instance.sop_instance_uid, move_originator=originator)
        return store(bench, talk, instance, command=command)


def _many_on_one_association(bench: Bench) -> Seen:
    instances = [_instance(bench) for _ in range(5)]
    with bench.established(contexts_for(*instances)) as talk:
        for instance in instances:
            seen = store(bench, talk, instance)
            if not _STORED.matches(seen):
                return seen
        talk.release()
        return seen


def _twice(bench: Bench) -> Seen:
    instance = _instance(bench)
    stored(bench, [instance])
    with bench.established(contexts_for(instance)) as talk:
        return store(bench, talk, instance)


def _halves(talk: Talk, instance: Instance) -> tuple[list[p.PDU], list[p.PDU]]:
    """A C-STORE cut in the middle of its data set."""
    context_id = next(iter(talk.contexts))
    half = len(instance.data) // 4 * 2
    command = encode_command(request_for(talk, instance))
    first: list[p.PDU] = [
        p.PDataTF((p.PDV(context_id, True, True, command),)),
        p.PDataTF((p.PDV(context_id, False, False, instance.data[:half]),)),
    ]
    return first, [p.PDataTF((p.PDV(context_id, False, True, instance.data[half:]),))]


def _not_early(bench: Bench) -> Seen:
    instance = _instance(bench)
    with bench.established(contexts_for(instance)) as talk:
        first, second = _halves(talk, instance)
        talk.send(*first)
        early = talk.reaction(_QUIET)
        if early.kind is not Kind.SILENT:
            return violated(f"before the data set has come: {early.text}") if _STORED.matches(early) else early
        talk.send(*second)
        seen = talk.reaction()
        note_kept(bench, instance, seen)
        return seen


def _aborted(bench: Bench) -> Seen:
    """Half an instance and an A-ABORT; the study must not be there then."""
    instance = _instance(bench)
    with bench.established(contexts_for(instance)) as talk:
        first, _ = _halves(talk, instance)
        talk.send(*first, p.AAbort(0, 0))
        talk.reaction()
    threading.Event().wait(_QUIET)
    found = search(bench, STUDY_ROOT.find_uid, "STUDY", {"StudyInstanceUID": instance.study_instance_uid})
    return held(not found.matches, f"the study is found {len(found.matches)} times")


def _found_again(bench: Bench) -> Seen:
    instance = _instance(bench)
    stored(bench, [instance])
    keys = {"StudyInstanceUID": instance.study_instance_uid}
    deadline = Deadline(_INDEXED)
    while not (found := search(bench, STUDY_ROOT.find_uid, "STUDY", keys)).matches:
        try:
            threading.Event().wait(min(_QUIET, deadline.remaining()))
        except TimeoutError:
            break
    return held(len(found.matches) == 1, f"the study is found {len(found.matches)} times")


def _found_once(bench: Bench) -> Seen:
    instance = _instance(bench)
    stored(bench, [instance])
    stored(bench, [instance])
    keys = {
        "StudyInstanceUID": instance.study_instance_uid,
        "SeriesInstanceUID": instance.series_instance_uid,
    }
    found = search(bench, STUDY_ROOT.find_uid, "IMAGE", keys, ("SOPInstanceUID",))
    if not found.matches:
        raise Inconclusive("the instance is not found")
    return held(len(found.matches) == 1, f"the instance is found {len(found.matches)} times")


CASES = (
    _syntax_case("implicit", IMPLICIT_VR_LE),
    _syntax_case("explicit", EXPLICIT_VR_LE),
    _syntax_case("big-endian", EXPLICIT_VR_BE),
    _syntax_case("deflated", DEFLATED_EXPLICIT_VR_LE),
    _syntax_case("rle", RLE_LOSSLESS),
    _syntax_case("jpeg-lossless", JPEG_LOSSLESS_SV1),
    _case(
        "class-mr",
        "An MR image is stored where its SOP class was accepted",
        "storage/accepted-class-stored",
        _stored_as("MR", IMPLICIT_VR_LE),
        needs=(supports(MR_IMAGE_STORAGE, IMPLICIT_VR_LE),),
    ),
    _case(
        "many",
        "Five instances on one association are stored",
        "storage/accepted-class-stored",
        _many_on_one_association,
    ),
    _case("priority-high", "A high priority", "storage/accepted-class-stored", _with_priority(Priority.HIGH)),
    _case("priority-low", "A low priority", "storage/accepted-class-stored", _with_priority(Priority.LOW)),
    _case(
        "move-originator",
        "A C-STORE that names the C-MOVE that it belongs to",
        "storage/accepted-class-stored",
        _of_a_move,
    ),
    _case(
        "duplicate",
        "An instance that the peer has already",
        "storage/duplicate",
        _twice,
        _STORED,
        failure(Service.STORE),
        profile=Profile.STRICT,
    ),
    _case(
        "not-early",
        "Success is not answered before the whole data set has come",
        "storage/early-response",
        _not_early,
        _STORED,
        failure(Service.STORE),
    ),
    _case(
        "found",
        "What is stored is found",
        "storage/success-is-stored",
        _found_again,
        met("the study is found once"),
        needs=_STORES_AND_FINDS,
    ),
    _case(
        "found-once",
        "What is stored twice is found once",
        "qr/find-matches-unique",
        _found_once,
        met("the instance is found once"),
        needs=_STORES_AND_FINDS,
    ),
    _case(
        "aborted",
        "An instance whose association was aborted in the middle is not kept",
        "storage/aborted-not-stored",
        _aborted,
        met("the study is not found"),
        needs=_STORES_AND_FINDS,
        also=("dimse/abort-fails-operations",),
    ),
)
