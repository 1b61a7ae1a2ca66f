"""Modality Performed Procedure Step: which states follow which, and what a step needs (PS3.4 F.7.2; PS3.7 10.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import n_action_rq, n_create_rq, n_delete_rq, n_get_rq, n_set_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held, violated
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Kind, Outcome, Profile, Seen, Untestable
from harness.engine.conform.outcomes import ENDED, failure, met, status, success_or_warning
from harness.engine.conform.talk import Talk, words_of
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.attributes import AttributeValue
from harness.standard.normalized import StepStatus
from harness.standard.status import Service
from harness.standard.uids import IMPLICIT_VR_LE, PROCEDURE_STEP, new_uid
from harness.testdata.normalized import step_at_end, step_in_progress

_CONTEXTS = ((PROCEDURE_STEP, (IMPLICIT_VR_LE,)),)
_NEEDS = (supports(PROCEDURE_STEP, IMPLICIT_VR_LE),)
_DONE = success_or_warning(Service.NORMALIZED)
_FAILURE = failure(Service.NORMALIZED)
_INVALID_VALUE, _NO_SUCH_INSTANCE, _DUPLICATE = 0x0106, 0x0112, 0x0111
_MISSING, _MISSING_VALUE, _PROCESSING_FAILURE = 0x0120, 0x0121, 0x0110
_ATTRIBUTES_LEFT_OUT = (0x0107, 0x0116)
"""Warnings that say that not all was done as it was asked for (PS3.7 C.4.2, C.4.3)."""

_NO_LONGER = 0xA710
"""Error ID of a step that may no longer be updated (PS3.4 Table F.7.2-2)."""

Attributes = Mapping[str, AttributeValue]
Script = Callable[[Bench], Seen]


def _step(bench: Bench, without: str = "", **other: AttributeValue) -> dict[str, AttributeValue]:
    """The attributes of a step in progress, with others instead or without one."""
    station = bench.target.calling_ae_title
    attributes = {**step_in_progress(station, "CT", datetime.now().astimezone()), **other}
    attributes.pop(without, None)
    return attributes


def _end(final: StepStatus) -> dict[str, AttributeValue]:
    return step_at_end(final, (), datetime.now().astimezone())


def _sent(bench: Bench, talk: Talk, command: CommandSet, attributes: Attributes | None) -> CommandSet:
    """Send a request; the command set of its response. A step that is created is noted as left behind."""
    data = None if attributes is None else encode_identifier(build_data_set(attributes), IMPLICIT_VR_LE)
    talk.command(talk.context_of(PROCEDURE_STEP).context_id, command, data)
    response = talk.message().command
    if response.command_field == Command.N_CREATE_RSP and _DONE.matches(_seen(response)):
        uid = command.affected_sop_instance_uid or response.affected_sop_instance_uid or ""
        patient = str((attributes or {}).get("PatientID", ""))
        bench.leaves(PROCEDURE_STEP, uid, "", patient, response.status or 0)
    return response


def _seen(response: CommandSet) -> Seen:
    return Seen(Kind.ANSWERED, words_of(response), status=response.status)


def _created(bench: Bench, without: str = "", **other: AttributeValue) -> Seen:
    with bench.established(_CONTEXTS) as talk:
        response = _sent(bench, talk, n_create_rq(1, PROCEDURE_STEP, new_uid()), _step(bench, without, **other))
        talk.release()
        return _seen(response)


def _standing(bench: Bench, talk: Talk) -> str:
    """The UID of a step that the peer has created. Raises `Untestable` when it does not."""
    uid = new_uid()
    response = _sent(bench, talk, n_create_rq(1, PROCEDURE_STEP, uid), _step(bench))
    if not _DONE.matches(_seen(response)):
        raise Untestable(f"the step that this case needs was not created: {words_of(response)}")
    return uid


def _set(*modifications: Callable[[], Attributes]) -> Script:
    """Create a step and change it in turn; what the last change is answered with."""

    def script(bench: Bench) -> Seen:
        with bench.established(_CONTEXTS) as talk:
            uid = _standing(bench, talk)
            for number, make in enumerate(modifications, start=2):
                response = _sent(bench, talk, n_set_rq(number, PROCEDURE_STEP, uid), make())
            talk.release()
            return _seen(response)

    return script


def _set_unknown(bench: Bench) -> Seen:
    with bench.established(_CONTEXTS) as talk:
        response = _sent(bench, talk, n_set_rq(1, PROCEDURE_STEP, new_uid()), _end(StepStatus.COMPLETED))
        talk.release()
        return _seen(response)


def _created_twice(bench: Bench) -> Seen:
    with bench.established(_CONTEXTS) as talk:
        uid = _standing(bench, talk)
        response = _sent(bench, talk, n_create_rq(2, PROCEDURE_STEP, uid), _step(bench))
        talk.release()
        return _seen(response)


def _uid_of_response(bench: Bench) -> Seen:
    uid = new_uid()
    with bench.established(_CONTEXTS) as talk:
        response = _sent(bench, talk, n_create_rq(1, PROCEDURE_STEP, uid), _step(bench))
        talk.release()
    if not _DONE.matches(_seen(response)):
        raise Untestable(f"the step that this case needs was not created: {words_of(response)}")
    named = response.affected_sop_instance_uid
    return held(named in (None, uid), "no other UID than that of the request" if named in (None, uid) else "another")


def _error_id(bench: Bench) -> Seen:
    with bench.established(_CONTEXTS) as talk:
        uid = _standing(bench, talk)
        _sent(bench, talk, n_set_rq(2, PROCEDURE_STEP, uid), _end(StepStatus.COMPLETED))
        response = _sent(bench, talk, n_set_rq(3, PROCEDURE_STEP, uid), _end(StepStatus.COMPLETED))
        talk.release()
    if not _FAILURE.matches(_seen(response)):
        return violated(words_of(response))
    error = response.number(Tag.ERROR_ID)
    text = "no Error ID" if error is None else f"Error ID {error:04X}H"
    return held(error == _NO_LONGER, f"{words_of(response)}, with {text}")


def _other(make: Callable[[str], CommandSet]) -> Script:
    def script(bench: Bench) -> Seen:
        with bench.established(_CONTEXTS) as talk:
            talk.command(talk.context_of(PROCEDURE_STEP).context_id, make(new_uid()))
            return talk.reaction()

    return script


def _case(name: str, title: str, requirement: str | tuple[str, ...], script: Script, *allowed: Outcome) -> Case:
    requirements = (requirement,) if isinstance(requirement, str) else requirement
    identifier = f"mpps/{name}"
    return Case(identifier, title, requirements, allowed, script, Profile.ACCEPTANCE, Conduct.WRITES, _NEEDS)


def _refused(name: str, title: str, operation: Callable[[str], CommandSet]) -> Case:
    requirements = ("mpps/other-operations", "dimse/operation-unrecognized")
    script = _other(operation)
    allowed = (_FAILURE, *ENDED)
    return Case(f"mpps/other/{name}", title, requirements, allowed, script, Profile.STRICT, Conduct.BREAKS, _NEEDS)


_COMPLETED, _DISCONTINUED = lambda: _end(StepStatus.COMPLETED), lambda: _end(StepStatus.DISCONTINUED)

CASES = (
    _case("create/valid", "A step in progress is created", "mpps/create", _created, _DONE),
    _case(
        "create/response-uid",
        "The response to an N-CREATE names no other instance than the request",
        "mpps/create-response-uid",
        _uid_of_response,
        met("the UID of the request, or none"),
    ),
    _case(
        "create/completed",
        "A step cannot begin with COMPLETED",
        ("mpps/create-other-status", "mpps/create-other-status-code"),
        lambda bench: _created(bench, PerformedProcedureStepStatus=StepStatus.COMPLETED.value),
        status(_INVALID_VALUE),
    ),
    _case(
        "create/twice",
        "A step is not created twice",
        "mpps/create-duplicate",
        _created_twice,
        status(_DUPLICATE),
        _FAILURE,
    ),
    _case(
        "create/attribute-missing",
        "A step without Performed Station AE Title, of type 1, is refused",
        "mpps/create-type-1-missing",
        lambda bench: _created(bench, without="PerformedStationAETitle"),
        status(_MISSING),
        _FAILURE,
    ),
    _case(
        "create/attribute-empty",
        "A step with an empty Performed Station AE Title, of type 1, is refused",
        "mpps/create-type-1-empty",
        lambda bench: _created(bench, PerformedStationAETitle=""),
        status(_MISSING_VALUE),
        _FAILURE,
    ),
    _case(
        "set/in-progress",
        "A step in progress is changed",
        "mpps/set",
        _set(lambda: {"PerformedProcedureStepDescription": "SYNTHETIC"}),
        _DONE,
    ),
    _case("set/completed", "A step is completed", "mpps/set-complete", _set(_COMPLETED), _DONE),
    _case("set/discontinued", "A step is discontinued", "mpps/set-complete", _set(_DISCONTINUED), _DONE),
    _case(
        "set/after-completed",
        "A step that is completed is not changed again",
        "mpps/set-final-refused",
        _set(_COMPLETED, _COMPLETED),
        status(_PROCESSING_FAILURE),
    ),
    _case(
        "set/after-discontinued",
        "A step that is discontinued is not completed",
        "mpps/set-final-refused",
        _set(_DISCONTINUED, _COMPLETED),
        status(_PROCESSING_FAILURE),
    ),
    _case(
        "set/error-id",
        "The Error ID tells that a step may no longer be updated",
        "mpps/set-final-error-id",
        _error_id,
        met("a failure with Error ID A710H"),
    ),
    _case(
        "set/unknown",
        "A step that nobody created is not changed",
        "mpps/set-unknown",
        _set_unknown,
        status(_NO_SUCH_INSTANCE),
        _FAILURE,
    ),
    _case(
        "set/not-allowed",
        "Patient ID, which is only for N-CREATE, is not changed",
        "mpps/set-not-allowed",
        _set(lambda: {"PatientID": "ZZ-SYNTHETIC-OTHER"}),
        _FAILURE,
        status(*_ATTRIBUTES_LEFT_OUT),
    ),
    _case(
        "set/completed-without-series",
        "A step without a series is not completed",
        "mpps/set-complete-without-series",
        _set(lambda: {"PerformedProcedureStepStatus": StepStatus.COMPLETED.value}),
        _FAILURE,
    ),
    _refused(
        "get", "N-GET, which belongs to another SOP class, is refused", lambda uid: n_get_rq(1, PROCEDURE_STEP, uid)
    ),
    _refused("delete", "N-DELETE is refused", lambda uid: n_delete_rq(1, PROCEDURE_STEP, uid)),
    _refused("action", "N-ACTION is refused", lambda uid: n_action_rq(1, PROCEDURE_STEP, uid, 1, data_set=False)),
)
