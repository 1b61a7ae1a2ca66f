"""What cases about P-DATA-TF share: a C-ECHO and a C-FIND that are cut into PDUs as a case wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.dimse.command import encode_command
from harness.dimse.fragment import PDV_OVERHEAD
from harness.dimse.messages import c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import Script
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Inconclusive, Seen
from harness.engine.conform.queries import query_for_nothing, query_of_length
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul import pdu as p

MESSAGE_ID = 7
"""Of the request that is cut in pieces."""

OF_VERIFICATION = (VERIFICATION, (IMPLICIT_VR_LE,))
OF_FIND = (STUDY_ROOT.find_uid, (IMPLICIT_VR_LE,))
FINDS = (supports(STUDY_ROOT.find_uid, IMPLICIT_VR_LE),)

_GREATEST_SENT = 1 << 21
"""Bytes: the longest PDU that a case sends to reach the maximum length of a peer."""


def queried(pdus: Callable[[bytes, bytes], Sequence[p.PDU]]) -> Script:
    """A C-FIND for nothing, of whose command and identifier `pdus` makes PDUs."""

    def script(bench: Bench) -> Seen:
        with bench.established((OF_VERIFICATION, OF_FIND)) as talk:
            talk.context_of(STUDY_ROOT.find_uid)
            talk.send(*pdus(encode_command(c_find_rq(MESSAGE_ID, STUDY_ROOT.find_uid)), query_for_nothing()))
            return talk.reaction()

    return script


def of_length(bench: Bench, beyond: int) -> Seen:
    """A C-FIND whose identifier comes in one P-DATA-TF of the peer's maximum length, or of more."""
    maximum = bench.facts.maximum_length
    if not 0 < maximum <= _GREATEST_SENT:
        raise Inconclusive(f"the peer announces a maximum length of {maximum}, which this case does not try")
    length = (maximum + beyond - PDV_OVERHEAD) & ~1
    with bench.established((OF_VERIFICATION, OF_FIND)) as talk:
        talk.context_of(STUDY_ROOT.find_uid)
        command = encode_command(c_find_rq(MESSAGE_ID, STUDY_ROOT.find_uid))
        talk.send(p.PDataTF((p.PDV(3, True, True, command),)))
        talk.send(p.PDataTF((p.PDV(3, False, True, query_of_length(length)),)))
        return talk.reaction()
