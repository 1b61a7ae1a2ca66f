"""What changes of PDUs and messages have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Tag
from harness.proxy.fault import ChangeMessage, ChangePdu, Unit
from harness.proxy.pieces import Piece, Whole
from harness.proxy.session import Session
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu


def instead(*pieces: Piece) -> Callable[[object, Session], Sequence[Piece]]:
    """These in place of what came."""
    return lambda unit, session: pieces


def before(*pieces: Piece) -> ChangePdu:
    """These, and then what came."""
    return lambda unit, session: (*pieces, unit.data)


def after(*pieces: Piece) -> ChangePdu:
    """What came, and then these."""
    return lambda unit, session: (unit.data, *pieces)


def answer(change: Callable[[p.AssociateAC, Session], p.AssociateAC]) -> ChangePdu:
    """Another A-ASSOCIATE-AC; one that cannot be decoded stays as it is."""

    def changed(unit: Unit, session: Session) -> Sequence[Piece]:
        pdu = unit.pdu
        return (encode_pdu(change(pdu, session)) if isinstance(pdu, p.AssociateAC) else unit.data,)

    return changed


def request(change: Callable[[p.AssociateRQ], p.AssociateRQ]) -> ChangePdu:
    """Another A-ASSOCIATE-RQ."""

    def changed(unit: Unit, session: Session) -> Sequence[Piece]:
        pdu = unit.pdu
        return (encode_pdu(change(pdu)) if isinstance(pdu, p.AssociateRQ) else unit.data,)

    return changed


def user_items(
    items: Sequence[i.Item], change: Callable[[list[i.UserItem]], Sequence[i.UserItem]]
) -> tuple[i.Item, ...]:
    """The items with other sub-items of User Information."""
    return tuple(
        i.UserInformation(tuple(change(list(item.items)))) if isinstance(item, i.UserInformation) else item
        for item in items
    )


def command(change: Callable[[dict[int, Value]], None]) -> ChangeMessage:
    """Another command set, made by changing its elements."""

    def changed(message: Whole, session: Session) -> Sequence[Piece]:
        elements = dict(message.command.elements)
        change(elements)
        return (replace(message, command=CommandSet(elements)),)

    return changed


def putting(tag: Tag, value: Value) -> ChangeMessage:
    """Another value of a command element."""
    return command(lambda elements: elements.__setitem__(tag, value))


def without(tag: Tag) -> ChangeMessage:
    """A command element left out."""

    def change(elements: dict[int, Value]) -> None:
        elements.pop(tag, None)

    return command(change)


def adding(tag: Tag, amount: int) -> ChangeMessage:
    """A number of the command, more or less; left alone where it is absent."""

    def change(elements: dict[int, Value]) -> None:
        value = elements.get(tag)
        if isinstance(value, int):
            elements[tag] = (value + amount) % 0x10000

    return command(change)
