"""What the reference SCP serves: each SOP class with its operations and the functions that answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.dimse.elements import Command
from harness.dimse.messages import response_to
from harness.reference import procedure_step
from harness.reference.availability import answer_notification
from harness.reference.commitment import answer_action
from harness.reference.refused import Refused
from harness.reference.request import Answer, Request
from harness.reference.retrieve import answer_get, answer_move
from harness.reference.search import answer_find
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist import answer_worklist
from harness.scenario.service_names import ServiceName
from harness.standard.models import QueryModel
from harness.standard.uids import (
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    INSTANCE_AVAILABILITY,
    PROCEDURE_STEP,
    STORAGE_COMMITMENT,
    VERIFICATION,
    storage_sop_classes,
    transfer_syntaxes,
)
from harness.standard.worklist import MODALITY_WORKLIST_FIND

SUCCESS = 0x0000
_VERIFICATION_SYNTAXES = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE))
DATA_SET_SYNTAXES = frozenset((IMPLICIT_VR_LE, EXPLICIT_VR_LE))
"""Transfer syntaxes of what is no composite instance: identifiers, attributes of normalized instances."""


_STORAGE_LEVELS = {"level_of_support": 2, "digital_signatures": 3, "element_coercion": 0}
"""All elements are kept, and as they came, signatures with them (PS3.4 B.4.1, B.3.1.2)."""


_QUERY_SUPPORT = {"relational_queries": 1, "date_time_matching": 1}
_RETRIEVE_SUPPORT = {"relational_retrieval": 1}


@dataclass(frozen=True, slots=True)
class ServedClass:
    """A SOP class that is served.

    `answers` are its operations. `both_roles` lets the requestor take the SCP role too, which sub-operations of C-GET
    need (PS3.4 C.5.3). `extended` is what is supported of extended negotiation, by the names of `standard.extended`;
    what an association negotiated is in `Association.extended`.
    """

    service: ServiceName
    answers: Mapping[Command, Answer]
    transfer_syntaxes: frozenset[str] = DATA_SET_SYNTAXES
    both_roles: bool = False
    extended: Mapping[str, int] = field(default_factory=dict)


def served_classes(settings: ReferenceSettings) -> dict[str, ServedClass]:
    """Every SOP class that an SCP with these settings serves, by UID."""
    served = {VERIFICATION: ServedClass(ServiceName.ECHO, {Command.C_ECHO_RQ: _echo}, _VERIFICATION_SYNTAXES)}
    syntaxes = settings.transfer_syntaxes or frozenset(transfer_syntaxes())
    storage = ServedClass(
        ServiceName.STORE, {Command.C_STORE_RQ: _store}, syntaxes, both_roles=True, extended=_STORAGE_LEVELS
    )
    served.update(dict.fromkeys(settings.sop_classes or storage_sop_classes(), storage))
    for model in QueryModel:
        find, move, get = (_refusable({command: answer}) for command, answer in _QUERY_RETRIEVE)
        served[model.find_uid] = ServedClass(ServiceName.FIND, find, extended=_QUERY_SUPPORT)
        served[model.move_uid] = ServedClass(ServiceName.MOVE, move, extended=_RETRIEVE_SUPPORT)
        served[model.get_uid] = ServedClass(ServiceName.GET, get, extended=_RETRIEVE_SUPPORT)
    served[MODALITY_WORKLIST_FIND] = ServedClass(ServiceName.WORKLIST, _refusable({Command.C_FIND_RQ: answer_worklist}))
    steps = {Command.N_CREATE_RQ: procedure_step.answer_create, Command.N_SET_RQ: procedure_step.answer_set}
    served[PROCEDURE_STEP] = ServedClass(ServiceName.MPPS, _refusable(steps))
    notifications = {Command.N_CREATE_RQ: answer_notification}
    served[INSTANCE_AVAILABILITY] = ServedClass(ServiceName.INSTANCE_AVAILABILITY, _refusable(notifications))
    stored = frozenset(uid for uid, sop_class in served.items() if sop_class.service is ServiceName.STORE)
    commitment = {Command.N_ACTION_RQ: lambda request: answer_action(request, stored)}
    served[STORAGE_COMMITMENT] = ServedClass(ServiceName.COMMIT, _refusable(commitment))
    return served


_MODELS = {uid: model for model in QueryModel for uid in (model.find_uid, model.move_uid, model.get_uid)}


def _refusable(answers: Mapping[Command, Answer]) -> dict[Command, Answer]:
    """Answers that come only to requests which the settings don't want refused."""

    def unless_refused(answer: Answer) -> Answer:
        def answer_or_refuse(request: Request) -> None:
            if request.refusal is not None:
                raise Refused(request.refusal)
            answer(request)

        return answer_or_refuse

    return {command: unless_refused(answer) for command, answer in answers.items()}


def _echo(request: Request) -> None:
    request.respond(response_to(request.command, SUCCESS))


def _store(request: Request) -> None:
    # The status may be a warning, with which the instance is kept.
    request.archive.refusal = request.refusal
    request.receiver.answer(request.message)


def _find(request: Request) -> None:
    model = _MODELS[request.abstract_syntax]
    answer_find(request.association, request.message, model, request.index, request.settings)


def _move(request: Request) -> None:
    model = _MODELS[request.abstract_syntax]
    answer_move(request.association, request.message, model, request.index, request.settings)


def _get(request: Request) -> None:
    answer_get(request.association, request.message, _MODELS[request.abstract_syntax], request.index)


_QUERY_RETRIEVE = ((Command.C_FIND_RQ, _find), (Command.C_MOVE_RQ, _move), (Command.C_GET_RQ, _get))
