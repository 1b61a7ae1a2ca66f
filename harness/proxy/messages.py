"""Faults that strike at whole messages; messages that none strikes pass in the PDUs in which they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.dimse.command import CommandSet
from harness.dimse.elements import Tag
from harness.dimse.fragment import Assembler, Message, Sink
from harness.proxy.fault import Armed, ChangeMessage, Unit
from harness.proxy.pieces import Piece, Whole
from harness.proxy.session import Session
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu


class Nothing:
    """Where data sets go that nobody keeps."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Drop it."""
        return None


def _uncounted(message: Message) -> CommandSet:
    """The command set without its group length, so that it is right however a fault changes the rest.

    Otherwise a fault would be noticed by its length alone. A group length that is wrong already stays.
    """
    if any(deviation.rule == "group-length" for deviation in message.deviations):
        return message.command
    elements = {tag: value for tag, value in message.command.elements.items() if tag != Tag.COMMAND_GROUP_LENGTH}
    return CommandSet(elements)


class MessageFaults:
    """Follows the messages of one side. What is to become of one is known with its command set.

    Only a message that a fault strikes is held back until it is whole.
    """

    def __init__(self, armed: Sequence[Armed], session: Session) -> None:
        self._armed = armed
        self._session = session
        self._assembler = Assembler(self._open_sink)
        self._held: list[bytes] = []
        """PDUs of the message under way that were not passed on."""
        self._change: ChangeMessage | None = None
        self._is_decided = False

    def pdu(self, unit: Unit) -> Iterator[Piece]:
        """What becomes of a P-DATA-TF, and of those that were held back for it."""
        pdu = unit.pdu
        if not isinstance(pdu, p.PDataTF):
            yield unit.data
            return
        for data, pdvs in self._by_message(unit, pdu):
            yield from self._part(data, pdvs)

    def finish(self) -> Sequence[bytes]:
        """What was held back for the rest of a message that never came."""
        return self._pass_on()

    def _by_message(self, unit: Unit, pdu: p.PDataTF) -> Iterator[tuple[bytes, Sequence[p.PDV]]]:
        """The PDU as it is; one with fragments of several messages (which PS3.8 E.1 forbids) as a PDU for each."""
        parts: list[list[p.PDV]] = [[]]
        for before, pdv in zip((None, *pdu.pdvs), pdu.pdvs, strict=False):
            if before is not None and pdv.is_command and before.is_last:
                parts.append([])
            parts[-1].append(pdv)
        if len(parts) == 1:
            yield unit.data, pdu.pdvs
            return
        for part in parts:
            yield encode_pdu(p.PDataTF(tuple(part))), part

    def _part(self, data: bytes, pdvs: Sequence[p.PDV]) -> Iterator[Piece]:
        self._held.append(data)
        message: Message | None = None
        for pdv in pdvs:
            message = self._assembler.feed(pdv) or message
        if message is not None:
            if not self._is_decided:
                self._decide(message.command)
            yield from self._finished(message)
        elif self._assembler.idle or (self._is_decided and self._change is None):
            yield from self._pass_on()

    def _finished(self, message: Message) -> Iterator[Piece]:
        change, self._change, self._is_decided = self._change, None, False
        if change is None:
            yield from self._pass_on()
            return
        self._held.clear()
        yield from change(Whole(message.context_id, _uncounted(message), message.data), self._session)

    def _pass_on(self) -> Sequence[bytes]:
        held, self._held = self._held, []
        return held

    def _open_sink(self, _context_id: int, command: CommandSet) -> Sink | None:
        """The command set is there, and a data set follows: it is kept for a fault that strikes."""
        self._decide(command)
        return None if self._change is not None else Nothing()

    def _decide(self, command: CommandSet) -> None:
        self._is_decided = True
        for one in self._armed:
            if (change := one.strikes_message(command)) is not None:
                self._change = change
                return
