"""Services that are answered with a status that is not success, or not at all."""

from __future__ import annotations

from typing import Any

from harness.reference.settings import Refusals
from tests.lab.contexts import QUERY
from tests.lab.fault import Fault, Way
from tests.lab.starting import accepting, reference
from tests.support.misbehaving import aborting, answering, closing, silent

_STUDY = {"level": "STUDY", "keys": {"StudyInstanceUID": "1.2.840.99999.1"}}
_STEPS: dict[str, Any] = {
    "store": {"generate": {"modality": "CT"}},
    "move": {**_STUDY, "destination": "local"},
    "get": _STUDY,
    "worklist": {"keys": {"PatientID": "1"}},
    "mpps": {"create": {}},
}
_ECHO = {
    0x0122: "unknown-operation",
    0x0211: "unknown-operation",
    0x0110: "processing-failure",
    0x0124: "not-authorized",
    0xA700: "out-of-resources",
    0x3333: "status-nonstandard",
}
_FIND = {
    0xA700: "out-of-resources",
    0xA900: "identifier-refused",
    0xC001: "cannot-understand",
    0x0122: "unknown-operation",
    0x0124: "not-authorized",
    0x3333: "status-nonstandard",
}
_STORE = {
    0xA700: "out-of-resources",
    0xA712: "out-of-resources",
    0xA900: "data-set-refused",
    0xC123: "cannot-understand",
    0x0111: "duplicate-instance",
    0x0117: "instance-uid-refused",
    0x0124: "not-authorized",
    0xD000: "status-nonstandard",
}
_MOVE = {
    0xA701: "out-of-resources",
    0xA702: "move-cannot-reach-us",
    0xA801: "move-destination-unknown",
    0xA900: "identifier-refused",
    0xC010: "move-failed",
}
_GET = {0xA701: "out-of-resources", 0xA900: "identifier-refused", 0xC010: "cannot-understand"}
_MPPS = {
    0x0110: "processing-failure",
    0x0111: "duplicate-instance",
    0x0106: "attribute-refused",
    0x0120: "attribute-refused",
}


def _of_run(service: str, statuses: dict[int, str]) -> tuple[Fault, ...]:
    """Services that `diagnose` does not use, as it writes nothing."""
    steps = ({service: _STEPS[service]},)
    return tuple(
        Fault(
            f"{service} answered {status:04X}H",
            code,
            reference({"refusals": _refusing(service, status)}, steps=steps),
            ways=(Way.RUN,),
        )
        for status, code in statuses.items()
    )


def _refusing(service: str, status: int) -> Refusals:
    refused: dict[str, Any] = {service: status}
    return Refusals(**refused)


FAULTS = (
    *(Fault(f"echo answered {status:04X}H", code, accepting(answering(status))) for status, code in _ECHO.items()),
    *(
        Fault(f"find answered {status:04X}H", code, reference({"refusals": Refusals(find=status)}, **QUERY))
        for status, code in _FIND.items()
    ),
    *_of_run("store", _STORE),
    *_of_run("move", _MOVE),
    *_of_run("get", _GET),
    *_of_run("mpps", _MPPS),
    Fault("the service is never answered", "no-response", accepting(silent)),
    Fault("aborted at the service", "aborted-at-request", accepting(aborting), others=("calling-ae-title-refused",)),
    Fault("closed at the service", "closed-in-service", accepting(closing)),
)
