"""Command sets that must be taken, and requests that have no place on their context (PS3.7 9.1, 9.3)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.exchange import is_pending
from harness.dimse.messages import c_cancel_rq, c_echo_rq, c_find_rq, n_get_rq, response_to
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import demand
from harness.engine.conform.cases.fragments import FINDS, MESSAGE_ID, OF_FIND, OF_VERIFICATION
from harness.engine.conform.facts import STUDY_ROOT
from harness.engine.conform.model import Case, Conduct, Kind, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ENDED, IGNORED, SILENT, failure
from harness.engine.conform.queries import query_for_nothing
from harness.standard.status import Service
from harness.standard.uids import VERIFICATION
from harness.ul import pdu as p

_LENGTH_TO_END = 0x00000001
_ANSWERED = "the C-ECHO is answered with success and its Message ID"


def _data(command: bytes) -> p.PDataTF:
    return p.PDataTF((p.PDV(1, True, True, command),))


def _with_id(message_id: int) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.send(_data(encode_command(c_echo_rq(message_id))))
            return talk.echo_answer(message_id)

    return script


def _same_id_again(bench: Bench) -> Seen:
    with bench.established() as talk:
        for _ in range(2):
            talk.send(_data(encode_command(c_echo_rq(MESSAGE_ID))))
            seen = talk.echo_answer(MESSAGE_ID)
            if seen.kind is not Kind.FULFILLED:
                return seen
        return seen


def _length_to_end(bench: Bench) -> Seen:
    command = c_echo_rq(MESSAGE_ID)
    command.elements[_LENGTH_TO_END] = struct.pack("<I", 0)
    with bench.established() as talk:
        talk.send(_data(encode_command(command)))
        return talk.echo_answer(MESSAGE_ID)


def _find_on_verification(bench: Bench) -> Seen:
    with bench.established() as talk:
        talk.command(1, c_find_rq(MESSAGE_ID, STUDY_ROOT.find_uid), query_for_nothing())
        return talk.reaction()


def _get_attributes_on_verification(bench: Bench) -> Seen:
    with bench.established() as talk:
        talk.command(1, n_get_rq(MESSAGE_ID, VERIFICATION, "1.2.3.4"))
        return talk.reaction()


def _ignored(command: CommandSet) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.command(1, command)
            return talk.ignored()

    return script


def _cancel_after_final(bench: Bench) -> Seen:
    with bench.established((OF_VERIFICATION, OF_FIND)) as talk:
        context_id = talk.context_of(STUDY_ROOT.find_uid).context_id
        talk.command(context_id, c_find_rq(MESSAGE_ID, STUDY_ROOT.find_uid), query_for_nothing())
        # Some demonstrations have matches for everything: the final response is what ends the operation.
        while is_pending(talk.message().command.status):
            pass
        talk.command(context_id, c_cancel_rq(MESSAGE_ID))
        return talk.ignored()


def _strict(name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome) -> Case:
    return Case(f"dimse/command/{name}", title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS)


CASES = (
    demand("dimse/command/id-zero", "A Message ID of 0", "dimse/message-id-any", _ANSWERED, _with_id(0)),
    demand("dimse/command/id-high", "A Message ID of 32768", "dimse/message-id-any", _ANSWERED, _with_id(32768)),
    demand("dimse/command/id-highest", "A Message ID of 65535", "dimse/message-id-any", _ANSWERED, _with_id(65535)),
    demand(
        "dimse/command/id-again",
        "A Message ID whose request was answered may come again",
        "dimse/message-id-any",
        _ANSWERED,
        _same_id_again,
    ),
    demand(
        "dimse/command/length-to-end",
        "The retired Length to End does no harm",
        "dimse/length-to-end-not-needed",
        _ANSWERED,
        _length_to_end,
    ),
    Case(
        "dimse/command/find-on-verification",
        "A C-FIND on a context for Verification is not performed",
        ("dimse/service-not-negotiated", "verification/echo-only"),
        (failure(Service.FIND), *ENDED, SILENT),
        _find_on_verification,
        conduct=Conduct.BREAKS,
    ),
    _strict(
        "get-attributes-on-verification",
        "An N-GET on a context for Verification is answered by a failure",
        "dimse/operation-unrecognized",
        _get_attributes_on_verification,
        failure(Service.NORMALIZED),
        *ENDED,
    ),
    _strict(
        "response-unsolicited",
        "A response that nobody asked for",
        "dimse/response-unsolicited",
        _ignored(response_to(c_echo_rq(MESSAGE_ID), 0)),
        IGNORED,
        *ENDED,
    ),
    _strict(
        "cancel-of-nothing",
        "A C-CANCEL when nothing is under way is ignored",
        "dimse/cancel-late",
        _ignored(c_cancel_rq(MESSAGE_ID)),
        IGNORED,
    ),
    Case(
        "dimse/command/cancel-after-final",
        "A C-CANCEL that comes after the final response is ignored",
        ("dimse/cancel-late",),
        (IGNORED,),
        _cancel_after_final,
        needs=FINDS,
    ),
)
