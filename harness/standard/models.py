"""The Query/Retrieve information models (PS3.4 C.6)."""

from __future__ import annotations

from enum import StrEnum

UNIQUE_KEYS = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}
"""The unique key attribute of each level, by keyword."""


class QueryModel(StrEnum):
    """A Query/Retrieve information model."""

    PATIENT_ROOT = "patient-root"
    STUDY_ROOT = "study-root"
    PATIENT_STUDY_ONLY = "patient-study-only"

    @property
    def find_uid(self) -> str:
        """SOP class of its C-FIND."""
        return f"1.2.840.10008.5.1.4.1.2.{_NUMBERS[self]}.1"

    @property
    def move_uid(self) -> str:
        """SOP class of its C-MOVE."""
        return f"1.2.840.10008.5.1.4.1.2.{_NUMBERS[self]}.2"

    @property
    def get_uid(self) -> str:
        """SOP class of its C-GET."""
        return f"1.2.840.10008.5.1.4.1.2.{_NUMBERS[self]}.3"

    @property
    def levels(self) -> tuple[str, ...]:
        """Its levels from the root down."""
        return _LEVELS[self]

    def unique_key(self, level: str) -> str:
        """Keyword of the unique key of a level. Raises ValueError when the model does not have the level."""
        self._check(level)
        return UNIQUE_KEYS[level]

    def unique_keys_to(self, level: str) -> tuple[str, ...]:
        """Keywords of the unique keys from the root down to `level`, that of the level included.

        Raises ValueError when the model does not have the level.
        """
        self._check(level)
        return tuple(UNIQUE_KEYS[name] for name in self.levels[: self.levels.index(level) + 1])

    def _check(self, level: str) -> None:
        if level not in self.levels:
            raise ValueError(f"{self.value} has no level `{level}`; it has {', '.join(self.levels)}")


_NUMBERS = {QueryModel.PATIENT_ROOT: 1, QueryModel.STUDY_ROOT: 2, QueryModel.PATIENT_STUDY_ONLY: 3}
_LEVELS = {
    QueryModel.PATIENT_ROOT: ("PATIENT", "STUDY", "SERIES", "IMAGE"),
    QueryModel.STUDY_ROOT: ("STUDY", "SERIES", "IMAGE"),
    QueryModel.PATIENT_STUDY_ONLY: ("PATIENT", "STUDY"),
}
