"""P-DATA-TF that breaks rules: lengths, contexts, the order of fragments (PS3.8 9.3.5, Annexes D and E)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.command import encode_command
from harness.dimse.elements import DATA_SET_FOLLOWS, Tag
from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import Script, on_association, violated
from harness.engine.conform.cases.fragments import FINDS, MESSAGE_ID, OF_VERIFICATION, of_length, queried
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Outcome, Profile, Seen
from harness.engine.conform.outcomes import (
    ABORTED,
    ANY_RESPONSE,
    CLOSED,
    ENDED,
    IGNORED,
    SILENT,
    failure,
    met,
    success,
)
from harness.engine.conform.talk import Talk, words_of
from harness.standard.status import Service
from harness.standard.uids import GENERATED_UID_ROOT, VERIFICATION
from harness.ul import pdu as p

_WITH_REFUSED = (OF_VERIFICATION, (VERIFICATION, (f"{GENERATED_UID_ROOT}.1",)))
"""Some peers accept every SOP class, but none a transfer syntax that nobody knows."""

_QUIET = 2.0
"""Seconds after which an answer that must not come is taken not to come."""

Pdus = Callable[[bytes], Sequence[p.PDU]]


def _empty_last(data: bytes) -> Sequence[p.PDU]:
    return [p.PDataTF((p.PDV(1, True, False, data),)), p.PDataTF((p.PDV(1, True, True, b""),))]


def _odd_one(data: bytes) -> Sequence[p.PDU]:
    return [p.PDataTF((p.PDV(1, True, False, data[:21]),)), p.PDataTF((p.PDV(1, True, True, data[21:]),))]


def _raw_pdv(length: int, content: bytes) -> p.RawPDU:
    """A P-DATA-TF with one PDV whose Item-length says what it is told."""
    return p.RawPDU(p.P_DATA_TF, struct.pack(">I", length) + content)


def _one_accepted(bench: Bench) -> Talk:
    """An association of which only the first context is accepted. Raises `Inconclusive` when another is."""
    talk = bench.established(_WITH_REFUSED)
    if set(talk.contexts) != {1}:
        talk.connection.close()
        raise Inconclusive("the peer accepts a presentation context whose only transfer syntax nobody knows")
    return talk


def _served(context_id: int) -> Script:
    """A C-ECHO on a context that was not accepted, and one on the context that was: which is answered?"""

    def script(bench: Bench) -> Seen:
        with _one_accepted(bench) as talk:
            for chosen, message_id in ((context_id, MESSAGE_ID), (1, MESSAGE_ID + 1)):
                talk.send(*talk.pdus_of(chosen, c_echo_rq(message_id)))
            command = talk.message().command
            if command.message_id_being_responded_to == MESSAGE_ID:
                return violated(f"the request on presentation context {context_id} is answered: {words_of(command)}")
            return Seen(Kind.IGNORED, "it was ignored, and the next request answered")

    return script


def _on_context(context_id: int) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        with _one_accepted(bench) as talk:
            talk.send(*talk.pdus_of(context_id, c_echo_rq(MESSAGE_ID)))
            return talk.reaction()

    return script


def _context_changed(bench: Bench) -> Seen:
    data = encode_command(c_echo_rq(MESSAGE_ID))
    with bench.established((OF_VERIFICATION, OF_VERIFICATION)) as talk:
        talk.context_of(VERIFICATION)
        talk.send(p.PDataTF((p.PDV(1, True, False, data[:20]),)), p.PDataTF((p.PDV(3, True, True, data[20:]),)))
        return talk.reaction()


def _two_in_one(bench: Bench) -> Seen:
    pdvs = [p.PDV(1, True, True, encode_command(c_echo_rq(number))) for number in (MESSAGE_ID, MESSAGE_ID + 1)]
    with bench.established() as talk:
        talk.send(p.PDataTF(tuple(pdvs)))
        seen = talk.echo_answer(MESSAGE_ID)
        return seen if seen.kind is not Kind.FULFILLED else talk.echo_answer(MESSAGE_ID + 1)


def _data_missing(bench: Bench) -> Seen:
    request = c_echo_rq(MESSAGE_ID)
    request.elements[Tag.COMMAND_DATA_SET_TYPE] = DATA_SET_FOLLOWS
    with bench.established() as talk:
        talk.send(*talk.pdus_of(1, request))
        return talk.reaction(min(talk.timeout, _QUIET))


def _unannounced(bench: Bench) -> Sequence[p.PDU]:
    command = p.PDV(1, True, True, encode_command(c_echo_rq(MESSAGE_ID)))
    return p.PDataTF((command,)), p.PDataTF((p.PDV(1, False, True, bytes(8)),))


def _data_empty_last(command: bytes, data: bytes) -> Sequence[p.PDU]:
    return [
        p.PDataTF((p.PDV(3, True, True, command),)),
        p.PDataTF((p.PDV(3, False, False, data),)),
        p.PDataTF((p.PDV(3, False, True, b""),)),
    ]


def _interleaved(command: bytes, data: bytes) -> Sequence[p.PDU]:
    echo = encode_command(c_echo_rq(MESSAGE_ID + 1))
    return [
        p.PDataTF((p.PDV(3, True, True, command),)),
        p.PDataTF((p.PDV(3, False, False, data[:10]),)),
        p.PDataTF((p.PDV(1, True, True, echo),)),
        p.PDataTF((p.PDV(3, False, True, data[10:]),)),
    ]


def _broken(name: str, title: str, requirement: str, pdus: Pdus, allowed: Sequence[Outcome] = ENDED) -> Case:
    """What breaks a rule on an association, made of the command set of a C-ECHO."""

    def sent(_: Bench) -> Sequence[p.PDU]:
        return pdus(encode_command(c_echo_rq(MESSAGE_ID)))

    return on_association(f"ul/data-invalid/{name}", title, (requirement,), sent, allowed)


def _not_served(name: str, what: str, context_id: int) -> tuple[Case, Case]:
    """That a request is not served on a context, and that it ends the association."""
    return (
        Case(
            f"ul/data-invalid/{name}",
            f"A request on {what} is not served",
            ("ul/pdv-context-not-served",),
            (ABORTED, CLOSED, IGNORED),
            _served(context_id),
            conduct=Conduct.BREAKS,
        ),
        Case(
            f"ul/data-invalid/{name}-aborted",
            f"A request on {what} is answered by A-ABORT",
            ("ul/pdv-context-aborted",),
            ENDED,
            _on_context(context_id),
            Profile.STRICT,
            Conduct.BREAKS,
        ),
    )


def _strict(name: str, title: str, requirement: str, script: Script, *allowed: Outcome) -> Case:
    return Case(f"ul/data-invalid/{name}", title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS)


_OR_ANSWERED = (*ENDED, success())

CASES = (
    *_not_served("context-unknown", "a presentation context that was not proposed", 99),
    *_not_served("context-refused", "a presentation context that was refused", 3),
    *_not_served("context-even", "a presentation context with an even id", 2),
    _broken("empty-last", "A last fragment that is empty", "ul/pdv-empty-tolerated", _empty_last, (success(),)),
    replace(
        _strict(
            "data-empty-last",
            "A last fragment of an identifier that is empty",
            "ul/pdv-empty-tolerated",
            queried(_data_empty_last),
            ANY_RESPONSE,
        ),
        needs=FINDS,
    ),
    _broken("odd-fragments", "Fragments of an odd number of bytes", "ul/pdv-odd-received", _odd_one, _OR_ANSWERED),
    _broken(
        "empty-pdu",
        "A P-DATA-TF without a PDV, and then a C-ECHO",
        "ul/pdata-empty-received",
        lambda data: [p.PDataTF(()), p.PDataTF((p.PDV(1, True, True, data),))],
        _OR_ANSWERED,
    ),
    _broken(
        "empty-command",
        "A message whose command set is empty",
        "ul/pdv-empty-command",
        lambda _: [p.PDataTF((p.PDV(1, True, True, b""),))],
    ),
    _broken(
        "pdv-length-zero",
        "A PDV with an Item-length of 0",
        "ul/pdv-length-invalid",
        lambda data: [_raw_pdv(0, b"\1\3" + data)],
    ),
    _broken(
        "pdv-length-one",
        "A PDV with an Item-length of 1",
        "ul/pdv-length-invalid",
        lambda data: [_raw_pdv(1, b"\1\3" + data)],
    ),
    _broken(
        "pdv-overrun",
        "A PDV that goes beyond its PDU",
        "ul/pdv-length-invalid",
        lambda data: [_raw_pdv(len(data) + 100, b"\1\3" + data)],
    ),
    _broken(
        "pdv-trailing",
        "Bytes behind the last PDV that are no PDV",
        "ul/pdv-length-invalid",
        lambda data: [p.RawPDU(p.P_DATA_TF, struct.pack(">IBB", len(data) + 2, 1, 3) + data + b"\0\0")],
    ),
    _strict(
        "context-changed",
        "Fragments of a message on two presentation contexts",
        "ul/message-context-changed",
        _context_changed,
        *ENDED,
    ),
    replace(
        _strict(
            "interleaved",
            "A message that begins between the fragments of another",
            "ul/message-interleaved-received",
            queried(_interleaved),
            *ENDED,
        ),
        needs=FINDS,
    ),
    _strict(
        "two-messages",
        "Two messages in one PDU are both answered, or the association is aborted",
        "ul/message-two-per-pdu-received",
        _two_in_one,
        met("both are answered"),
        *ENDED,
    ),
    _broken(
        "data-first",
        "A fragment of a data set where a command set is due",
        "dimse/data-set-first-received",
        lambda data: [p.PDataTF((p.PDV(1, False, True, data),))],
    ),
    on_association(
        "ul/data-invalid/data-unannounced",
        "A data set behind a command set that announced none",
        ("dimse/data-set-unannounced-received",),
        _unannounced,
        _OR_ANSWERED,
    ),
    _strict(
        "data-missing",
        "A message is not answered with success before its data set has come",
        "dimse/data-set-missing-received",
        _data_missing,
        SILENT,
        *ENDED,
        failure(Service.ECHO),
    ),
    replace(
        _strict(
            "maximum-length-exceeded",
            "A P-DATA-TF above the maximum length of the peer",
            "ul/maximum-length-exceeded",
            lambda bench: of_length(bench, 2),
            *ENDED,
        ),
        needs=FINDS,
    ),
)
