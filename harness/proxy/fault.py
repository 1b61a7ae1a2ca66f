"""What a fault is: when it strikes, and what it makes of what goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from harness.dimse.command import CommandSet
from harness.proxy.pieces import Piece, Side, Whole, other_side
from harness.proxy.session import Session
from harness.ul.decode import decode_pdu
from harness.ul.pdu import HEADER_LENGTH, PDU


@dataclass(frozen=True, slots=True)
class Unit:
    """A PDU on its way, header included."""

    data: bytes

    @property
    def pdu_type(self) -> int:
        """The type in its header."""
        return self.data[0]

    @property
    def body(self) -> bytes:
        """What follows the header."""
        return self.data[HEADER_LENGTH:]

    @property
    def pdu(self) -> PDU:
        """The PDU, as far as it can be decoded."""
        return decode_pdu(self.pdu_type, self.body)[0]


ChangePdu = Callable[[Unit, Session], Sequence[Piece]]
ChangeMessage = Callable[[Whole, Session], Sequence[Piece]]
"""What becomes of a PDU or a message that is struck."""


@dataclass(frozen=True, slots=True)
class OnPdu:
    """A fault that makes something else of a PDU of these types."""

    types: tuple[int, ...]
    change: ChangePdu
    among: Callable[[Unit], bool] = lambda unit: True


@dataclass(frozen=True, slots=True)
class OnMessage:
    """A fault that makes something else of a message with one of these Command Fields; empty: of any.

    Whether a message is an occasion is known from its command set.
    """

    commands: tuple[int, ...]
    change: ChangeMessage
    among: Callable[[CommandSet], bool] = lambda command: True


@dataclass(frozen=True, slots=True)
class OnEnd:
    """A fault that makes something else of the end of what a side says."""

    change: Callable[[Session], Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A named misbehavior of one side.

    `summary` says in a sentence what that side then does. `breaks` are the ids of the requirements that this violates;
    empty for what is its own decision. `permitted` is what the standard allows and others have to cope with: no check
    may accuse anybody of it. With `heard` it strikes at what that side hears, not at what it says.
    """

    name: str
    side: Side
    summary: str
    what: OnPdu | OnMessage | OnEnd
    breaks: tuple[str, ...] = ()
    heard: bool = False
    permitted: bool = False

    @property
    def way(self) -> Side:
        """The side at whose words it strikes."""
        return other_side(self.side) if self.heard else self.side


def permitted(fault: Fault) -> Fault:
    """The same as something that the standard permits."""
    return replace(fault, permitted=True)


@dataclass(slots=True)
class Armed:
    """A fault that waits for its occasions: the `nth` one, counted from 1, or every one where it is None."""

    fault: Fault
    nth: int | None = None
    seen: int = field(default=0, init=False)

    def strikes_pdu(self, unit: Unit) -> ChangePdu | None:
        """What becomes of this PDU, when the fault strikes; an occasion is counted."""
        what = self.fault.what
        if isinstance(what, OnPdu) and unit.pdu_type in what.types and what.among(unit) and self._is_time():
            return what.change
        return None

    def strikes_message(self, command: CommandSet) -> ChangeMessage | None:
        """What becomes of the message with this command set, when the fault strikes; an occasion is counted."""
        what = self.fault.what
        if not isinstance(what, OnMessage) or (what.commands and command.command_field not in what.commands):
            return None
        return what.change if what.among(command) and self._is_time() else None

    def strikes_end(self) -> Callable[[Session], Sequence[Piece]] | None:
        """What becomes of the end of the side's words, when the fault strikes; an occasion is counted."""
        what = self.fault.what
        return what.change if isinstance(what, OnEnd) and self._is_time() else None

    def _is_time(self) -> bool:
        """Count one more occasion; whether the fault strikes at it."""
        self.seen += 1
        return self.nth in (None, self.seen)
