"""What is expected of a step that holds a peer against an acceptance policy: the policy itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.scenario.acceptance import PolicySpec
from harness.scenario.expect import Expectation


class PolicyExpectation(Expectation):
    """The expectations that a step states, and its policy, of which each part is a check of its own."""

    policy: PolicySpec

    def named(self) -> Iterator[tuple[str, Any]]:
        """Each expectation that was stated, with its name."""
        yield from ((name, value) for name, value in super().named() if name != "policy")
