"""What a rule is, and what it found."""

from __future__ import annotations

from dataclasses import dataclass

from harness.standard.requirements.model import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One passive check. `id` is `lint/…` and never given to another; `title` says what it demands of a sender.

    `requirements` are the ids of what it verifies, and `level` how binding the weightiest of them is.
    """

    id: str
    requirements: tuple[str, ...]
    level: Level
    title: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule was broken.

    `clause` is where the standard says so and `detail` a sentence without values of data sets. `entry` counts the
    PDUs of the association from 0, and `octets` shows the header or field in hexadecimal.
    """

    rule: Rule
    by_us: bool
    clause: str
    detail: str
    entry: int
    octets: str

    def __str__(self) -> str:
        return f"{self.detail} ({self.clause})"


def shall(name: str, title: str, *requirements: str) -> Rule:
    """A rule that binds."""
    return Rule(f"lint/{name}", requirements, Level.SHALL, title)


def should(name: str, title: str, *requirements: str) -> Rule:
    """A rule that the standard recommends, or implies without saying it."""
    return Rule(f"lint/{name}", requirements, Level.SHOULD, title)


def informative(name: str, title: str, *requirements: str) -> Rule:
    """A rule that tells of what is unusual; nobody is wrong there."""
    return Rule(f"lint/{name}", requirements, Level.INFORMATIVE, title)
