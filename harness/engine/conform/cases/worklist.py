"""The Modality Worklist, of which nothing is known but what it answers (PS3.4 K.4, K.6.1)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_cancel_rq, c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ANY_RESPONSE, ENDED, failure, met, status
from harness.engine.conform.searching import Answers, answers_to, contexts_of, gathered, identifier_of, search
from harness.standard.attributes import Attributes
from harness.standard.status import Service
from harness.standard.uids import IMPLICIT_VR_LE
from harness.standard.worklist import MODALITY_WORKLIST_FIND, STEP_SEQUENCE

_NEEDS = (supports(MODALITY_WORKLIST_FIND, IMPLICIT_VR_LE),)
_FAILURE = failure(Service.FIND)
_CANCELLED = 0xFE00
_NOBODY = "ZZ-NOBODY"
_PHYSICIAN = "ScheduledPerformingPhysicianName"
_OF_RESPONSES = ("SpecificCharacterSet", "TimezoneOffsetFromUTC")
"""What responses may have unasked (PS3.4 K.4.1.1.3.2)."""


def _step(**keys: str) -> Attributes:
    """Keys of the scheduled procedure step."""
    return {STEP_SEQUENCE: [dict(keys)]}


def _search(bench: Bench, keys: Attributes) -> Answers:
    return search(bench, MODALITY_WORKLIST_FIND, "", keys)


def _nothing_unrequested(bench: Bench) -> Seen:
    answers = _search(bench, {"StudyInstanceUID": "", **_step(Modality="")})
    if not answers.matches:
        raise Inconclusive("the worklist has no item")
    known = {"StudyInstanceUID", "Modality", STEP_SEQUENCE, *_OF_RESPONSES}
    data_sets = [*answers.matches, *(step for match in answers.matches for step in match.get(STEP_SEQUENCE) or ())]
    found = {element.keyword or str(element.tag) for data_set in data_sets for element in data_set}
    others = sorted(found - known)
    return held(not others, f"returned unasked: {', '.join(others)}" if others else "nothing is returned unasked")


def _unknown_value(bench: Bench) -> Seen:
    """A key with a value, where items are known that have none for it."""
    matches = _search(bench, _step(**{_PHYSICIAN: ""})).matches
    if all(step.get(_PHYSICIAN) for match in matches for step in match.get(STEP_SEQUENCE, ())):
        raise Inconclusive("no item of the worklist lacks a performing physician")
    found = _search(bench, _step(**{_PHYSICIAN: _NOBODY})).matches
    return held(not found, f"{len(found)} matches for a physician that nobody has")


def _cancelled(bench: Bench) -> Seen:
    identifier = identifier_of("", {"StudyInstanceUID": "", **_step(Modality="")})
    with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
        context_id = talk.context_of(MODALITY_WORKLIST_FIND).context_id
        message_id = talk.next_message_id()
        talk.send(
            *talk.pdus_of(context_id, c_find_rq(message_id, MODALITY_WORKLIST_FIND), identifier),
            *talk.pdus_of(context_id, c_cancel_rq(message_id)),
        )
        seen = gathered(talk).seen
        talk.release()
        return seen


def _final(keys: Attributes, level: str = "") -> Callable[[Bench], Seen]:
    """The final response to a query."""

    def script(bench: Bench) -> Seen:
        with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
            return answers_to(talk, MODALITY_WORKLIST_FIND, identifier_of(level, keys)).seen

    return script


def _invalid_date(bench: Bench) -> Seen:
    with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
        identifier = identifier_of("", _step(ScheduledProcedureStepStartDate="20200115"))
        answers = answers_to(talk, MODALITY_WORKLIST_FIND, identifier.replace(b"20200115", b"15.01.20"))
    if answers.status == 0:
        return held(not answers.matches, f"{len(answers.matches)} matches, and success")
    return answers.seen


def _case(name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome) -> Case:
    identifier = f"worklist/find/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.ACCEPTANCE, Conduct.READS, _NEEDS)


def _odd(name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome) -> Case:
    identifier = f"worklist/find/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS, _NEEDS)


def _no_match(bench: Bench) -> Seen:
    answers = _search(bench, {"PatientID": _NOBODY, **_step(Modality="")})
    if answers.final_with_identifier:
        return held(False, "the final response has an identifier")
    return fulfilled("no matches, and success") if not answers.matches else held(False, "matches for nobody")


CASES = (
    _case(
        "no-match",
        "A query for a patient that nobody knows is answered with success alone",
        "worklist/no-match",
        _no_match,
        met("success without a match"),
    ),
    _case(
        "unasked",
        "Items have nothing that was not asked for",
        "worklist/nothing-unrequested",
        _nothing_unrequested,
        met("nothing is returned unasked"),
    ),
    _case(
        "unknown-value",
        "An item without a value does not match a key that has one",
        "worklist/match-unknown-value",
        _unknown_value,
        met("no matches"),
    ),
    _case(
        "cancel",
        "A query with a C-CANCEL behind it is cancelled, or has ended",
        "worklist/cancel",
        _cancelled,
        status(_CANCELLED),
        status(0),
    ),
    _case(
        "no-step-key",
        "A query without a key for the scheduled procedure step",
        "worklist/match-no-step-key",
        _final({"PatientID": _NOBODY}),
        ANY_RESPONSE,
    ),
    _odd(
        "two-items",
        "A sequence key with two items",
        "worklist/sequence-key-two-items",
        _final({STEP_SEQUENCE: [{"Modality": "CT"}, {"Modality": "MR"}]}),
        _FAILURE,
        *ENDED,
    ),
    _odd(
        "date-invalid",
        "A start date that is none",
        "worklist/value-invalid",
        _invalid_date,
        _FAILURE,
        met("no matches, and success"),
    ),
    _odd(
        "level",
        "A query with a level, which the worklist does not have",
        "worklist/level-sent",
        _final({"PatientID": _NOBODY, **_step(Modality="")}, "STUDY"),
        _FAILURE,
        ANY_RESPONSE,
        *ENDED,
    ),
)
