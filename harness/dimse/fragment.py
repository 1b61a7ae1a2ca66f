"""Messages cut into P-DATA-TF PDUs under the peer's maximum length, and put together again (PS3.8 Annex E)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from harness.dimse.command import CommandSet, decode_command
from harness.ul.deviation import Deviation
from harness.ul.encode import pdata_header
from harness.ul.pdu import PDV

PDV_OVERHEAD = 6
"""Bytes of a P-DATA-TF variable field that are not fragment: PDV length, context id, control header."""

DEFAULT_FRAGMENT_LENGTH = 131072 - PDV_OVERHEAD
"""The longest fragment sent to a peer that names no maximum, in bytes."""


_LONGEST_KNOWN = 100
"""Bytes of a command that names no instance: associations begin with the same ones over and over."""

_decode_known = lru_cache(64)(decode_command)
"""For those. Not to be handed out."""

_DEVIATIONS_KEPT = 100
"""A peer that sends nothing but stray fragments must not fill the memory."""


class PduTooSmall(ValueError):
    """No legal fragment fits the peer's maximum length (PS3.8 D.1: an even fragment of at least 2 bytes)."""


def fragment_length(maximum_length: int | None) -> int:
    """The longest even fragment that a peer with this maximum length takes; 0 and None mean no limit (PS3.8 D.1).

    Raises `PduTooSmall` when the maximum leaves room for no fragment.
    """
    if not maximum_length:
        return DEFAULT_FRAGMENT_LENGTH
    length = min(maximum_length - PDV_OVERHEAD, 1 << 24) & ~1
    if length < 2:
        raise PduTooSmall(f"the peer's maximum length of {maximum_length} bytes leaves no room for a fragment")
    return length


def fragments(
    context_id: int, is_command: bool, data: memoryview, maximum_fragment: int, *, final: bool = True
) -> Iterator[tuple[bytes, memoryview]]:
    """One (PDU header, fragment) per P-DATA-TF; the fragment is a slice of `data`, nothing is copied.

    `data` and `maximum_fragment` must be even, or fragments are not (PS3.8 E.1). `final` says whether the last
    fragment carries the *last* bit. Full-size PDUs share one header object. Without data there is one empty fragment.
    """
    total = len(data)
    if total > maximum_fragment:
        whole = pdata_header(maximum_fragment, context_id, is_command, False)
        for offset in range(0, total - maximum_fragment, maximum_fragment):
            yield whole, data[offset : offset + maximum_fragment]
        data = data[(total - 1) // maximum_fragment * maximum_fragment :]
    yield pdata_header(len(data), context_id, is_command, final), data


def lone(context_id: int, is_command: bool, data: bytes | memoryview) -> bytes:
    """The P-DATA-TF of a command, or of a data set, that is all in one fragment."""
    return pdata_header(len(data), context_id, is_command, True) + data


class Sink(Protocol):
    """Where a large data set goes while it arrives."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take the next bytes."""


OpenSink = Callable[[int, CommandSet], Sink | None]


@dataclass(slots=True)
class Message:
    """A whole DIMSE message. `data` is None without data set; with a sink, its bytes went there and `data` is empty."""

    context_id: int
    command: CommandSet
    data: bytes | None = None
    sink: Sink | None = None
    data_length: int = 0
    deviations: list[Deviation] = field(default_factory=list)


class Assembler:
    """Puts PDVs together to messages; lenient, what is wrong is noted at the message it belongs to.

    `open_sink` may give a place for the data set of a command as soon as the command is there, so that memory
    does not grow with it. Nothing is raised but what a sink raises.
    """

    def __init__(self, open_sink: OpenSink | None = None) -> None:
        self.open_sink = open_sink
        self.deviations: list[Deviation] = []
        """What is wrong with PDVs that no finished message has taken over yet."""
        self.disorder = ""
        """The latest rule about the order of fragments that was broken; empty while none was."""
        self._command_parts = bytearray()
        self._latest: tuple[bytes, CommandSet, list[Deviation]] | None = None
        """The latest command as bytes and decoded: those of pending responses are all alike."""
        self._data_parts = bytearray()
        self._message: Message | None = None
        """The message whose data set is awaited."""
        self._context_id: int | None = None

    @property
    def idle(self) -> bool:
        """Whether no message is under way."""
        return self._context_id is None

    @property
    def streams(self) -> bool:
        """Whether a data set is on its way that goes into a sink."""
        return self._message is not None and self._message.sink is not None

    def feed(self, pdv: PDV) -> Message | None:
        """Take one PDV; returns the message that it completes."""
        if self._context_id is None:
            self._context_id = pdv.context_id
        elif pdv.context_id != self._context_id:
            self._note(
                "message-context",
                f"a message began on presentation context {self._context_id} and goes on on {pdv.context_id}",
            )
        return self._command(pdv) if pdv.is_command else self._data(pdv)

    def opening(self, message: Message) -> bytes | None:
        """The P-DATA-TF that a message begins with if it differs in nothing but its data set from one just finished.

        None where each message has to be fed: without data set, with deviations, or where sinks are opened.
        """
        if self._latest is None or self.open_sink is not None or message.data is None or message.deviations:
            return None
        data, command, _ = self._latest
        return lone(message.context_id, True, data) if command is message.command else None

    def _note(self, rule: str, text: str) -> None:
        self.disorder = text
        if len(self.deviations) < _DEVIATIONS_KEPT:
            self.deviations.append(Deviation(rule, "PS3.8 E.1", text))

    def _command(self, pdv: PDV) -> Message | None:
        """A command between the fragments of a data set is a message of its own; a second data set ends the first."""
        if self._message is not None:
            self._note("message-interleaved", "a command fragment came before the last fragment of a data set")
        whole = _joined(self._command_parts, pdv)
        if whole is None:
            return None
        command, found = self._decoded(whole)
        message = Message(pdv.context_id, command, deviations=list(found))
        if not command.has_data_set:
            return self._finish(message)
        self._data_parts.clear()
        self._message = message
        message.sink = self.open_sink(pdv.context_id, command) if self.open_sink else None
        return None

    def _decoded(self, data: bytes) -> tuple[CommandSet, list[Deviation]]:
        if self._latest is None or self._latest[0] != data:
            if len(data) <= _LONGEST_KNOWN:
                command, found = _decode_known(data)
                self._latest = data, CommandSet(command.elements), found
            else:
                self._latest = data, *decode_command(data)
        return self._latest[1:]

    def _data(self, pdv: PDV) -> Message | None:
        message = self._message
        if message is None:
            self._note("data-set-announced", "a data set fragment came without a command that announces it")
            if not self._command_parts:
                self._context_id = None
            return None
        if self._command_parts:
            self._note("message-interleaved", "a data set fragment came before the last fragment of a command")
        message.data_length += len(pdv.fragment)
        if message.sink is None:
            message.data = _joined(self._data_parts, pdv)
        else:
            message.sink.write(pdv.fragment)
            message.data = b"" if pdv.is_last else None
        if message.data is None:
            return None
        self._message = None
        return self._finish(message)

    def _finish(self, message: Message) -> Message:
        if self.deviations:
            message.deviations += self.deviations
            self.deviations = []
        if self._message is None and not self._command_parts:
            self._context_id = None
        return message


def _joined(parts: bytearray, pdv: PDV) -> bytes | None:
    """The fragments up to the last one put together, which need not be done for a lone one; None until it has come."""
    if pdv.is_last and not parts:
        return bytes(pdv.fragment)
    parts += pdv.fragment
    if not pdv.is_last:
        return None
    whole = bytes(parts)
    parts.clear()
    return whole
