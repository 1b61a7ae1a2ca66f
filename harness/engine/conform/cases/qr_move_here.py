"""C-MOVE to ourselves: what comes, and what the responses say of it (PS3.4 C.4.2; PS3.7 9.1.4)."""

from __future__ import annotations

from collections.abc import Callable

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held, violated
from harness.engine.conform.destination import LISTENING, Moved, accepting, moved, refusing
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Outcome, Profile, Seen
from harness.engine.conform.outcomes import failure, met, status, success
from harness.engine.conform.queries import query_for_nothing
from harness.engine.conform.searching import identifier_of
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import archive
from harness.standard.attributes import Attributes
from harness.standard.status import Service
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_NEEDS = (supports(CT_IMAGE_STORAGE), supports(STUDY_ROOT.move_uid, IMPLICIT_VR_LE), LISTENING)
_CANCELLED, _WARNING = 0xFE00, 0xB000
_FAILURE = failure(Service.MOVE)

Instances = tuple[Instance, ...]


def _study(stored: Instances) -> Attributes:
    return {"StudyInstanceUID": stored[0].study_instance_uid}


def _series(stored: Instances) -> Attributes:
    return {**_study(stored), "SeriesInstanceUID": stored[0].series_instance_uid}


def _image(stored: Instances) -> Attributes:
    return {**_series(stored), "SOPInstanceUID": stored[0].sop_instance_uid}


def _first_two(stored: Instances) -> list[str]:
    return list(dict.fromkeys(one.study_instance_uid for one in stored))[:2]


def _two_studies(stored: Instances) -> Attributes:
    return {"StudyInstanceUID": "\\".join(_first_two(stored))}


def _moved_study(bench: Bench, cancel_after: int = -1) -> Moved:
    return moved(bench, identifier_of("STUDY", _study(archive(bench))), cancel_after)


def _complete(
    level: str, keys: Callable[[Instances], Attributes], wanted: Callable[[Instances], list[Instance]]
) -> Callable[[Bench], Seen]:
    """Whether just the instances that are wanted come, and the numbers say so."""

    def script(bench: Bench) -> Seen:
        stored = archive(bench)
        found = moved(bench, identifier_of(level, keys(stored)))
        expected = sorted(one.sop_instance_uid for one in wanted(stored))
        came = sorted(one.sop_instance_uid for one in found.received)
        text = f"{len(came)} instances came, {len(expected)} expected: {found.retrieved.seen.text}"
        right = came == expected and found.retrieved.counter("completed") in (None, len(expected))
        return held(right and found.retrieved.status == 0, text)

    return script


def _originator(bench: Bench) -> Seen:
    found = _moved_study(bench)
    told = {one.move_originator for one in found.received} - {None}
    words = ", ".join(f"{title} and Message ID {number}" for title, number in filter(None, told)) or "none"
    return held(told <= {(bench.target.calling_ae_title, found.message_id)}, f"Move Originator: {words}")


def _pending_numbers(bench: Bench) -> Seen:
    found = _moved_study(bench).retrieved
    if not all(found.has_all_numbers(command) for command in found.pending):
        return violated("a pending response without all four numbers of sub-operations")
    return fulfilled(f"{len(found.pending)} pending responses have all four numbers of sub-operations")


def _final_numbers(bench: Bench) -> Seen:
    found = _moved_study(bench).retrieved
    return held(found.counter("remaining") is None and not found.lists_without_failure, found.seen.text)


def _refused(bench: Bench) -> Seen:
    study = identifier_of("STUDY", _study(archive(bench)))
    with refusing(bench):
        return moved(bench, study).retrieved.seen


def _no_context(bench: Bench) -> Seen:
    study = identifier_of("STUDY", _study(archive(bench)))
    with accepting(bench, ()):
        return moved(bench, study).retrieved.seen


def _failed_list(bench: Bench) -> Seen:
    stored = archive(bench)
    with accepting(bench, ()):
        found = moved(bench, identifier_of("STUDY", _study(stored))).retrieved
    uid = stored[0].study_instance_uid
    expected = {one.sop_instance_uid for one in stored if one.study_instance_uid == uid}
    text = f"{len(found.failed_uids)} instances are listed as failed, {len(expected)} did"
    return held(set(found.failed_uids) == expected, text)


def _no_match(bench: Bench) -> Seen:
    found = moved(bench, query_for_nothing())
    return violated(f"{len(found.received)} instances came") if found.received else found.retrieved.seen


def _cancelled(bench: Bench) -> Seen:
    return _moved_study(bench, cancel_after=0).retrieved.seen


def _case(name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome) -> Case:
    identifier = f"qr/move-here/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.ACCEPTANCE, Conduct.WRITES, _NEEDS)


_ALL_COME = met("just these instances come, they are counted as completed, and success")

CASES = (
    _case(
        "study",
        "A study",
        "qr/retrieve-every-instance",
        _complete(
            "STUDY",
            _study,
            lambda stored: [one for one in stored if one.study_instance_uid == stored[0].study_instance_uid],
        ),
        _ALL_COME,
    ),
    _case(
        "series",
        "A series",
        "qr/retrieve-every-instance",
        _complete("SERIES", _series, lambda stored: [stored[0]]),
        _ALL_COME,
    ),
    _case(
        "image",
        "One instance",
        "qr/retrieve-every-instance",
        _complete("IMAGE", _image, lambda stored: [stored[0]]),
        _ALL_COME,
    ),
    _case(
        "uid-list",
        "Two studies",
        "qr/retrieve-uid-list",
        _complete(
            "STUDY",
            _two_studies,
            lambda stored: [one for one in stored if one.study_instance_uid in _first_two(stored)],
        ),
        _ALL_COME,
    ),
    _case(
        "originator",
        "Sub-operations name the C-MOVE that they belong to, or none",
        "qr/move-originator-sent",
        _originator,
        met("our AE title and Message ID, or none"),
    ),
    _case(
        "pending-numbers",
        "Pending responses have the numbers of sub-operations",
        "dimse/pending-completed",
        _pending_numbers,
        met("all four numbers in each pending response"),
    ),
    _case(
        "final-numbers",
        "The final response has no number of remaining sub-operations, and with success no identifier",
        "qr/retrieve-final-without-remaining",
        _final_numbers,
        met("neither"),
    ),
    _case(
        "refused",
        "A destination that rejects associations",
        "qr/move-destination-unreachable",
        _refused,
        _FAILURE,
    ),
    _case(
        "no-context",
        "A destination that accepts no presentation context",
        "qr/move-no-context",
        _no_context,
        _FAILURE,
        status(_WARNING),
    ),
    _case(
        "failed-list",
        "Instances whose sub-operations failed are listed",
        "qr/retrieve-failed-list",
        _failed_list,
        met("the instances that failed, and no other"),
    ),
    _case(
        "no-match",
        "A retrieve of a study that nobody has",
        "qr/retrieve-no-match",
        _no_match,
        success(Service.MOVE),
    ),
    _case(
        "cancel",
        "A retrieve with a C-CANCEL behind it is cancelled, or has ended",
        "dimse/cancel-move",
        _cancelled,
        status(_CANCELLED),
        success(Service.MOVE),
    ),
)
