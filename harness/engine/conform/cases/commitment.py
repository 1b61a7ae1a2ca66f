"""Requests of storage commitment that ask for nothing that could be committed (PS3.4 J.3.2; PS3.7 10.1.4)."""

from __future__ import annotations

from harness.dimse.messages import n_action_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import Script
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ANY_RESPONSE, ENDED, failure, status
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.attributes import AttributeValue
from harness.standard.commitment import REQUEST_COMMITMENT
from harness.standard.status import Service
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    IMPLICIT_VR_LE,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
    new_uid,
)

_CONTEXTS = ((STORAGE_COMMITMENT, (IMPLICIT_VR_LE,)),)
_NEEDS = (supports(STORAGE_COMMITMENT, IMPLICIT_VR_LE),)
_FAILURE = failure(Service.NORMALIZED)
_NO_SUCH_ACTION, _NO_SUCH_INSTANCE, _OTHER_ACTION = 0x0123, 0x0112, 99


def _information() -> dict[str, AttributeValue]:
    """A request for an instance that nobody has."""
    reference = {"ReferencedSOPClassUID": CT_IMAGE_STORAGE, "ReferencedSOPInstanceUID": new_uid()}
    return {"TransactionUID": new_uid(), "ReferencedSOPSequence": [reference]}


def _asked(
    bench: Bench,
    *,
    instance: str = STORAGE_COMMITMENT_INSTANCE,
    action: int = REQUEST_COMMITMENT,
    without: str = "",
    times: int = 1,
) -> Seen:
    information = _information()
    information.pop(without, None)
    data = encode_identifier(build_data_set(information), IMPLICIT_VR_LE)
    with bench.established(_CONTEXTS) as talk:
        context_id = talk.context_of(STORAGE_COMMITMENT).context_id
        for number in range(1, times + 1):
            talk.command(context_id, n_action_rq(number, STORAGE_COMMITMENT, instance, action), data)
            seen = talk.reaction()
        return seen


def _nothing_referenced(bench: Bench) -> Seen:
    return _asked(bench, without="ReferencedSOPSequence")


def _no_transaction(bench: Bench) -> Seen:
    return _asked(bench, without="TransactionUID")


def _case(name: str, title: str, requirement: str, script: Script, *allowed: Outcome) -> Case:
    identifier = f"commit/action/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.STRICT, Conduct.WRITES, _NEEDS)


CASES = (
    _case(
        "type-unknown",
        "An action that Storage Commitment does not have is refused",
        "commit/action-type-unknown",
        lambda bench: _asked(bench, action=_OTHER_ACTION),
        status(_NO_SUCH_ACTION),
        _FAILURE,
        *ENDED,
    ),
    _case(
        "instance-unknown",
        "A request to another instance than the well-known one is refused",
        "commit/action-instance-unknown",
        lambda bench: _asked(bench, instance=new_uid()),
        status(_NO_SUCH_INSTANCE),
        _FAILURE,
        *ENDED,
    ),
    _case(
        "transaction-missing",
        "A request without Transaction UID is refused",
        "commit/action-transaction-missing",
        _no_transaction,
        _FAILURE,
        *ENDED,
    ),
    _case(
        "references-missing",
        "A request without references is refused",
        "commit/action-references-missing",
        _nothing_referenced,
        _FAILURE,
        *ENDED,
    ),
    _case(
        "transaction-repeated",
        "A Transaction UID that comes twice is refused, or answered in any other way",
        "commit/action-transaction-repeated",
        lambda bench: _asked(bench, times=2),
        _FAILURE,
        ANY_RESPONSE,
    ),
)
