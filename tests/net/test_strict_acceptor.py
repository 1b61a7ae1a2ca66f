"""An acceptor that is strict about P-DATA-TF aborts where the standard calls it a protocol error; others read on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from harness.dimse.command import encode_command
from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import Facts
from harness.engine.conform.model import Kind
from harness.engine.conform.request import Target
from harness.standard.negotiation import Abort
from harness.ul.pdu import PDV, PDataTF
from tests.support.accepting import accepting
from tests.support.conforming import answering_echoes, good

ECHO = encode_command(c_echo_rq(1))

DISORDER: dict[str, Callable[[], Sequence[PDataTF]]] = {
    "data first": lambda: [PDataTF((PDV(1, False, True, bytes(8)),))],
    "two contexts": lambda: [
        PDataTF((PDV(1, True, False, ECHO[:20]),)),
        PDataTF((PDV(3, True, True, ECHO[20:]),)),
    ],
    "too long": lambda: [PDataTF((PDV(1, True, False, bytes(1 << 18)),))],
}


@pytest.mark.parametrize("name", DISORDER)
@pytest.mark.parametrize("strict", [True, False])
def test_disorder_ends_the_association_of_a_strict_acceptor(name: str, strict: bool) -> None:
    verification = ("1.2.840.10008.1.1", ("1.2.840.10008.1.2",))
    with (
        accepting(answering_echoes, lambda request, _host: good(request), strict=strict) as address,
        Bench(Target(address), Facts()).established((verification, verification)) as talk,
    ):
        talk.send(*DISORDER[name]())
        if strict:
            assert talk.reaction().abort == Abort(2, 6)
        elif name == "too long":
            talk.send(PDataTF((PDV(1, True, True, b""),)))
            assert talk.reaction().kind is not Kind.ABORTED
        else:
            assert talk.echo(1).kind in (Kind.FULFILLED, Kind.VIOLATED)
