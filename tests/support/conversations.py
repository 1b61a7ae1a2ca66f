"""Small associations as records of the wire, right in everything, to put one wrong thing into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.dimse.command import CommandSet, encode_command
from harness.observe.masking import Masker
from harness.observe.wire import WireRecord
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu


@dataclass
class Talk:
    """What both sides say, in order: (by the requestor, bytes of a PDU)."""

    said: list[tuple[bool, bytes]] = field(default_factory=list)

    def asks(self, *pdus: p.PDU | bytes) -> Talk:
        """The requestor sends these."""
        return self._more(True, pdus)

    def answers(self, *pdus: p.PDU | bytes) -> Talk:
        """The acceptor sends these."""
        return self._more(False, pdus)

    def _more(self, by_requestor: bool, pdus: Sequence[p.PDU | bytes]) -> Talk:
        said = [(by_requestor, pdu if isinstance(pdu, bytes) else encode_pdu(pdu)) for pdu in pdus]
        return Talk([*self.said, *said])

    def record(self, *, we_requested: bool = True, full: bool = False) -> WireRecord:
        """As it is kept by one of the two."""
        record = WireRecord(full=full)
        maskers = {sent: Masker(record, sent=sent) for sent in (True, False)}
        for by_requestor, data in self.said:
            maskers[by_requestor == we_requested].pdu(0.0, data[:6], data[6:])
        return record


def message(context_id: int, command: CommandSet | bytes, data: bytes | None = None) -> tuple[p.PDU, ...]:
    """A message in one PDU for its command set and one for its data set."""
    octets = command if isinstance(command, bytes) else encode_command(command)
    first = p.PDataTF((p.PDV(context_id, True, True, octets),))
    return (first,) if data is None else (first, p.PDataTF((p.PDV(context_id, False, True, data),)))
