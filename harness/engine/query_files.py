"""Queries as they were sent, in DICOM files, if they hold nothing of what a peer answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harness.observe.outcomes import FindObservation, Observation
from harness.results.redaction import Redactor
from harness.scenario.params.base import Params
from harness.scenario.peers import LocalSpec
from harness.standard.attributes import Attributes
from harness.standard.uids import new_uid

FOLDER = "queries"


class QueryFiles:
    """Writes queries to `queries/` in the report directory, if there is one."""

    def __init__(self, report_directory: Path | None) -> None:
        self._folder = report_directory / FOLDER if report_directory is not None else None

    def keep(
        self, step_id: str, params: Params, observation: Observation, local: LocalSpec, redactor: Redactor
    ) -> None:
        """Write the query of a step that wants it written, and note where.

        A query with values that may not be shown, as those saved from the answers of a peer, is not written. Raises
        OSError.
        """
        if self._folder is None or not isinstance(observation, FindObservation) or observation.sent is None:
            return
        from harness.scenario.params.identifiers import SearchParams
        from harness.services.part10 import file_meta_bytes

        if not isinstance(params, SearchParams) or not params.store_query:
            return
        if hidden := list(_hidden(params.keys, redactor)):
            observation.query_note = (
                f"the query was not kept: {', '.join(hidden)} may hold patient data; --show-values keeps it"
            )
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", step_id)[:150]
        uid = new_uid(local.uid_root)
        sent = observation.sent
        meta = file_meta_bytes(sent.sop_class_uid, uid, sent.transfer_syntax_uid, local.ae_title)
        (self._folder / f"{name}.dcm").write_bytes(meta + sent.data)
        observation.query_note = f"the query as it was sent: {FOLDER}/{name}.dcm"


def _hidden(keys: Attributes, redactor: Redactor) -> Iterator[str]:
    """The keys with values that may not be shown."""
    for keyword, value in keys.items():
        if not isinstance(value, str):
            for item in value:
                yield from _hidden(item, redactor)
        elif redactor.value(value) != value:
            yield keyword
