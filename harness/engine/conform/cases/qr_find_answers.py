"""C-FIND: what the responses hold, and queries that are cancelled (PS3.4 C.4.1.1.3.2, C.4.1.3; PS3.7 9.1.2)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_cancel_rq, c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held, violated
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Need, Outcome, Profile, Reacted, Seen
from harness.engine.conform.outcomes import met, status
from harness.engine.conform.queries import query_for_nothing
from harness.engine.conform.searching import Answers, answers_to, contexts_of, gathered, identifier_of, search
from harness.engine.conform.storing import archive
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_FIND = STUDY_ROOT.find_uid
_FINDS = (supports(_FIND, IMPLICIT_VR_LE),)
_STORES_AND_FINDS = (supports(CT_IMAGE_STORAGE), *_FINDS)
CANCELLED = 0xFE00

_ASKED = ("StudyDate", "StudyTime", "AccessionNumber", "PatientName", "StudyID", "StudyInstanceUID")
"""The required and unique keys of the STUDY level, beside Patient ID (PS3.4 Table C.6-5)."""

_OF_RESPONSES = (
    "SpecificCharacterSet",
    "TimezoneOffsetFromUTC",
    "QueryRetrieveLevel",
    "RetrieveAETitle",
    "InstanceAvailability",
    "StorageMediaFileSetID",
    "StorageMediaFileSetUID",
)
"""What responses may have unasked (PS3.4 C.4.1.1.3.2)."""

_AVAILABILITIES = ("ONLINE", "NEARLINE", "OFFLINE", "UNAVAILABLE")


def _studies(bench: Bench) -> Answers:
    """The studies of one patient with all keys of their level. Raises `Inconclusive` when none is found."""
    keys = {"PatientID": archive(bench)[0].patient_id}
    answers = search(bench, _FIND, "STUDY", keys, _ASKED)
    if not answers.matches:
        raise Inconclusive("no study is found")
    return answers


def _of_each(holds: Callable[[Answers], bool], text: str) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        return held(holds(_studies(bench)), text)

    return script


def _unique(bench: Bench) -> Seen:
    answers = _studies(bench)
    studies = len(set(answers.values("StudyInstanceUID")))
    return held(studies == len(answers.matches), f"{len(answers.matches)} matches for {studies} studies")


def _case(
    name: str,
    title: str,
    requirement: str,
    script: Callable[[Bench], Seen],
    *allowed: Outcome,
    conduct: Conduct = Conduct.WRITES,
    profile: Profile = Profile.ACCEPTANCE,
    needs: tuple[Need, ...] = _STORES_AND_FINDS,
) -> Case:
    return Case(f"qr/find-answers/{name}", title, (requirement,), allowed, script, profile, conduct, needs)


def _keys_returned(bench: Bench) -> Seen:
    answers = _studies(bench)
    missing = [keyword for keyword in (*_ASKED, "PatientID") if any(keyword not in match for match in answers.matches)]
    return held(not missing, f"missing: {', '.join(missing)}" if missing else "all keys are returned")


def _nothing_unrequested(bench: Bench) -> Seen:
    answers = _studies(bench)
    known = {*_ASKED, *_OF_RESPONSES, "PatientID"}
    found = {element.keyword or str(element.tag) for match in answers.matches for element in match}
    # Group lengths are retired and may come with anything (PS3.5 7.2).
    others = sorted(keyword for keyword in found - known if keyword not in ("CommandGroupLength", "GenericGroupLength"))
    return held(not others, f"returned unasked: {', '.join(others)}" if others else "nothing is returned unasked")


def _location(bench: Bench) -> Seen:
    answers = _studies(bench)
    told = all(
        match.get("RetrieveAETitle") or match.get("StorageMediaFileSetUID") or match.get("StorageMediaFileSetID")
        for match in answers.matches
    )
    return held(told, "told where to retrieve" if told else "a match without Retrieve AE Title")


def _availability(bench: Bench) -> Seen:
    told = [value for value in _studies(bench).values("InstanceAvailability") if value]
    return held(all(value in _AVAILABILITIES for value in told), f"{len(told)} matches tell their availability")


def _values_returned(bench: Bench) -> Seen:
    """Keys without a value are returned with one, which is that of the study."""
    first = archive(bench)[0]
    keys = {"StudyInstanceUID": first.study_instance_uid}
    answers = search(bench, _FIND, "STUDY", keys, ("StudyDate", "PatientID"))
    if len(answers.matches) != 1:
        raise Inconclusive(f"{len(answers.matches)} studies are found in the place of one")
    right = answers.values("PatientID") == [first.patient_id] and answers.values("StudyDate") == ["20200115"]
    return held(right, "the values that were stored" if right else "other values than were stored, or none")


def _no_match(bench: Bench) -> Seen:
    with bench.established(contexts_of(_FIND)) as talk:
        answers = answers_to(talk, _FIND, query_for_nothing())
        talk.release()
    if answers.status != 0:
        raise Reacted(answers.seen)
    if answers.final_with_identifier:
        return violated("the final response has an identifier")
    return held(not answers.matches, f"{len(answers.matches)} matches and success")


def _finals_without_identifier(bench: Bench) -> Seen:
    answers = _studies(bench)
    if answers.pending_without_identifier:
        return violated(f"{answers.pending_without_identifier} pending responses without identifier")
    return held(not answers.final_with_identifier, f"{len(answers.matches)} matches, and a final response")


def _cancelled(bench: Bench) -> Seen:
    """A query with its C-CANCEL right behind it: it may have ended before."""
    identifier = identifier_of("STUDY", {"PatientID": archive(bench)[0].patient_id}, _ASKED)
    with bench.established(contexts_of(_FIND)) as talk:
        context_id = talk.context_of(_FIND).context_id
        message_id = talk.next_message_id()
        talk.send(
            *talk.pdus_of(context_id, c_find_rq(message_id, _FIND), identifier),
            *talk.pdus_of(context_id, c_cancel_rq(message_id)),
        )
        answers = gathered(talk)
        usable = talk.echo()
        if usable.kind is not Kind.FULFILLED:
            return usable
        return answers.seen


def _two_queries(bench: Bench) -> Seen:
    """One query after another on the same association, on one that was cancelled too."""
    with bench.established(contexts_of(_FIND)) as talk:
        for _ in range(3):
            answers = answers_to(talk, _FIND, query_for_nothing())
            if answers.status != 0:
                return answers.seen
        talk.release()
    return fulfilled("three queries on one association are answered with success")


CASES = (
    _case(
        "no-match",
        "A query for a study that nobody has is answered with success alone",
        "qr/find-no-match",
        _no_match,
        met("success without a match"),
        conduct=Conduct.READS,
        profile=Profile.SAFE,
        needs=_FINDS,
    ),
    _case(
        "again",
        "Queries one after another on the same association",
        "dimse/final-once",
        _two_queries,
        met("each is answered with success, once"),
        conduct=Conduct.READS,
        profile=Profile.SAFE,
        needs=_FINDS,
    ),
    _case(
        "level",
        "Each match has the level of the query",
        "qr/find-level-returned",
        _of_each(lambda answers: set(answers.values("QueryRetrieveLevel")) == {"STUDY"}, "levels of the matches"),
        met("Query/Retrieve Level STUDY in each match"),
    ),
    _case(
        "keys",
        "Each match has the unique and required keys of the query",
        "qr/find-keys-returned",
        _keys_returned,
        met("all keys are returned"),
    ),
    _case(
        "values",
        "Keys without a value are returned with that of the study",
        "qr/match-universal",
        _values_returned,
        met("the values that were stored"),
    ),
    _case(
        "unasked",
        "Matches have nothing that was not asked for",
        "qr/find-nothing-unrequested",
        _nothing_unrequested,
        met("nothing is returned unasked"),
    ),
    _case(
        "location",
        "Each match tells where to retrieve it from",
        "qr/find-location-returned",
        _location,
        met("Retrieve AE Title or a Storage Media File-Set in each match"),
    ),
    _case(
        "availability",
        "Instance Availability has a defined value",
        "qr/find-availability",
        _availability,
        met("ONLINE, NEARLINE, OFFLINE, UNAVAILABLE or nothing"),
    ),
    _case(
        "unique",
        "No match comes twice",
        "qr/find-matches-unique",
        _unique,
        met("each study once"),
    ),
    _case(
        "identifiers",
        "Pending responses have an identifier, and the final one has none",
        "qr/find-pending-with-identifier",
        _finals_without_identifier,
        met("matches, and a final response without identifier"),
    ),
    _case(
        "cancel",
        "A query with a C-CANCEL behind it is cancelled, or has ended, and the association goes on",
        "dimse/cancel-find",
        _cancelled,
        status(CANCELLED),
        status(0),
    ),
)
