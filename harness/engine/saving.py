"""Values that a step saves for later ones: `stored.studies[0].StudyInstanceUID` and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from harness.checks.values import value_of
from harness.observe.commitment import CommitmentObservation
from harness.observe.normalized import NormalizedObservation
from harness.observe.outcomes import (
    EchoObservation,
    FindObservation,
    Match,
    Observation,
    RetrieveObservation,
    StoreObservation,
)

_PART = re.compile(r"\.(\w+)|\[(\d+)\]")
_MATCH = re.compile(r"matches\[(\d+)\]\.(.+)")


class NothingToSave(LookupError):
    """The observation has nothing at a path; `str()` says where it ends."""


def saved_value(path: str, observation: Observation) -> str:
    """The text at a path. Raises `NothingToSave`."""
    if found := _MATCH.fullmatch(path):
        return _value_of_match(_matches(observation), int(found[1]), found[2])
    root, _, _ = path.partition(".")
    root = root.partition("[")[0]
    current: Any = _ROOTS[root](observation)
    walked = root
    for name, index in _PART.findall(path[len(root) :]):
        walked += f".{name}" if name else f"[{index}]"
        try:
            current = current[name] if name else current[int(index)]
        except (KeyError, IndexError, TypeError):
            raise NothingToSave(f"there is no {walked}") from None
    if current is None or isinstance(current, dict | list):
        raise NothingToSave(f"{walked} is not a single value")
    return str(current)


def _value_of_match(matches: Sequence[Match], index: int, path: str) -> str:
    if index >= len(matches):
        raise NothingToSave(f"there is no matches[{index}]")
    text, vr = value_of(matches[index].dataset, path)
    if not vr:
        raise NothingToSave(f"there is no matches[{index}].{path}")
    if vr == "SQ":
        raise NothingToSave(f"matches[{index}].{path} is not a single value")
    return text


def _stored(observation: Observation) -> dict[str, Any]:
    instances = observation.instances if isinstance(observation, StoreObservation) else []
    every = [
        {
            "SOPClassUID": instance.sop_class_uid,
            "SOPInstanceUID": instance.sop_instance_uid,
            "TransferSyntaxUID": instance.transfer_syntax_uid,
            "StudyInstanceUID": instance.study_instance_uid,
            "SeriesInstanceUID": instance.series_instance_uid,
            "PatientID": instance.patient_id,
        }
        for instance in instances
    ]
    studies = {entry["StudyInstanceUID"]: entry for entry in reversed(every)}
    series = {entry["SeriesInstanceUID"]: entry for entry in reversed(every)}
    return {
        "instances": every,
        "studies": [studies[uid] for uid in dict.fromkeys(entry["StudyInstanceUID"] for entry in every)],
        "series": [series[uid] for uid in dict.fromkeys(entry["SeriesInstanceUID"] for entry in every)],
    }


def _matches(observation: Observation) -> list[Match]:
    return observation.matches if isinstance(observation, FindObservation) else []


def _received(observation: Observation) -> list[dict[str, str]]:
    received = observation.received if isinstance(observation, RetrieveObservation) else []
    return [
        {
            "SOPClassUID": instance.sop_class_uid,
            "SOPInstanceUID": instance.sop_instance_uid,
            "TransferSyntaxUID": instance.transfer_syntax_uid,
            "CallingAETitle": instance.calling_ae_title,
        }
        for instance in received
    ]


def _response(observation: Observation) -> dict[str, Any]:
    if isinstance(observation, EchoObservation):
        status = observation.statuses[-1] if observation.statuses else None
        return {"status": _hex(status)}
    if isinstance(observation, FindObservation):
        return {"status": _hex(observation.status), "count": len(observation.matches)}
    if isinstance(observation, RetrieveObservation):
        counters = observation.counters
        return {
            "status": _hex(observation.status),
            "completed": counters.completed,
            "failed": counters.failed,
            "warning": counters.warning,
        }
    return _normalized_response(observation)


def _normalized_response(observation: Observation) -> dict[str, Any]:
    if isinstance(observation, NormalizedObservation):
        return {"status": _hex(observation.status), "SOPInstanceUID": observation.sop_instance_uid or None}
    if isinstance(observation, CommitmentObservation):
        report = observation.report
        return {
            "status": _hex(observation.status),
            "TransactionUID": observation.transaction_uid,
            "committed": len(report.committed) if report is not None else None,
            "failed": len(report.failed) if report is not None else None,
        }
    return {}


def _hex(status: int | None) -> str | None:
    return None if status is None else f"{status:04X}"


def _contexts(observation: Observation) -> list[dict[str, Any]]:
    return [
        {
            "id": context.context_id,
            "abstract_syntax": context.abstract_syntax,
            "transfer_syntax": context.accepted_transfer_syntax,
        }
        for trace in observation.traces
        for context in trace.contexts
        if context.accepted
    ]


_ROOTS = {
    "stored": _stored,
    "received": _received,
    "response": _response,
    "contexts": _contexts,
}
