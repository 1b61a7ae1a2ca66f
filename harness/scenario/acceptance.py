"""Acceptance policies: what a peer shall accept, must not, or may; recorded by `probe --save`, edited by people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from pydantic import Field, field_validator

from harness.scenario.fields import CountField, OneOrMore, SOPClass, Spec, Text, TransferSyntax
from harness.scenario.mistakes import Mistakes
from harness.scenario.spec import Version
from harness.scenario.variables import NodePath
from harness.standard.families import Family, family_of
from harness.standard.uids import uid_name

Cell = tuple[str, str]
"""SOP class and transfer syntax, by UID."""


class Standing(StrEnum):
    """What a policy says of something."""

    REQUIRED = "required"
    TOLERATED = "tolerated"
    FORBIDDEN = "forbidden"


class LineSpec(Spec):
    """SOP classes for which the same holds. What is accepted and stands in no line is new."""

    sop_classes: list[SOPClass] = Field(min_length=1, description="By name, keyword or UID.")
    required: list[TransferSyntax] = Field(default=[], description="Not to accept one of these is a failure.")
    tolerated: list[TransferSyntax] = Field(default=[], description="Accepted or not, both are in order.")
    forbidden: list[TransferSyntax] = Field(default=[], description="To accept one of these is a failure.")
    requestor_as_scp: Standing | None = Field(
        None, description="Of storage SOP classes: to let the requestor be SCP (PS3.7 D.3.3.4), as C-GET needs it."
    )

    @field_validator("sop_classes")
    @classmethod
    def _each_once(cls, sop_classes: list[str]) -> list[str]:
        return list(dict.fromkeys(sop_classes))


class ValuesSpec(Spec):
    """Values of which a peer announces one. One that is in none of the lists is new."""

    required: OneOrMore[Text] = Field([], description="If there are any: another value that is not tolerated fails.")
    tolerated: OneOrMore[Text] = Field([], description="In order.")
    forbidden: OneOrMore[Text] = Field([], description="To announce one of these is a failure.")

    @field_validator("forbidden")
    @classmethod
    def _not_both(cls, forbidden: list[str], info: object) -> list[str]:
        stated = getattr(info, "data", {})
        for kind in (Standing.REQUIRED, Standing.TOLERATED):
            both = [value for value in forbidden if value in stated.get(kind.value, ())]
            if both:
                raise ValueError(f"`{both[0]}` is {kind.value}, too; take it out of one of the lists")
        return forbidden


class ImplementationSpec(Spec):
    """What the peer says of itself (PS3.7 D.3.3.2)."""

    class_uid: ValuesSpec = Field(default_factory=ValuesSpec, description="Implementation class UID.")
    version_name: ValuesSpec = Field(default_factory=ValuesSpec, description="Implementation version name.")


class LimitsSpec(Spec):
    """What the peer has room for."""

    maximum_length: CountField | None = Field(
        None, description="Maximum length of P-DATA-TF that it announces, in bytes; no limit is more than any."
    )
    associations: CountField | None = Field(
        None, description="Associations at once; compared where they were counted (`probe --associations-at-once`)."
    )


class PolicySpec(Spec):
    """What is to be accepted and announced; only what is named here is compared."""

    implementation: ImplementationSpec = Field(
        default_factory=ImplementationSpec, description="What the peer says of itself."
    )
    limits: LimitsSpec = Field(default_factory=LimitsSpec, description="What the peer has room for.")
    contexts: list[LineSpec] = Field([], description="What is to be accepted.")

    @field_validator("contexts")
    @classmethod
    def _consistent(cls, lines: list[LineSpec]) -> list[LineSpec]:
        mistakes = Mistakes()
        _note_unlike_syntaxes(lines, mistakes)
        _note_unlike_roles(lines, mistakes)
        mistakes.raise_any()
        return lines

    def cells(self, kind: Standing) -> frozenset[Cell]:
        """The pairs of SOP class and transfer syntax of which the policy says this."""
        return frozenset(cell for line in self.contexts for cell in _pairs(line, kind))

    def roles(self) -> dict[str, Standing]:
        """What the policy says of the requestor as SCP, by SOP class."""
        return {
            uid: line.requestor_as_scp
            for line in self.contexts
            if line.requestor_as_scp is not None
            for uid in line.sop_classes
        }

    def sop_classes(self) -> tuple[str, ...]:
        """All SOP classes that the policy names."""
        return tuple(dict.fromkeys(uid for line in self.contexts for uid in line.sop_classes))

    def transfer_syntaxes(self) -> tuple[str, ...]:
        """All transfer syntaxes that the policy names."""
        return tuple(dict.fromkeys(uid for line in self.contexts for kind in Standing for uid in getattr(line, kind)))


class AcceptanceSpec(PolicySpec):
    """All of a file."""

    version: Version = Field(description="Always 1.")


def _pairs(line: LineSpec, kind: Standing) -> Iterator[Cell]:
    return ((uid, syntax) for uid in line.sop_classes for syntax in getattr(line, kind))


_Stated = tuple[Standing, NodePath]
"""What is said of something, and where."""


def _note_unlike_syntaxes(lines: Sequence[LineSpec], mistakes: Mistakes) -> None:
    """A pair of which two lines say two things is a mistake in both places, told of the first such pair there."""
    said: dict[Cell, _Stated] = {}
    told: set[tuple[NodePath, NodePath]] = set()
    for cell, here in _statements(lines):
        there = said.setdefault(cell, here)
        places = (there[1], here[1])
        if there[0] is not here[0] and places not in told:
            told.add(places)
            _note_both(f"{uid_name(cell[0])} in {uid_name(cell[1])}", there, here, mistakes)


def _statements(lines: Sequence[LineSpec]) -> Iterator[tuple[Cell, _Stated]]:
    for number, line in enumerate(lines):
        for kind in Standing:
            for at, syntax in enumerate(getattr(line, kind)):
                yield from (((uid, syntax), (kind, (number, kind.value, at))) for uid in line.sop_classes)


def _note_unlike_roles(lines: Sequence[LineSpec], mistakes: Mistakes) -> None:
    said: dict[str, _Stated] = {}
    for number, line in enumerate(lines):
        kind, here = line.requestor_as_scp, (number, "requestor_as_scp")
        if kind is None:
            continue
        with mistakes.at(here):
            others = [uid for uid in line.sop_classes if family_of(uid) is not Family.STORAGE]
            if others:
                raise ValueError(f"{uid_name(others[0])} is no storage SOP class: no role is proposed for it")
        for uid in line.sop_classes:
            before, there = said.setdefault(uid, (kind, here))
            if before is not kind:
                _note_both(f"the requestor as SCP of {uid_name(uid)}", (before, there), (kind, here), mistakes)
                break


def _note_both(what: str, first: _Stated, second: _Stated, mistakes: Mistakes) -> None:
    for (kind, here), (other, there) in ((first, second), (second, first)):
        with mistakes.at(here):
            raise ValueError(
                f"{what} is {kind.value} here, and {other.value} by entry {int(there[0]) + 1} of `contexts`"
            )
