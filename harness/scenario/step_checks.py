"""What a step names outside of itself, and what steps can't do together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.scenario.expect import MATCHES
from harness.scenario.model import Step
from harness.scenario.params.association import Negotiated
from harness.scenario.params.base import LOCAL, ServiceName
from harness.scenario.problems import did_you_mean
from harness.scenario.scope import Scope
from harness.scenario.variables import NodePath
from harness.standard.commitment import Delivery

ENDS_ASSOCIATION = (ServiceName.RELEASE, ServiceName.ABORT)
REPEATABLE = tuple(
    service.value
    for service in (
        ServiceName.ECHO,
        ServiceName.ASSOCIATE,
        ServiceName.NEGOTIATE,
        ServiceName.POLICY,
        ServiceName.FIND,
        ServiceName.WORKLIST,
        ServiceName.MOVE,
        ServiceName.GET,
        ServiceName.RELATION,
    )
)
"""What changes nothing at the peer."""
_FILES = {ServiceName.STORE: "files", ServiceName.FIND: "query", ServiceName.WORKLIST: "query"}
"""What names files of the user, by service."""

_OF_OURS = ("status", "rejected", "aborted", "closed", "tls_failed")
_TITLES = ("called_ae_title", "calling_ae_title")


def check_step(scope: Scope, step: Step, before: Sequence[Step], peers: Sequence[str]) -> None:
    """Note what does not fit the rest of the scenario: the steps before it, the peers, the files beside it."""
    _check_files(scope, step)
    _check_destination(scope, step, peers)
    _check_association(scope, step, before)
    _check_repeatable(scope, step)
    _check_notified(scope, step)
    _check_report(scope, step)


def _check_files(scope: Scope, step: Step) -> None:
    key = _FILES.get(step.service)
    if key is None:
        return
    document = scope.document
    for path in _entries(scope, (*step.path, step.service.value, key)):
        name = scope.text(path)
        if name and not os.path.exists(document.path.parent / name):  # noqa: PTH110 - never raises, whatever the name
            is_beside = document.path.is_file() and not Path(name).is_absolute()
            beside = " beside the scenario file" if is_beside else ""
            document.note_value(path, f"there is no file or folder `{name}`{beside}")


def _entries(scope: Scope, path: NodePath) -> Iterator[NodePath]:
    """The paths of the entries of a list, or of the text that stands for a list of one."""
    node = scope.document.at(path)
    if isinstance(node, str):
        yield path
    elif isinstance(node, list):
        for index in range(len(node)):
            yield (*path, index)


def _check_destination(scope: Scope, step: Step, peers: Sequence[str]) -> None:
    destination = (*step.path, "move", "destination")
    node = scope.document.at(destination)
    if step.service is not ServiceName.MOVE or node in (None, "", LOCAL):
        return
    name = scope.text((*destination, "peer"))
    if name:
        check_peer(scope, (*destination, "peer"), name, peers)
    for key in ("received", "unchanged"):
        path = (*step.path, "expect", key)
        if scope.document.at(path) is not None:
            text = f"`{key}` needs `destination: local`: what is sent elsewhere cannot be seen from here"
            scope.document.note(path, text, at_key=True)


def _check_association(scope: Scope, step: Step, before: Sequence[Step]) -> None:
    if step.service is ServiceName.POLICY and step.association is not None:
        text = "policy asks for as many associations as it takes, and shares none; leave `association` out"
        scope.document.note((*step.path, "association"), text, at_key=True)
        return
    several = scope.text((*step.path, step.service.value, "associations")) not in (None, "1")
    if several and step.association is not None:
        text = "with `associations` this step opens its own; leave `association` out, or send over that one alone"
        scope.document.note((*step.path, "association"), text, at_key=True)
        return
    opener = next((other for other in before if other.association == step.association), None)
    path = (*step.path, "association")
    if step.service in ENDS_ASSOCIATION and (step.association is None or opener is None):
        if step.association is None:
            text = f"{step.service.value} ends an association that earlier steps share; name it: `association: NAME`"
            scope.document.note(step.path, text)
        else:
            text = f"no earlier step opens the association `{step.association}`"
            scope.document.note_value(path, text)
    if step.association is None or opener is None:
        return
    if opener.peer != step.peer:
        scope.document.note(path, f"this association is to the peer of step {opener.id}; this step has another")
    for title in _TITLES:
        here = scope.text((*step.path, step.service.value, title))
        there = scope.text((*opener.path, opener.service.value, title))
        if here is not None and here != there:
            text = f"this association stands already; its AE titles are those of step {opener.id}"
            scope.document.note((*step.path, step.service.value, title), text)
    _check_negotiated(scope, step, before)


def _check_negotiated(scope: Scope, step: Step, before: Sequence[Step]) -> None:
    """What is negotiated the step says that opens the association: the first, or the first after its end."""
    sharing = [other for other in before if other.association == step.association]
    ends = [index for index, other in enumerate(sharing) if other.service in ENDS_ASSOCIATION]
    standing = sharing[ends[-1] + 1 :] if ends else sharing
    if not standing:
        return
    opener = standing[0]
    for key in Negotiated.model_fields:
        path = (*step.path, step.service.value, key)
        here = scope.document.at(path)
        if here is not None and here != scope.document.at((*opener.path, opener.service.value, key)):
            text = f"this association stands already; what is negotiated for it belongs to step {opener.id}"
            scope.document.note(path, text, at_key=True)


def _check_repeatable(scope: Scope, step: Step) -> None:
    if step.eventually is not None and step.service not in REPEATABLE:
        text = f"{step.service.value} is not repeated: `eventually` is for {', '.join(REPEATABLE)}"
        scope.document.note((*step.path, "eventually"), text, at_key=True)


def _check_notified(scope: Scope, step: Step) -> None:
    if step.service is not ServiceName.INSTANCE_AVAILABILITY:
        return
    waits = awaits_notification(step)
    for key in _OF_OURS if waits else MATCHES:
        path = (*step.path, "expect", key)
        if scope.document.at(path) is not None:
            whose = (
                "our notification, and with `wait` we send none" if waits else "what the peer tells us: it needs `wait`"
            )
            scope.document.note(path, f"`{key}` is about {whose}", at_key=True)


def _check_report(scope: Scope, step: Step) -> None:
    path = (*step.path, "commit", "report")
    report = scope.document.at(path) if step.service is ServiceName.COMMIT else None
    if step.association is not None and report in (Delivery.NEW_ASSOCIATION, Delivery.LATER):
        text = f"`report: {report}` releases the association of the request, which therefore cannot be a shared one"
        scope.document.note_value(path, text)


def awaits_notification(step: Step) -> bool:
    """Whether a step waits for what a peer tells us."""
    return step.scope.document.at((*step.path, step.service.value, "wait")) is not None


def check_parallel(scope: Scope, steps: Sequence[Step]) -> None:
    """Note what steps cannot do at once."""
    shared: set[str] = set()
    listening = False
    for step in steps:
        if step.association is not None and step.association in shared:
            text = f"steps that are carried out at once cannot share the association `{step.association}`"
            scope.document.note_value((*step.path, "association"), text)
        shared.add(step.association or "")
        if _listens(scope, step):
            if listening:
                text = "only one of them can move to `local` or commit: what comes to us could not be told apart"
                scope.document.note((*step.path, step.service.value), text, at_key=True)
            listening = True


def _listens(scope: Scope, step: Step) -> bool:
    """Whether a step awaits something at our Storage SCP."""
    to_us = scope.document.at((*step.path, "move", "destination")) in (None, "", LOCAL)
    return step.service is ServiceName.COMMIT or (step.service is ServiceName.MOVE and to_us)


def check_peer(scope: Scope, path: NodePath, name: str, peers: Sequence[str]) -> None:
    """Note a name that is no peer's."""
    if name not in peers:
        there = f"; there are {', '.join(peers)}" if peers else "; the file has no peers"
        scope.document.note_value(path, f"there is no peer `{name}`{did_you_mean(name, peers) or there}")
