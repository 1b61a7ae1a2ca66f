"""C-FIND with identifiers that are not right: no answer may give what was not asked for (PS3.4 C.4.1.2, C.4.1.3)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import NO_DATA_SET, Tag
from harness.dimse.messages import c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Need, Outcome, Profile, Reacted, Seen
from harness.engine.conform.outcomes import ENDED, failure, met, success
from harness.engine.conform.queries import element, study_query
from harness.engine.conform.searching import Answers, answers_to, contexts_of, identifier_of
from harness.engine.conform.storing import archive
from harness.standard.models import QueryModel
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, new_uid

_FAILURE = failure(Service.FIND)
_NO_MATCHES = met("no matches")
_STUDY_INSTANCE_UID = 0x0020000D
_LEVEL = 0x00080052


def _answers(bench: Bench, identifier: bytes, model: QueryModel = STUDY_ROOT) -> Answers:
    with bench.established(contexts_of(model.find_uid)) as talk:
        return answers_to(talk, model.find_uid, identifier)


def _final(identifier: Callable[[], bytes], model: QueryModel = STUDY_ROOT) -> Callable[[Bench], Seen]:
    """The final response; that of a query which has matches is not a failure, whatever its status."""

    def script(bench: Bench) -> Seen:
        answers = _answers(bench, identifier(), model)
        return held(False, f"{len(answers.matches)} matches") if answers.matches else answers.seen

    return script


def _without_matches(identifier: Callable[[Bench], bytes]) -> Callable[[Bench], Seen]:
    """Whether there are no matches, whatever the status says."""

    def script(bench: Bench) -> Seen:
        answers = _answers(bench, identifier(bench))
        if answers.matches:
            return held(False, f"{len(answers.matches)} matches")
        category = describe_status(answers.status or 0, Service.FIND).category
        return answers.seen if category is StatusCategory.FAILURE else fulfilled("no matches, and success")

    return script


def _patient(bench: Bench) -> bytes:
    return identifier_of("PATIENT", {"PatientID": archive(bench)[0].patient_id})


def _series_of_any_study(bench: Bench) -> bytes:
    return identifier_of("SERIES", {"SeriesInstanceUID": archive(bench)[0].series_instance_uid})


def _series_of_studies(bench: Bench) -> bytes:
    keys = {"StudyInstanceUID": "*", "SeriesInstanceUID": archive(bench)[0].series_instance_uid}
    return identifier_of("SERIES", keys)


def _invalid_date(bench: Bench) -> bytes:
    wrong = element(0x00080020, b"2020-01-15")
    return wrong + study_query(new_uid().encode("ascii"))


def _no_identifier(bench: Bench) -> Seen:
    uid = STUDY_ROOT.find_uid
    with bench.established(contexts_of(uid)) as talk:
        command = c_find_rq(1, uid)
        command.elements[Tag.COMMAND_DATA_SET_TYPE] = NO_DATA_SET
        talk.command(talk.context_of(uid).context_id, command)
        return _no_pending(talk.reaction())


def _garbage(bench: Bench) -> Seen:
    uid = STUDY_ROOT.find_uid
    with bench.established(contexts_of(uid)) as talk:
        talk.command(talk.context_of(uid).context_id, c_find_rq(1, uid), b"\xff" * 40)
        return _no_pending(talk.reaction())


def _no_pending(seen: Seen) -> Seen:
    if seen.status is not None and describe_status(seen.status, Service.FIND).category is StatusCategory.PENDING:
        raise Reacted(held(False, "a match"))
    return seen


def _case(
    name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome, stores: bool = False
) -> Case:
    needs: tuple[Need, ...] = (supports(STUDY_ROOT.find_uid, IMPLICIT_VR_LE),)
    if stores:
        needs = (supports(CT_IMAGE_STORAGE), *needs)
    identifier = f"qr/find-invalid/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS, needs)


_UID = new_uid().encode("ascii")
"""Of a study that nobody has: a query that is served in spite of what is wrong about it finds nothing."""

CASES = (
    _case(
        "no-level",
        "A query without a level",
        "qr/find-level-missing",
        _final(lambda: element(_STUDY_INSTANCE_UID, _UID + b"\0" * (len(_UID) % 2))),
        _FAILURE,
        *ENDED,
    ),
    _case(
        "level-unknown",
        "A query of a level that there is not",
        "qr/find-level-unknown",
        _final(lambda: element(_LEVEL, b"FOO ") + element(_STUDY_INSTANCE_UID, _UID + b"\0" * (len(_UID) % 2))),
        _FAILURE,
        *ENDED,
    ),
    _case(
        "level-in-lower-case",
        "A level in lower case",
        "qr/find-level-case",
        _final(lambda: element(_LEVEL, b"study ") + element(_STUDY_INSTANCE_UID, _UID + b"\0" * (len(_UID) % 2))),
        _FAILURE,
        success(Service.FIND),
        *ENDED,
    ),
    _case(
        "patient-of-study-root",
        "A query of the PATIENT level in the Study Root model",
        "qr/find-patient-level-of-study-root",
        _without_matches(_patient),
        _FAILURE,
        _NO_MATCHES,
        *ENDED,
        stores=True,
    ),
    _case(
        "key-above-missing",
        "The series of whatever study, where relational queries were not negotiated",
        "qr/find-key-above-missing",
        _without_matches(_series_of_any_study),
        _FAILURE,
        _NO_MATCHES,
        *ENDED,
        stores=True,
    ),
    _case(
        "key-above-wildcard",
        "A wildcard in the unique key above the level",
        "qr/find-key-above-not-single",
        _without_matches(_series_of_studies),
        _FAILURE,
        _NO_MATCHES,
        *ENDED,
        stores=True,
    ),
    _case(
        "date-invalid",
        "A date that is none",
        "qr/find-value-invalid",
        _without_matches(_invalid_date),
        _FAILURE,
        _NO_MATCHES,
    ),
    _case(
        "no-identifier",
        "A C-FIND without identifier",
        "qr/find-identifier-missing",
        _no_identifier,
        _FAILURE,
        success(Service.FIND),
        *ENDED,
    ),
    _case(
        "empty",
        "An identifier without any element",
        "qr/find-level-missing",
        _final(lambda: b""),
        _FAILURE,
        *ENDED,
    ),
    _case("garbage", "An identifier that is no data set", "qr/find-identifier-undecodable", _garbage, _FAILURE, *ENDED),
)
