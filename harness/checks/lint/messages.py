"""The messages of one side, put together from its fragments (PS3.8 E.1; PS3.7 6.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checks.lint.reading import SeenPdu
from harness.dimse.command import CommandSet
from harness.dimse.fragment import Assembler, Message
from harness.ul import pdu as p
from harness.ul.deviation import Deviation


@dataclass(frozen=True, slots=True)
class SeenCommand:
    """A whole command set; with `data_follows` its data set is still to come."""

    seen: SeenPdu
    context_id: int
    command: CommandSet
    data_follows: bool


class _Nowhere:
    """Where data sets go: nobody looks at them."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take the next bytes."""
        return len(data)


_NOWHERE = _Nowhere()


class Side:
    """What one side sends. `latest` is its latest command set, and `octets` the bytes of it."""

    def __init__(self) -> None:
        self.latest: CommandSet | None = None
        self.octets = b""
        self.deviations: list[Deviation] = []
        """What is wrong with messages, from the beginning of their command set."""
        self.complete = True
        """Whether every message that was begun has come to its end."""
        self._assembler = Assembler(self._begin_data_set)
        self._parts: list[bytes] = []
        self._announced: tuple[int, CommandSet] | None = None

    def take(self, seen: SeenPdu, pdu: p.PDataTF) -> Iterator[SeenCommand]:
        """The command sets that the PDVs of a PDU complete."""
        for pdv in pdu.pdvs:
            if pdv.is_command:
                self._parts.append(bytes(pdv.fragment))
                if pdv.is_last:
                    self.octets = b"".join(self._parts)
                    self._parts.clear()
            message = self._assembler.feed(pdv)
            self.deviations += message.deviations if message is not None else self._noticed()
            found = self._command(pdv, message)
            self.complete = self._assembler.idle
            if found is not None:
                self.latest = found[1]
                yield SeenCommand(seen, *found)

    def _noticed(self) -> list[Deviation]:
        """What was wrong with the PDV itself, without waiting for a message that may never be whole."""
        noticed, self._assembler.deviations = self._assembler.deviations, []
        return noticed

    def _begin_data_set(self, context_id: int, command: CommandSet) -> _Nowhere:
        self._announced = (context_id, command)
        return _NOWHERE

    def _command(self, pdv: p.PDV, message: Message | None) -> tuple[int, CommandSet, bool] | None:
        if self._announced is not None:
            announced, self._announced = self._announced, None
            return (*announced, True)
        if message is not None and pdv.is_command:
            return message.context_id, message.command, False
        return None
