"""What a query or a retrieve asked for, by its unique keys (PS3.4 C.2.2.1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.standard.models import UNIQUE_KEYS

_WILDCARDS = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Asked:
    """The level of an identifier and the values of its unique keys, by keyword.

    `narrowed` says that matching keys of another kind stand beside them, or wildcards within.
    """

    level: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    narrowed: bool = False

    @property
    def key(self) -> str:
        """The unique key of the level, by keyword; empty without a level of the Query/Retrieve models."""
        return UNIQUE_KEYS.get(self.level, "")

    @property
    def wanted(self) -> frozenset[str]:
        """The values of the unique key of the level that are asked for; empty when it is open."""
        return frozenset(self.values.get(self.key, ()))

    def fits(self, instance: Mapping[str, str]) -> bool:
        """Whether an instance with these unique keys is among what is asked for, were it for them alone."""
        return all(instance.get(keyword) in values for keyword, values in self.values.items())


def asked_by(level: str, keys: Mapping[str, str]) -> Asked:
    """What an identifier with these keys asks for, by keyword; empty ones ask for nothing."""
    given = {keyword: value for keyword, value in keys.items() if value}
    plain = {keyword: value for keyword, value in given.items() if not _WILDCARDS & set(value)}
    unique = {keyword: tuple(plain[keyword].split("\\")) for keyword in UNIQUE_KEYS.values() if keyword in plain}
    return Asked(level, unique, narrowed=len(unique) < len(given))
