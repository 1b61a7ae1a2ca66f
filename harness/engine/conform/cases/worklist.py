"""What the items of a Modality Worklist hold, and queries that are not right (PS3.4 Annex K)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_cancel_rq, c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held, violated
from harness.engine.conform.model import Conduct, Inconclusive, Kind, Seen
from harness.engine.conform.outcomes import ANY_RESPONSE, ENDED, failure, met, status, success
from harness.engine.conform.scheduled import all_items, of_step, query, step_of, worklist_case
from harness.engine.conform.searching import answers_to, contexts_of, gathered, identifier_of
from harness.standard.attributes import Attributes
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.worklist import MODALITY_WORKLIST_FIND, STEP_ATTRIBUTES, STEP_SEQUENCE, USUAL_RETURN_KEYS

_CANCELLED = 0xFE00
_NOBODY = "ZZ-NOBODY-HAS-THIS"
_ITEM_KEYS = ("PatientName", "PatientID", "StudyInstanceUID", "RequestedProcedureID", "AccessionNumber")
_ITEM_TYPE_1 = ("PatientName", "PatientID", "StudyInstanceUID", "RequestedProcedureID")
_STEP_TYPE_1 = (
    "ScheduledStationAETitle",
    "ScheduledProcedureStepStartDate",
    "ScheduledProcedureStepStartTime",
    "Modality",
    "ScheduledProcedureStepID",
)
"""Return keys of type 1 (PS3.4 Table K.6-1)."""

_PHYSICIAN = "ScheduledPerformingPhysicianName"
_OF_RESPONSES = ("SpecificCharacterSet", "TimezoneOffsetFromUTC")


def _no_match(bench: Bench) -> Seen:
    with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
        answers = answers_to(talk, MODALITY_WORKLIST_FIND, identifier_of("", {"PatientID": _NOBODY}))
        talk.release()
    if answers.matches or answers.final_with_identifier:
        return violated(f"{len(answers.matches)} items for a patient that nobody has")
    return answers.seen


def _type_1(bench: Bench) -> Seen:
    for item in all_items(bench).matches:
        step = step_of(item)
        missing = [keyword for keyword in _ITEM_TYPE_1 if not item.get(keyword)]
        missing += [keyword for keyword in _STEP_TYPE_1 if step is None or not step.get(keyword)]
        if missing:
            return violated(f"an item without a value for {', '.join(missing)}")
    return fulfilled("all items have values for the keys of type 1")


def _keys_returned(bench: Bench) -> Seen:
    for item in all_items(bench).matches:
        missing = [keyword for keyword in (*_ITEM_KEYS, STEP_SEQUENCE) if keyword not in item]
        if missing:
            return violated(f"an item without {', '.join(missing)}")
    return fulfilled("all items have the keys that were asked for")


def _one_step(bench: Bench) -> Seen:
    steps = {len(item.get(STEP_SEQUENCE) or ()) for item in all_items(bench).matches}
    return held(steps == {1}, f"items with {', '.join(map(str, sorted(steps)))} scheduled procedure steps")


def _nothing_unrequested(bench: Bench) -> Seen:
    items = all_items(bench).matches
    known = {*USUAL_RETURN_KEYS, *_OF_RESPONSES, *STEP_ATTRIBUTES}
    data_sets = [*items, *(step for item in items for step in item.get(STEP_SEQUENCE) or ())]
    others = sorted({element.keyword or str(element.tag) for data_set in data_sets for element in data_set} - known)
    return held(not others, f"returned unasked: {', '.join(others)}" if others else "nothing is returned unasked")


def _unknown_value(bench: Bench) -> Seen:
    """A key with a value that nobody has, where items are known that have none for it."""
    physician = of_step(_PHYSICIAN)
    if all(map(physician, all_items(bench).matches)):
        raise Inconclusive("no item of the worklist lacks a performing physician")
    found = query(bench, {STEP_SEQUENCE: [{_PHYSICIAN: _NOBODY}]}).matches
    return held(not found, f"{len(found)} items for a physician that nobody has")


def _no_step_key(bench: Bench) -> Seen:
    with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
        return answers_to(talk, MODALITY_WORKLIST_FIND, identifier_of("", {"PatientID": _NOBODY})).seen


def _final(bench: Bench) -> Seen:
    answers = all_items(bench)
    return held(not answers.final_with_identifier, f"{len(answers.matches)} items, and a final response")


def _cancelled(bench: Bench) -> Seen:
    identifier = identifier_of("", {}, USUAL_RETURN_KEYS)
    with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
        context_id = talk.context_of(MODALITY_WORKLIST_FIND).context_id
        talk.send(
            *talk.pdus_of(context_id, c_find_rq(1, MODALITY_WORKLIST_FIND), identifier),
            *talk.pdus_of(context_id, c_cancel_rq(1)),
        )
        answers = gathered(talk)
        usable = talk.echo()
        return answers.seen if usable.kind is Kind.FULFILLED else usable


def _odd_query(keys: Attributes) -> Callable[[Bench], Seen]:
    """A query that is not right, for what nobody has: a failure, or no items."""

    def script(bench: Bench) -> Seen:
        with bench.established(contexts_of(MODALITY_WORKLIST_FIND)) as talk:
            answers = answers_to(talk, MODALITY_WORKLIST_FIND, identifier_of("", {"PatientID": _NOBODY, **keys}))
        if answers.matches:
            return violated(f"{len(answers.matches)} items for a patient that nobody has")
        category = describe_status(answers.status or 0, Service.FIND).category
        return answers.seen if category is StatusCategory.FAILURE else fulfilled("no items, and success")

    return script


_FAILURE = failure(Service.FIND)
_NO_ITEMS = met("no items")
_TWO_ITEMS: Attributes = {STEP_SEQUENCE: [{"Modality": "CT"}, {"Modality": "MR"}]}

CASES = (
    worklist_case(
        "no-match",
        "A query that nothing matches is answered with success alone",
        "worklist/no-match",
        _no_match,
        success(Service.FIND),
        conduct=Conduct.READS,
    ),
    worklist_case(
        "type-1",
        "Items have a value for each key of type 1",
        "worklist/type-1-with-value",
        _type_1,
        met("a value for each key of type 1"),
    ),
    worklist_case(
        "keys",
        "Items have the keys that were asked for",
        "worklist/keys-returned",
        _keys_returned,
        met("all keys are returned"),
    ),
    worklist_case(
        "one-step",
        "Each item has one scheduled procedure step",
        "worklist/one-step-per-item",
        _one_step,
        met("one item in Scheduled Procedure Step Sequence"),
    ),
    worklist_case(
        "unasked",
        "Items have nothing that was not asked for",
        "worklist/nothing-unrequested",
        _nothing_unrequested,
        met("nothing is returned unasked"),
    ),
    worklist_case(
        "final",
        "The final response has no identifier",
        "worklist/final-without-identifier",
        _final,
        met("a final response without identifier"),
    ),
    worklist_case(
        "cancel",
        "A query with a C-CANCEL behind it is cancelled, or has ended, and the association goes on",
        "worklist/cancel",
        _cancelled,
        status(_CANCELLED),
        status(0),
    ),
    worklist_case(
        "unknown-value",
        "An item without a value does not match a key that has one",
        "worklist/match-unknown-value",
        _unknown_value,
        _NO_ITEMS,
    ),
    worklist_case(
        "no-step-key",
        "A query without a key for the scheduled procedure step",
        "worklist/match-no-step-key",
        _no_step_key,
        ANY_RESPONSE,
        conduct=Conduct.READS,
    ),
    worklist_case(
        "two-items",
        "A sequence key with two items",
        "worklist/sequence-key-two-items",
        _odd_query(_TWO_ITEMS),
        _FAILURE,
        _NO_ITEMS,
        *ENDED,
        conduct=Conduct.BREAKS,
    ),
    worklist_case(
        "date-invalid",
        "A start date that is none",
        "worklist/value-invalid",
        _odd_query({STEP_SEQUENCE: [{"ScheduledProcedureStepStartDate": "2020-01-15"}]}),
        _FAILURE,
        _NO_ITEMS,
        conduct=Conduct.BREAKS,
    ),
    worklist_case(
        "level",
        "A Query/Retrieve Level, which the worklist does not have",
        "worklist/level-sent",
        _odd_query({"QueryRetrieveLevel": "STUDY"}),
        _NO_ITEMS,
        _FAILURE,
        conduct=Conduct.BREAKS,
    ),
)
