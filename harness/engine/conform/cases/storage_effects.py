"""What becomes of instances that a peer has taken: changes that it makes, and values as queries give them back."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.exchange import is_pending
from harness.dimse.messages import c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import fulfilled, held
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Outcome, Profile, Seen, Untestable
from harness.engine.conform.outcomes import ANY_RESPONSE, ENDED, met, success_or_warning
from harness.engine.conform.searching import answers_to, contexts_of, identifier_of, search
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import archive, contexts_for, note_kept, request_for, store, stored
from harness.standard.attributes import Attributes
from harness.standard.status import Service
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from harness.testdata.spec import PATIENT_NAME_MARK

_FIND = STUDY_ROOT.find_uid
_STORES = (supports(CT_IMAGE_STORAGE),)
_STORES_AND_FINDS = (*_STORES, supports(_FIND, IMPLICIT_VR_LE))
_NAME = f"{PATIENT_NAME_MARK}^MÜLLER"
_IMAGE_TYPE = ["ORIGINAL", "PRIMARY", "AXIAL"]
_WITH_UNSUPPORTED_KEYS = 0xFF01
_OPTIONAL_KEY, _OTHER_SEX = "PatientSex", "M"
"""Stored studies have another value, so that none of them matches."""


def _instance(bench: Bench, attributes: Attributes | None = None) -> Instance:
    syntax = bench.facts.accepted[CT_IMAGE_STORAGE][0]
    (instance,) = bench.stock.make("CT", syntax, attributes=attributes)
    return instance


def _coerced(bench: Bench) -> Seen:
    instance = _instance(bench)
    with bench.established(contexts_for(instance)) as talk:
        seen = store(bench, talk, instance)
        talk.release()
    if not success_or_warning(Service.STORE).matches(seen):
        raise Untestable(f"the instance that this case needs was not stored: {seen.text}")
    found = search(bench, _FIND, "STUDY", {"StudyInstanceUID": instance.study_instance_uid}, ("PatientID",))
    if len(found.matches) != 1:
        raise Inconclusive(f"{len(found.matches)} studies are found in the place of one")
    same = found.values("PatientID")[0].strip() == instance.patient_id
    words = "the Patient ID is as it was sent" if same else "another Patient ID is found than was sent"
    return held(same or seen.status != 0, f"{words}, after {seen.text}")


def _pipelined(bench: Bench) -> Seen:
    """Two requests behind one another; what is answered to the second."""
    first, second = _instance(bench), _instance(bench)
    with bench.established(contexts_for(first)) as talk:
        context_id = next(iter(talk.contexts))
        requests = [talk.pdus_of(context_id, request_for(talk, one), one.data) for one in (first, second)]
        talk.send(*(pdu for pdus in requests for pdu in pdus))
        for instance in (first, second):
            seen = talk.reaction()
            note_kept(bench, instance, seen)
            if seen.status is None:
                break
        return seen


def _character_set(bench: Bench) -> Seen:
    instance = _instance(bench, {"SpecificCharacterSet": "ISO_IR 192", "PatientName": _NAME})
    stored(bench, [instance])
    keys = {"StudyInstanceUID": instance.study_instance_uid}
    found = search(bench, _FIND, "STUDY", keys, ("PatientName",))
    if len(found.matches) != 1:
        raise Inconclusive(f"{len(found.matches)} studies are found in the place of one")
    if found.values("PatientName")[0].isascii():
        return fulfilled("the name has only characters of the default repertoire")
    (match,) = found.matches
    told = bool(match.get("SpecificCharacterSet"))
    return held(told, "a name beyond the default repertoire, " + ("with" if told else "without") + " its character set")


def _all_values(bench: Bench) -> Seen:
    first = archive(bench)[0]
    keys = {
        "StudyInstanceUID": first.study_instance_uid,
        "SeriesInstanceUID": first.series_instance_uid,
        "ImageType": _IMAGE_TYPE[-1],
    }
    with bench.established(contexts_of(_FIND)) as talk:
        found = answers_to(talk, _FIND, identifier_of("IMAGE", keys, ("SOPInstanceUID",)))
        talk.release()
    returned = [list(match.ImageType or ()) for match in found.matches if match.get("ImageType")]
    if not returned:
        return fulfilled(f"Image Type is no key of the peer: {found.seen.text}")
    return held(all(values == _IMAGE_TYPE for values in returned), f"{returned[0]} is returned")


def _optional_key(bench: Bench) -> Seen:
    """An optional key that nothing matches: who returns matches has not matched it, and has to say so."""
    keys = {"PatientID": archive(bench)[0].patient_id, _OPTIONAL_KEY: _OTHER_SEX}
    with bench.established(contexts_of(_FIND)) as talk:
        identifier = identifier_of("STUDY", keys, ("StudyInstanceUID",))
        talk.command(talk.context_of(_FIND).context_id, c_find_rq(talk.next_message_id(), _FIND), identifier)
        pending = []
        while is_pending(status := talk.message().command.status):
            pending.append(status)
        talk.release()
    if not pending:
        return fulfilled("no matches")
    told = set(pending) == {_WITH_UNSUPPORTED_KEYS}
    return held(told, f"{len(pending)} matches with status {', '.join(sorted({f'{one:04X}H' for one in pending}))}")


def _case(
    name: str,
    title: str,
    requirement: str,
    script: Callable[[Bench], Seen],
    *allowed: Outcome,
    profile: Profile = Profile.ACCEPTANCE,
) -> Case:
    needs = _STORES if name.endswith("pipelined") else _STORES_AND_FINDS
    return Case(name, title, (requirement,), allowed, script, profile, Conduct.WRITES, needs)


CASES = (
    _case(
        "storage/store/coercion",
        "A peer that changes the Patient ID says so in its response",
        "storage/coercion-is-told",
        _coerced,
        met("the Patient ID as it was sent, or a warning"),
    ),
    _case(
        "storage/store/pipelined",
        "A second C-STORE before the response to the first",
        "storage/pipelined",
        _pipelined,
        ANY_RESPONSE,
        *ENDED,
        profile=Profile.STRICT,
    ),
    _case(
        "qr/find-answers/character-set",
        "A name beyond the default repertoire is returned with its character set",
        "qr/find-character-set-returned",
        _character_set,
        met("the character set, or a name within the default repertoire"),
    ),
    _case(
        "qr/find-answers/all-values",
        "An attribute of which one value matches is returned with all its values",
        "qr/match-multiple-values",
        _all_values,
        met("all values, or none"),
    ),
    _case(
        "qr/find-answers/optional-key",
        "Matches in spite of a key that was not matched have the status FF01H",
        "qr/find-optional-key-warning",
        _optional_key,
        met("no matches, or matches with status FF01H"),
        profile=Profile.STRICT,
    ),
)
