"""Queries and retrieves whose answer the standard leaves to SCPs; what matters is that there is one."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_move_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Profile, Seen
from harness.engine.conform.outcomes import ANY_RESPONSE, ENDED
from harness.engine.conform.queries import query_for_nothing
from harness.engine.conform.retrieving import finish, get, take
from harness.engine.conform.searching import answers_to, contexts_of, identifier_of
from harness.engine.conform.storing import archive
from harness.standard.attributes import Attributes
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from harness.testdata.spec import PATIENT_NAME_MARK

_FIND, _GET, _MOVE = STUDY_ROOT.find_uid, STUDY_ROOT.get_uid, STUDY_ROOT.move_uid
_UNKNOWN_CHARACTER_SET = "ISO_IR 999"

Keys = Callable[[Bench], Attributes]
Script = Callable[[Bench], Seen]


def _found(keys: Keys) -> Script:
    """A query for studies of one patient of ours: how many match, and the final response."""

    def script(bench: Bench) -> Seen:
        patient = {"PatientID": archive(bench)[0].patient_id}
        with bench.established(contexts_of(_FIND)) as talk:
            identifier = identifier_of("STUDY", {**patient, **keys(bench)}, ("StudyInstanceUID",))
            seen = answers_to(talk, _FIND, identifier).seen
            talk.release()
            return seen

    return script


def _uid_with_wildcard(bench: Bench) -> Attributes:
    return {"StudyInstanceUID": f"{archive(bench)[0].study_instance_uid[:-3]}*"}


def _more_keys(bench: Bench) -> Seen:
    first = archive(bench)[0]
    keys = {"StudyInstanceUID": first.study_instance_uid, "PatientName": "ZZ-NOBODY"}
    return get(bench, identifier_of("STUDY", keys)).seen


def _destination_in_other_case(bench: Bench) -> Seen:
    ours = bench.target.calling_ae_title
    if ours == ours.swapcase():
        raise Inconclusive("our AE title has no letters")
    with bench.established(contexts_of(_MOVE)) as talk:
        request = c_move_rq(talk.next_message_id(), _MOVE, ours.swapcase())
        return finish(talk, talk.context_of(_MOVE).context_id, request, query_for_nothing(), take).seen


def _case(name: str, title: str, requirement: str, script: Script, sop_class_uid: str = _FIND) -> Case:
    needs = (supports(CT_IMAGE_STORAGE), supports(sop_class_uid, IMPLICIT_VR_LE))
    allowed = (ANY_RESPONSE, *ENDED)
    return Case(f"qr/free/{name}", title, (requirement,), allowed, script, Profile.STRICT, Conduct.WRITES, needs)


CASES = (
    _case(
        "name-case",
        "A name in lower case",
        "qr/match-name-case",
        _found(lambda _: {"PatientName": f"{PATIENT_NAME_MARK.lower()}*"}),
    ),
    _case("uid-wildcard", "A wildcard in a UID", "qr/match-uid-wildcard", _found(_uid_with_wildcard)),
    _case(
        "character-set-unknown",
        "A query in a character set that nobody knows",
        "qr/match-character-set-unsupported",
        _found(lambda _: {"SpecificCharacterSet": _UNKNOWN_CHARACTER_SET}),
    ),
    _case(
        "key-below-level",
        "A query for studies with a key of series",
        "qr/find-keys-below-level",
        _found(lambda bench: {"SeriesInstanceUID": archive(bench)[0].series_instance_uid}),
    ),
    _case("other-keys", "A retrieve with a key that is no unique one", "qr/retrieve-other-keys", _more_keys, _GET),
    _case(
        "destination-case",
        "A C-MOVE of nothing to our AE title in the other case",
        "qr/move-destination-case",
        _destination_in_other_case,
        _MOVE,
    ),
)
