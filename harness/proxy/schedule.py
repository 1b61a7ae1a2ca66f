"""When which fault strikes, as a file in YAML says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from harness.dimse.elements import COMMAND_NAMES, Tag
from harness.proxy.catalogue import FAULTS
from harness.proxy.fault import Armed, Fault, OnMessage
from harness.proxy.faults.changing import putting
from harness.proxy.faults.responses import is_final
from harness.proxy.pieces import Side
from harness.scenario.fields import Spec, WholeNumber, one_of, text_of
from harness.scenario.load import load_whole
from harness.scenario.problems import did_you_mean

_COMMANDS = {name: field for field, name in COMMAND_NAMES.items()}
_AnyCommand = one_of(list(_COMMANDS), "DIMSE message")
Ordinal = Annotated[WholeNumber, Field(ge=1)]


def _fault_name(value: Any) -> str:
    name = text_of(value)
    if name not in FAULTS:
        raise ValueError(no_such_fault(name))
    return name


def no_such_fault(name: str) -> str:
    """What to say of a name that is none."""
    return f"there is no fault `{name}`{did_you_mean(name, list(FAULTS))}; `dicom-harness proxy --list-faults` has all"


def _status(value: Any) -> int:
    text = text_of(value).removesuffix("H").removeprefix("0x")
    try:
        status = int(text, 16)
    except ValueError:
        status = -1
    if not 0 <= status <= 0xFFFF:
        raise ValueError(f"`{value}` is no status; write four hexadecimal digits, as A700")
    return status


class EntrySpec(Spec):
    """A fault and its occasions."""

    fault: Annotated[str, BeforeValidator(_fault_name)] | None = Field(
        None, description="Name of a fault; `--list-faults` has them."
    )
    status: Annotated[int, BeforeValidator(_status)] | None = Field(
        None, description="Instead of a fault: the status that final responses get."
    )
    message: Annotated[str, _AnyCommand] | None = Field(
        None, description="Only messages of this name count, as `C-STORE-RSP`; for faults of messages."
    )
    occasion: Ordinal | None = Field(None, description="Only at the occasion of this number; at all by default.")
    association: Ordinal | None = Field(None, description="Only on the association of this number; on all by default.")

    @model_validator(mode="after")
    def _just_one(self) -> EntrySpec:
        if (self.fault is None) is (self.status is None):
            raise ValueError("write just one of `fault: NAME` and `status: A700`")
        if self.message is not None and self.fault and not isinstance(FAULTS[self.fault].what, OnMessage):
            raise ValueError(f"`{self.fault}` strikes at PDUs, so `message` has no meaning here")
        return self


class ScheduleSpec(Spec):
    """A schedule of faults."""

    faults: list[EntrySpec] = Field(description="Each with its occasions; of those that fit, the first strikes.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A fault with its occasions; None is every one."""

    fault: Fault
    occasion: int | None = None
    association: int | None = None


def always(names: Sequence[str]) -> list[Entry]:
    """These faults, whenever they can strike. Raises KeyError for a name that is none."""
    return [Entry(FAULTS[name]) for name in names]


def read_schedule(path: Path) -> list[Entry]:
    """The entries of a file. Raises `UsageError` for one that is not there, `ScenarioError` with every mistake."""
    return [_entry(spec) for spec in load_whole(path, ScheduleSpec).faults]


def arming(entries: Sequence[Entry]) -> Callable[[int], Iterator[Armed]]:
    """What is armed for the association of a number, each time anew."""

    def arm(number: int) -> Iterator[Armed]:
        for entry in entries:
            if entry.association in (None, number):
                yield Armed(entry.fault, entry.occasion)

    return arm


def _entry(spec: EntrySpec) -> Entry:
    fault = FAULTS[spec.fault] if spec.fault is not None else _answering(spec.status or 0)
    if spec.message is not None and isinstance(fault.what, OnMessage):
        fault = replace(fault, what=replace(fault.what, commands=(_COMMANDS[spec.message],)))
    return Entry(fault, spec.occasion, spec.association)


def _answering(status: int) -> Fault:
    """Final responses with this status."""
    what = OnMessage((), putting(Tag.STATUS, status), is_final)
    return Fault(f"status {status:04X}H", Side.ACCEPTOR, f"Answers with the status {status:04X}H.", what)
