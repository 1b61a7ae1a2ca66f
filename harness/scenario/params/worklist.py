"""Queries of a Modality Worklist (PS3.4 Annex K)."""

from __future__ import annotations

from harness.scenario.params.identifiers import SearchParams
from harness.standard.attributes import Attributes
from harness.standard.worklist import USUAL_RETURN_KEYS


class WorklistParams(SearchParams):
    """Modality Worklist C-FIND: what is scheduled? Without `return` and `query`, for all that every item has."""

    @property
    def asked_for(self) -> Attributes:
        """The keys to return."""
        stated = self.model_fields_set & {"return_keys", "query"}
        return self.return_keys if stated else USUAL_RETURN_KEYS
