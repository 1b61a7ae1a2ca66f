"""Results, sources and reasons of A-ASSOCIATE-RJ and A-ABORT, and presentation context results (PS3.8 9.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RESULTS = {1: "permanent", 2: "transient"}
SOURCES = {1: "service-user", 2: "service-provider-acse", 3: "service-provider-presentation"}
REASONS: dict[int, dict[int, str]] = {
    1: {
        1: "no-reason-given",
        2: "application-context-name-not-supported",
        3: "calling-ae-title-not-recognized",
        7: "called-ae-title-not-recognized",
    },
    2: {1: "no-reason-given", 2: "protocol-version-not-supported"},
    3: {1: "temporary-congestion", 2: "local-limit-exceeded"},
}
"""Reasons of A-ASSOCIATE-RJ by source (PS3.8 Table 9-21)."""

ABORT_SOURCES = {0: "service-user", 2: "service-provider"}
ABORT_REASONS = {
    0: "reason-not-specified",
    1: "unrecognized-pdu",
    2: "unexpected-pdu",
    4: "unrecognized-pdu-parameter",
    5: "unexpected-pdu-parameter",
    6: "invalid-pdu-parameter-value",
}
"""Reasons of A-ABORT by the service provider (PS3.8 Table 9-26)."""

CONTEXT_RESULTS = {
    0: "acceptance",
    1: "user-rejection",
    2: "no-reason",
    3: "abstract-syntax-not-supported",
    4: "transfer-syntaxes-not-supported",
}
"""Result/Reason of a presentation context (PS3.8 Table 9-18)."""


class UnknownCode(LookupError):
    """A name of no result, source or reason; `suggestions` are names like it."""

    def __init__(self, text: str, what: str, names: Iterable[str]) -> None:
        import difflib

        super().__init__(f"`{text}` is no {what} of a rejected association")
        self.suggestions = difflib.get_close_matches(text, list(dict.fromkeys(names)), n=3, cutoff=0.5)


def result_code(name: str) -> int:
    """The number of an A-ASSOCIATE-RJ result. Raises `UnknownCode`."""
    return _code(name, RESULTS, "result")


def source_code(name: str) -> int:
    """The number of an A-ASSOCIATE-RJ source. Raises `UnknownCode`."""
    return _code(name, SOURCES, "source")


def reason_codes(name: str) -> tuple[tuple[int, int], ...]:
    """Every (source, reason) with this name: sources share names. Raises `UnknownCode`."""
    found = [(source, code) for source, names in REASONS.items() for code, known in names.items() if known == name]
    if not found:
        raise UnknownCode(name, "reason", (known for names in REASONS.values() for known in names.values()))
    return tuple(found)


def _code(name: str, names: dict[int, str], what: str) -> int:
    for code, known in names.items():
        if known == name:
            return code
    raise UnknownCode(name, what, names.values())


def context_result_name(result: int | None) -> str:
    """The name of a presentation context result; `not answered` for None."""
    return "not answered" if result is None else CONTEXT_RESULTS.get(result, f"reserved-{result}")


def _name(names: dict[int, str], code: int) -> str:
    return names.get(code, f"reserved-{code}")


def _spoken(name: str) -> str:
    return name.replace("-ae-", "-AE-").replace("-", " ")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Result, source and reason of an A-ASSOCIATE-RJ, as numbers with names; reserved numbers keep their value."""

    result: int
    source: int
    reason: int

    @classmethod
    def from_names(cls, result: str, source: str, reason: str) -> Rejection:
        """From names. Raises `UnknownCode`, also for a reason that exists but not with this source."""
        source_number = source_code(source)
        reasons = REASONS[source_number]
        return cls(result_code(result), source_number, _code(reason, reasons, f"reason by {source}"))

    @property
    def result_name(self) -> str:
        """`permanent` or `transient`."""
        return _name(RESULTS, self.result)

    @property
    def source_name(self) -> str:
        """Who rejected, in the names of PS3.8 Table 9-21."""
        return _name(SOURCES, self.source)

    @property
    def reason_name(self) -> str:
        """Why, in the names of PS3.8 Table 9-21."""
        return _name(REASONS.get(self.source, {}), self.reason)

    def __str__(self) -> str:
        codes = f"{self.result}/{self.source}/{self.reason}"
        return f"rejected-{self.result_name}, by {self.source_name}: {_spoken(self.reason_name)} ({codes})"


@dataclass(frozen=True, slots=True)
class Abort:
    """Source and reason of an A-ABORT; the reason means something only from the service provider (PS3.8 9.3.8)."""

    source: int
    reason: int

    @property
    def source_name(self) -> str:
        """Who aborted."""
        return _name(ABORT_SOURCES, self.source)

    @property
    def reason_name(self) -> str:
        """Why; a service user never says."""
        return "reason-not-specified" if self.source == 0 else _name(ABORT_REASONS, self.reason)

    def __str__(self) -> str:
        return f"A-ABORT by {self.source_name}, {_spoken(self.reason_name)} ({self.source}/{self.reason})"
