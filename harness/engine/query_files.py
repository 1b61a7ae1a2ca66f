"""Queries as they were sent, in DICOM files: they hold what we sent and nothing of what a peer answered."""

from __future__ import annotations

import re
from pathlib import Path

from harness.observe.outcomes import FindObservation, Observation
from harness.scenario.params.base import Params
from harness.scenario.params.identifiers import SearchParams
from harness.scenario.peers import LocalSpec
from harness.services.part10 import file_meta_bytes
from harness.standard.uids import new_uid

FOLDER = "queries"


class QueryFiles:
    """Writes queries to `queries/` in the report directory, if there is one."""

    def __init__(self, report_directory: Path | None) -> None:
        self._folder = report_directory / FOLDER if report_directory is not None else None

    def keep(self, step_id: str, params: Params, observation: Observation, local: LocalSpec) -> None:
        """Write the query of a step that wants it written, and note where. Raises OSError."""
        if not isinstance(params, SearchParams) or not isinstance(observation, FindObservation):
            return
        sent = observation.sent
        if self._folder is None or not params.store_query or sent is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", step_id)[:150]
        uid = new_uid(local.uid_root)
        meta = file_meta_bytes(sent.sop_class_uid, uid, sent.transfer_syntax_uid, local.ae_title)
        (self._folder / f"{name}.dcm").write_bytes(meta + sent.data)
        observation.query_file = f"{FOLDER}/{name}.dcm"
