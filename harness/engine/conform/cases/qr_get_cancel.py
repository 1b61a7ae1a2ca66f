"""C-GET that is cancelled, and C-GET without the keys above its level (PS3.4 C.4.2.3, C.4.3.3; PS3.7 9.3.3.3)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import Command
from harness.dimse.messages import c_get_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held, violated
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Outcome, Profile, Reacted, Seen
from harness.engine.conform.outcomes import ENDED, failure, met
from harness.engine.conform.retrieving import Retrieved, contexts_for_get, finish, get, refuse, take, with_role
from harness.engine.conform.searching import identifier_of
from harness.engine.conform.storing import archive
from harness.engine.conform.talk import Talk
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_GET = STUDY_ROOT.get_uid
_NEEDS = (supports(CT_IMAGE_STORAGE), supports(_GET, IMPLICIT_VR_LE))
_CANCELLED = 0xFE00
_QUIET = 1.0
"""Seconds in which a sub-operation that must not come would come."""

_DONE = ("completed", "failed", "warning")


def _cancelled(bench: Bench, after: Callable[[Talk, Retrieved, int], Seen]) -> Seen:
    """A retrieve of all studies of a patient, cancelled at its first sub-operation; it may have ended before."""
    stored = archive(bench)
    ours = [one for one in stored if one.patient_id == stored[0].patient_id]
    uids = "\\".join(dict.fromkeys(one.study_instance_uid for one in ours))
    with bench.established(contexts_for_get(_GET), with_role()) as talk:
        request = c_get_rq(talk.next_message_id(), _GET)
        identifier = identifier_of("STUDY", {"StudyInstanceUID": uids})
        found = finish(talk, talk.context_of(_GET).context_id, request, identifier, take, cancel_after=1)
        if found.status != _CANCELLED:
            return fulfilled(f"it had ended: {found.seen.text}")
        return after(talk, found, len(ours))


def _nothing_follows(talk: Talk, found: Retrieved, _: int) -> Seen:
    try:
        message = talk.message(_QUIET)
    except Reacted:
        return fulfilled(f"nothing comes after {found.seen.text}")
    return held(message.command.command_field != Command.C_STORE_RQ, f"a {message.command.name} after the end")


def _remaining(_: Talk, found: Retrieved, matches: int) -> Seen:
    remaining = found.counter("remaining")
    begun = sum(found.counter(name) or 0 for name in _DONE)
    return held(remaining in (None, matches - begun), f"{found.seen.text}, of {matches} instances")


def _series_alone(bench: Bench) -> Seen:
    found = get(bench, identifier_of("SERIES", {"SeriesInstanceUID": archive(bench)[0].series_instance_uid}), refuse)
    if found.stores:
        return violated(f"something is retrieved: {found.seen.text}")
    category = describe_status(found.status or 0, Service.GET).category
    return found.seen if category is StatusCategory.FAILURE else fulfilled(found.seen.text)


def _case(name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome) -> Case:
    identifier = f"qr/get/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.ACCEPTANCE, Conduct.WRITES, _NEEDS)


CASES = (
    _case(
        "cancel-stops",
        "No sub-operation comes after a retrieve was answered to be cancelled",
        "qr/retrieve-cancel-stops",
        lambda bench: _cancelled(bench, _nothing_follows),
        met("nothing comes any more, or it had ended before"),
    ),
    _case(
        "cancel-remaining",
        "The number of remaining sub-operations of a cancelled retrieve is that of those not begun",
        "qr/retrieve-cancel-remaining",
        lambda bench: _cancelled(bench, _remaining),
        met("as many as were not begun, or no number, or it had ended before"),
    ),
    Case(
        "qr/get/series-alone",
        "A series without the study that it is of",
        ("qr/retrieve-key-above-missing",),
        (failure(Service.GET), met("nothing is retrieved"), *ENDED),
        _series_alone,
        Profile.STRICT,
        Conduct.BREAKS,
        _NEEDS,
    ),
)
