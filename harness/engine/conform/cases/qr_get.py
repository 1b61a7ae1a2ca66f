"""C-GET of the Query/Retrieve service class (PS3.4 C.4.3; PS3.7 9.1.3)."""

from __future__ import annotations

from collections.abc import Callable

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held, violated
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Need, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ENDED, failure, met, status, success
from harness.engine.conform.queries import query_for_nothing
from harness.engine.conform.retrieving import (
    Judge,
    get,
    refuse,
    refuse_first,
)
from harness.engine.conform.searching import identifier_of
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import archive
from harness.standard.attributes import Attributes
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_NEEDS = (supports(CT_IMAGE_STORAGE), supports(STUDY_ROOT.get_uid, IMPLICIT_VR_LE))
_CANCELLED = 0xFE00
_WARNING = 0xB000
_FAILURE = failure(Service.GET)

Instances = tuple[Instance, ...]


def _of_study(stored: Instances) -> list[Instance]:
    return [one for one in stored if one.study_instance_uid == stored[0].study_instance_uid]


def _study(stored: Instances) -> bytes:
    return identifier_of("STUDY", {"StudyInstanceUID": stored[0].study_instance_uid})


def _complete(
    level: str, keys: Callable[[Instances], Attributes], wanted: Callable[[Instances], list[Instance]]
) -> Callable[[Bench], Seen]:
    """Whether just the instances that are wanted come, and the numbers say so."""

    def script(bench: Bench) -> Seen:
        stored = archive(bench)
        found = get(bench, identifier_of(level, keys(stored)))
        expected = sorted(one.sop_instance_uid for one in wanted(stored))
        if sorted(found.stores) != expected:
            return violated(f"{len(expected)} instances expected: {found.seen.text}")
        return held(found.status == 0, found.seen.text)

    return script


def _uid_list(stored: Instances) -> Attributes:
    uids = dict.fromkeys(one.study_instance_uid for one in stored)
    return {"StudyInstanceUID": "\\".join(list(uids)[:2])}


def _two_studies(stored: Instances) -> list[Instance]:
    uids = list(dict.fromkeys(one.study_instance_uid for one in stored))[:2]
    return [one for one in stored if one.study_instance_uid in uids]


def _pending_counters(bench: Bench) -> Seen:
    found = get(bench, _study(archive(bench)))
    for command in found.pending:
        if not found.has_all_numbers(command):
            return violated("a pending response without all four numbers of sub-operations")
    return fulfilled(f"{len(found.pending)} pending responses have all four numbers of sub-operations")


def _final_numbers(bench: Bench) -> Seen:
    found = get(bench, _study(archive(bench)))
    if found.counter("remaining") is not None:
        return violated(f"the final response has a number of remaining sub-operations: {found.seen.text}")
    return held(found.counter("completed") in (None, len(found.stores)), found.seen.text)


def _refused(judge: Callable[[], Judge], failed: int) -> Callable[[Bench], Seen]:
    """Whether sub-operations that we answered with a failure are counted, and listed, as failed."""

    def script(bench: Bench) -> Seen:
        found = get(bench, _study(archive(bench)), judge())
        if found.status == 0:
            return violated(f"success in spite of failures: {found.seen.text}")
        if found.counter("failed") not in (None, failed):
            return violated(f"{failed} sub-operations failed: {found.seen.text}")
        return found.seen

    return script


def _listed(bench: Bench) -> Seen:
    stored = archive(bench)
    found = get(bench, _study(stored), refuse)
    expected = {one.sop_instance_uid for one in _of_study(stored)}
    text = f"{len(found.failed_uids)} instances are listed as failed, {len(expected)} did"
    return held(set(found.failed_uids) == expected, text)


def _not_listed(bench: Bench) -> Seen:
    found = get(bench, _study(archive(bench)))
    return held(not found.lists_without_failure, found.seen.text)


def _without_role(bench: Bench) -> Seen:
    found = get(bench, _study(archive(bench)), roles=False)
    if found.stores:
        return violated(f"without the SCP role for us: {found.seen.text}")
    return found.seen


def _without_storage(bench: Bench) -> Seen:
    return get(bench, _study(archive(bench)), storage=False).seen


def _no_match(bench: Bench) -> Seen:
    return get(bench, query_for_nothing()).seen


def _cancel(bench: Bench) -> Seen:
    found = get(bench, _study(archive(bench)), cancel_after=1)
    return found.seen


def _not_retrieved(keys: Attributes) -> Callable[[Bench], Seen]:
    """Whether a retrieve without the unique key that it needs brings nothing."""

    def script(bench: Bench) -> Seen:
        archive(bench)
        found = get(bench, identifier_of("STUDY", keys), refuse)
        if found.stores:
            return violated(f"something is retrieved: {found.seen.text}")
        category = describe_status(found.status or 0, Service.GET).category
        return found.seen if category is StatusCategory.FAILURE else fulfilled(found.seen.text)

    return script


def _no_level(bench: Bench) -> Seen:
    identifier = identifier_of("", {"StudyInstanceUID": archive(bench)[0].study_instance_uid})
    return get(bench, identifier, refuse).seen


def _case(
    name: str,
    title: str,
    requirement: str,
    script: Callable[[Bench], Seen],
    *allowed: Outcome,
    conduct: Conduct = Conduct.WRITES,
    needs: tuple[Need, ...] = _NEEDS,
    also: tuple[str, ...] = (),
) -> Case:
    profile = Profile.STRICT if conduct is Conduct.BREAKS else Profile.ACCEPTANCE
    return Case(f"qr/get/{name}", title, (requirement, *also), allowed, script, profile, conduct, needs)


_ALL_COME = met("just these instances come, and success")
_FAILED = (_FAILURE, status(_WARNING))

CASES = (
    _case(
        "study",
        "A study",
        "qr/retrieve-every-instance",
        _complete("STUDY", lambda stored: {"StudyInstanceUID": stored[0].study_instance_uid}, _of_study),
        _ALL_COME,
    ),
    _case(
        "series",
        "A series",
        "qr/retrieve-every-instance",
        _complete(
            "SERIES",
            lambda stored: {
                "StudyInstanceUID": stored[0].study_instance_uid,
                "SeriesInstanceUID": stored[0].series_instance_uid,
            },
            lambda stored: [stored[0]],
        ),
        _ALL_COME,
    ),
    _case(
        "image",
        "One instance",
        "qr/retrieve-every-instance",
        _complete(
            "IMAGE",
            lambda stored: {
                "StudyInstanceUID": stored[0].study_instance_uid,
                "SeriesInstanceUID": stored[0].series_instance_uid,
                "SOPInstanceUID": stored[0].sop_instance_uid,
            },
            lambda stored: [stored[0]],
        ),
        _ALL_COME,
    ),
    _case("uid-list", "Two studies", "qr/retrieve-uid-list", _complete("STUDY", _uid_list, _two_studies), _ALL_COME),
    _case(
        "pending-numbers",
        "Pending responses have the numbers of sub-operations",
        "dimse/pending-completed",
        _pending_counters,
        met("all four numbers in each pending response"),
    ),
    _case(
        "final-numbers",
        "The final response has no number of remaining sub-operations, and the true number of completed ones",
        "qr/retrieve-final-without-remaining",
        _final_numbers,
        met("no number of remaining ones, and as many completed as came"),
    ),
    _case(
        "all-fail",
        "Every sub-operation fails",
        "qr/get-store-failure-counted",
        _refused(lambda: refuse, 2),
        _FAILURE,
    ),
    _case(
        "one-fails",
        "One of two sub-operations fails",
        "qr/retrieve-counters-true",
        _refused(refuse_first, 1),
        status(_WARNING),
    ),
    _case(
        "failed-list",
        "Instances whose sub-operations failed are listed",
        "qr/retrieve-failed-list",
        _listed,
        met("the instances that failed, and no other"),
    ),
    _case(
        "no-failed-list",
        "The final response to a retrieve without failures has no identifier",
        "qr/retrieve-no-failed-list",
        _not_listed,
        met("no identifier"),
    ),
    _case(
        "without-role",
        "Nothing is sent to a requestor without the SCP role",
        "qr/get-without-role",
        _without_role,
        *_FAILED,
        *ENDED,
        also=("qr/get-no-context",),
    ),
    _case(
        "without-context",
        "Instances without a presentation context count as failed",
        "qr/get-no-context",
        _without_storage,
        *_FAILED,
        *ENDED,
    ),
    _case(
        "no-match",
        "A retrieve of a study that nobody has",
        "qr/retrieve-no-match",
        _no_match,
        success(Service.GET),
    ),
    _case(
        "cancel",
        "A retrieve that is cancelled after its first message ends so, or has ended",
        "dimse/cancel-get",
        _cancel,
        status(_CANCELLED),
        success(Service.GET),
    ),
    _case(
        "key-missing",
        "A retrieve without its unique key",
        "qr/retrieve-key-missing",
        _not_retrieved({}),
        _FAILURE,
        met("nothing is retrieved"),
        *ENDED,
        conduct=Conduct.BREAKS,
    ),
    _case(
        "key-empty",
        "A retrieve with an empty unique key",
        "qr/retrieve-key-empty",
        _not_retrieved({"StudyInstanceUID": ""}),
        _FAILURE,
        met("nothing is retrieved"),
        *ENDED,
        conduct=Conduct.BREAKS,
    ),
    _case(
        "key-wildcard",
        "A retrieve with a wildcard as unique key",
        "qr/retrieve-key-wildcard",
        _not_retrieved({"StudyInstanceUID": "*"}),
        _FAILURE,
        met("nothing is retrieved"),
        *ENDED,
        conduct=Conduct.BREAKS,
    ),
    _case(
        "no-level",
        "A retrieve without a level",
        "qr/retrieve-level-missing",
        _no_level,
        _FAILURE,
        *ENDED,
        conduct=Conduct.BREAKS,
    ),
)
