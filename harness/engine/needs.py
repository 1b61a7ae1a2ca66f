"""What an association must be able to carry: presentation contexts and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE
from harness.ul.items import RoleSelection

Context = tuple[str, tuple[str, ...]]

IDENTIFIER_SYNTAXES = (EXPLICIT_VR_LE, IMPLICIT_VR_LE)


@dataclass(frozen=True, slots=True)
class Needs:
    """Presentation contexts to propose, and storage classes for which the requestor takes the SCP role."""

    contexts: tuple[Context, ...] = ()
    received_classes: frozenset[str] = frozenset()

    def roles(self, stored: Iterable[str] = ()) -> tuple[RoleSelection, ...]:
        """Role selections (PS3.7 D.3.3.4); classes that are also stored keep the SCU role."""
        both = frozenset(stored)
        return tuple(RoleSelection(uid, int(uid in both), 1) for uid in sorted(self.received_classes))
