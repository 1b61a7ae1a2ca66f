"""What a script takes for the answer to a C-ECHO."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import response_to
from harness.engine.conform.bench import Bench
from harness.engine.conform.canary import Health, look
from harness.engine.conform.facts import Facts
from harness.engine.conform.model import Kind, Seen
from harness.engine.conform.request import Target
from harness.net.association import Association
from harness.standard.uids import CT_IMAGE_STORAGE, VERIFICATION
from tests.support.accepting import accepting
from tests.support.conforming import good


@contextmanager
def answering(tag: Tag, value: Value | None) -> Iterator[Bench]:
    """A peer that answers C-ECHO with success, and with this element (None: without it)."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            elements: dict[int, Value | None] = {**response_to(message.command, 0).elements, tag: value}
            kept = {tag: value for tag, value in elements.items() if value is not None}
            association.send(message.context_id, CommandSet(kept))

    with accepting(serve, lambda request, _host: good(request)) as address:
        yield Bench(Target(address), Facts())


def echoed(tag: Tag, value: Value | None) -> Seen:
    with answering(tag, value) as bench, bench.established() as talk:
        return talk.echo()


@pytest.mark.parametrize("sop_class", [VERIFICATION, None], ids=["named", "left-out"])
def test_success_is_success_with_the_sop_class_or_without(sop_class: str | None) -> None:
    assert echoed(Tag.AFFECTED_SOP_CLASS_UID, sop_class).kind is Kind.FULFILLED


@pytest.mark.parametrize(
    ("tag", "value", "told"),
    [
        (Tag.COMMAND_FIELD, int(Command.C_FIND_RSP), "is answered by C-FIND-RSP"),
        (Tag.AFFECTED_SOP_CLASS_UID, CT_IMAGE_STORAGE, "for another SOP class"),
        (Tag.MESSAGE_ID_BEING_RESPONDED_TO, 4711, "to Message ID 4711"),
        (Tag.STATUS, 0x0110, "0110"),
    ],
    ids=["command-field", "sop-class", "message-id", "status"],
)
def test_any_other_answer_is_not(tag: Tag, value: Value, told: str) -> None:
    seen = echoed(tag, value)
    assert seen.kind is Kind.VIOLATED
    assert told in seen.text
    assert CT_IMAGE_STORAGE not in seen.text, "what a peer wrote of its own is not told"


def test_whoever_answers_wrongly_is_there() -> None:
    """The canary asks whether the peer serves others; what is wrong with its answers is for cases to say."""
    with answering(Tag.AFFECTED_SOP_CLASS_UID, CT_IMAGE_STORAGE) as bench:
        assert look(bench, 30).health is Health.WELL
