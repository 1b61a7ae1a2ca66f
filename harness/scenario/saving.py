"""Where a step can save values from: `stored.studies[0].StudyInstanceUID` and the like."""

from __future__ import annotations

import re

from harness.scenario.attributes import attribute_path
from harness.scenario.params.base import ServiceName
from harness.scenario.problems import allowed

ROOTS: dict[str, tuple[ServiceName, ...]] = {
    "stored": (ServiceName.STORE,),
    "matches": (ServiceName.FIND, ServiceName.WORKLIST, ServiceName.INSTANCE_AVAILABILITY),
    "received": (ServiceName.MOVE, ServiceName.GET),
    "response": (
        ServiceName.ECHO,
        ServiceName.FIND,
        ServiceName.WORKLIST,
        ServiceName.MOVE,
        ServiceName.GET,
        ServiceName.MPPS,
        ServiceName.COMMIT,
        ServiceName.INSTANCE_AVAILABILITY,
    ),
    "contexts": tuple(ServiceName),
}
"""What paths begin with, and the services that have it."""

FORMS = {
    "stored": "stored.studies[0].StudyInstanceUID",
    "matches": "matches[0].PatientID",
    "received": "received[0].SOPInstanceUID",
    "response": "response.status",
    "contexts": "contexts[0].transfer_syntax",
}
"""An example of each root."""

_INSTANCE = (
    "SOPClassUID",
    "SOPInstanceUID",
    "TransferSyntaxUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientID",
)
NAMES: dict[str, tuple[str, ...]] = {
    "stored": _INSTANCE,
    "received": (*_INSTANCE[:3], "CallingAETitle"),
    "response": ("status", "count", "completed", "failed", "warning", "committed", "SOPInstanceUID", "TransactionUID"),
    "contexts": ("id", "abstract_syntax", "transfer_syntax"),
}
"""What can stand at the end of a path; after `matches`, any attribute can, also one in an item of a sequence."""

_INDEX = r"\[[0-9]{1,6}\]"
_BEGINNINGS = {
    "stored": rf"stored\.(?:instances|studies|series){_INDEX}",
    "matches": rf"matches{_INDEX}",
    "received": rf"received{_INDEX}",
    "response": r"response",
    "contexts": rf"contexts{_INDEX}",
}


def root_of(path: str) -> str:
    """What a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def check_path(text: str) -> str:
    """The path if it has a form that can be saved from. Raises ValueError with a sentence."""
    path = text.strip()
    root = root_of(path)
    if root not in ROOTS:
        raise ValueError(f"`{root}` is nothing to save from{allowed(root, [*ROOTS])}")
    last = r"[\w\[\].]+" if root == "matches" else r"\w+"
    found = re.fullmatch(rf"({_BEGINNINGS[root]})\.({last})", path, re.ASCII)
    if found is None:
        raise ValueError(f"`{text}` is nothing to save from; write for example `{FORMS[root]}`")
    beginning, name = found.groups()
    if root == "matches":
        return f"{beginning}.{attribute_path(name)[0]}"
    if name not in NAMES[root]:
        raise ValueError(f"there is no `{name}` in `{beginning}`{allowed(name, NAMES[root])}")
    return path


def roots_of(service: ServiceName) -> list[str]:
    """What can be saved from a step of a service."""
    return [root for root, services in ROOTS.items() if service in services]
