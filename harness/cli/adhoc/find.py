"""`dicom-harness find`: a C-FIND, and its matches on the terminal."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.adhoc.options import address_argument, common_options, level_options, output_options, search_options
from harness.cli.adhoc.words import WordsCommand

_SHOWN = {
    "PATIENT": ("PatientName", "PatientID", "PatientBirthDate"),
    "STUDY": ("PatientName", "PatientID", "StudyDate", "ModalitiesInStudy", "StudyDescription", "StudyInstanceUID"),
    "SERIES": ("Modality", "SeriesNumber", "SeriesDescription", "SeriesInstanceUID"),
    "IMAGE": ("SOPClassUID", "InstanceNumber", "SOPInstanceUID"),
}
"""What is asked for when no attribute to return is named, by level."""


@click.command("find", cls=WordsCommand)
@address_argument
@level_options
@search_options
@output_options
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Query with C-FIND, and show the matches.

    Keys are named as in the standard: `PatientID`, `"Patient's Name"`, `0010,0020`; in sequences
    `RequestAttributesSequence[0].ScheduledProcedureStepID`. A key without a value comes back in each match, as with
    -r. Without -r some attributes of the level are asked for.

    \b
    Examples:
    dicom-harness find ARCHIVE@pacs:104 -k PatientID=4711
    dicom-harness find ARCHIVE@pacs:104 -k StudyDate=20240101- -k ModalitiesInStudy=CT -r PatientName
    dicom-harness find ARCHIVE@pacs:104 --level SERIES -k StudyInstanceUID=1.2.3 --output json
    """
    from harness.cli.adhoc.query import Query
    from harness.scenario.service_names import ServiceName

    query = Query(ctx, ServiceName.FIND, given)
    step, words = query.building.step, query.building.words
    level = (given["level"] or "STUDY").upper()
    query.building.param("model", given["model"] or ("patient-root" if level == "PATIENT" else None))
    if given["level"] is not None or given["query"] is None:
        step.param(("level",), level, words.mark(given["level"] or "", "--level"))
    query.add_keys()
    if not query.names_what_returns:
        query.keys.by_default(_SHOWN.get(level, ()))
    query.run()
