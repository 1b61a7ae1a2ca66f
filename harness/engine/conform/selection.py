"""Which cases run, in which order, and which of them policy refuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.engine.conform.model import Case, Conduct, Profile
from harness.results.model import Level
from harness.scenario.caution import Environment

_LEVELS = (Level.REQUIRED, Level.RECOMMENDED, Level.INFORMATIONAL)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: patterns of ids (`ul/`, `ul/*/version-*`), the least binding level, the profile.

    Without a profile it is `acceptance` on a peer for tests, and `safe` on others. Cases that wait for timers of the
    peer are there with `timers`, in every profile.
    """

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    level: Level = Level.INFORMATIONAL
    profile: Profile | None = None
    timers: bool = False

    def profile_for(self, environment: Environment) -> Profile:
        """The profile that holds on a peer that is used for this."""
        if self.profile is not None:
            return self.profile
        return Profile.ACCEPTANCE if environment is Environment.TEST else Profile.SAFE

    def chosen(self, cases: Iterable[Case], environment: Environment) -> list[Case]:
        """The cases in the order in which they run: those that only read first, those that break rules last.

        Cases that `only` names are there whatever their profile; those that wait for timers, where a pattern names
        nothing else: `ul/` alone asks nobody to wait for minutes.
        """
        profile = self.profile_for(environment)
        cases = list(cases)
        found = [
            case
            for case in cases
            if (self._is_named(case, cases) if self.only else self._is_in(case, profile))
            and not fits(case.id, self.exclude)
            and _LEVELS.index(case.level) <= _LEVELS.index(self.level)
        ]
        return sorted(found, key=lambda case: case.conduct)

    def _is_in(self, case: Case, profile: Profile) -> bool:
        return self.timers if case.waits else case.profile <= profile

    def _is_named(self, case: Case, cases: Sequence[Case]) -> bool:
        patterns = [pattern for pattern in self.only if fits(case.id, (pattern,))]
        if not case.waits or self.timers:
            return bool(patterns)
        return any(all(one.waits for one in cases if fits(one.id, (pattern,))) for pattern in patterns)

    def unmatched(self, cases: Sequence[Case]) -> list[str]:
        """The patterns that no case fits."""
        return [pattern for pattern in (*self.only, *self.exclude) if not any(fits(c.id, (pattern,)) for c in cases)]


def fits(identifier: str, patterns: Iterable[str]) -> bool:
    """Whether an id is one of those named: whole, by its beginning (`ul/`), or with `*` and `?`."""
    return any(
        identifier == pattern
        or (pattern.endswith("/") and identifier.startswith(pattern))
        or fnmatchcase(identifier, pattern)
        for pattern in patterns
    )


_DOES = {
    Conduct.PROBES: "sends what shows up in logs and can hold servers up",
    Conduct.WRITES: "writes to the peer",
    Conduct.BREAKS: "breaks rules of the protocol",
}


def refusal(case: Case, environment: Environment) -> str:
    """Why a case may not be run on a peer that is used for this, with the remedy; empty when it may."""
    if environment is Environment.TEST or case.conduct is Conduct.READS:
        return ""
    return f"this case {_DOES[case.conduct]}, and the peer is {environment.value}: it needs `--environment test`"
