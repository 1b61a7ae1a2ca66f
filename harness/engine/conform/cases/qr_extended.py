"""What queries and retrieves may do once extended negotiation has allowed it (PS3.4 C.2.2.2, C.4.2.3.2.1, C.5)."""

from __future__ import annotations

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Profile, Reacted, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.retrieving import get
from harness.engine.conform.searching import Answers, answers_to, contexts_of, identifier_of
from harness.engine.conform.storing import archive
from harness.engine.conform.talk import Talk
from harness.standard.attributes import Attributes
from harness.standard.extended import QUERY, RETRIEVE, Layout
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from harness.testdata.spec import PATIENT_NAME_MARK
from harness.ul.items import ExtendedNegotiation

_FIND, _GET = STUDY_ROOT.find_uid, STUDY_ROOT.get_uid
_FINDS = (supports(CT_IMAGE_STORAGE), supports(_FIND, IMPLICIT_VR_LE))
_GETS = (supports(CT_IMAGE_STORAGE), supports(_GET, IMPLICIT_VR_LE))


def _offer(sop_class_uid: str, layout: Layout, name: str) -> tuple[ExtendedNegotiation, ...]:
    return (ExtendedNegotiation(sop_class_uid, layout.encode({name: 1})),)


def _accepted(talk: Talk, layout: Layout, name: str) -> bool:
    answers = talk.acceptance.extended_negotiations if talk.acceptance is not None else ()
    return any(layout.decode(answer.application_information)[name] for answer in answers)


def _search(bench: Bench, name: str, keys: Attributes) -> Answers:
    """Query for studies with an option. Raises `Reacted` with a fulfilled outcome where the peer does not accept it."""
    with bench.established(contexts_of(_FIND), _offer(_FIND, QUERY, name)) as talk:
        if not _accepted(talk, QUERY, name):
            talk.release()
            raise Reacted(fulfilled("the peer does not accept it"))
        answers = answers_to(talk, _FIND, identifier_of("STUDY", keys, ("StudyInstanceUID",)))
        talk.release()
        return answers


def _combined(bench: Bench) -> Seen:
    """Of three studies at noon of the 15th of a month each, the range holds the second, if it is one range."""
    stored = archive(bench)
    uids = list(dict.fromkeys(one.study_instance_uid for one in stored if one.patient_id == stored[0].patient_id))
    keys = {"PatientID": stored[0].patient_id, "StudyDate": "20200115-20200215", "StudyTime": "130000-130000"}
    found = _search(bench, "date_time_matching", keys).values("StudyInstanceUID")
    return held(found == [uids[1]], f"{len(found)} matches to a range that holds one study")


def _fuzzy(bench: Bench) -> Seen:
    keys = {"PatientID": archive(bench)[0].patient_id, "PatientName": PATIENT_NAME_MARK.replace("Y", "I")}
    return fulfilled(f"{len(_search(bench, 'fuzzy_matching', keys).matches)} matches to a name that is spelt otherwise")


def _relational(bench: Bench) -> Seen:
    first = archive(bench)[0]
    with bench.established(contexts_of(_GET), _offer(_GET, RETRIEVE, "relational_retrieval")) as talk:
        accepted = _accepted(talk, RETRIEVE, "relational_retrieval")
        talk.release()
    if not accepted:
        return fulfilled("the peer does not accept it")
    identifier = identifier_of("SERIES", {"SeriesInstanceUID": first.series_instance_uid})
    found = get(bench, identifier, user=_offer(_GET, RETRIEVE, "relational_retrieval"))
    return held(found.stores == [first.sop_instance_uid], found.seen.text)


CASES = (
    Case(
        "qr/extended/combined-date-time",
        "Ranges of date and time are one range, where that was accepted",
        ("qr/combined-date-time",),
        (met("just the study within the range, or it is not accepted"),),
        _combined,
        conduct=Conduct.WRITES,
        needs=_FINDS,
    ),
    Case(
        "qr/extended/fuzzy",
        "Fuzzy semantic matching of names, where that was accepted, finds what it finds",
        ("qr/fuzzy-matching",),
        (met("any matches, or it is not accepted"),),
        _fuzzy,
        Profile.STRICT,
        Conduct.WRITES,
        _FINDS,
    ),
    Case(
        "qr/extended/relational-retrieval",
        "A series is retrieved without the study that it is of, where that was accepted",
        ("qr/relational-retrieve",),
        (met("just the series, or it is not accepted"),),
        _relational,
        conduct=Conduct.WRITES,
        needs=_GETS,
    ),
)
