"""`dicom-harness find`: a C-FIND, and its matches on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from harness.cli.adhoc.options import common_options, output_options, query_options
from harness.cli.adhoc.words import WordsCommand

if TYPE_CHECKING:
    from harness.observe.outcomes import Observation

_SHOWN = {
    "PATIENT": ("PatientName", "PatientID", "PatientBirthDate"),
    "STUDY": ("PatientName", "PatientID", "StudyDate", "ModalitiesInStudy", "StudyDescription", "StudyInstanceUID"),
    "SERIES": ("Modality", "SeriesNumber", "SeriesDescription", "SeriesInstanceUID"),
    "IMAGE": ("SOPClassUID", "InstanceNumber", "SOPInstanceUID"),
}
"""What is asked for when no attribute to return is named, by level."""


@click.command("find", cls=WordsCommand)
@common_options
@query_options
@click.option("-r", "--return", "returned", multiple=True, metavar="KEY", help="An attribute to return (repeatable).")
@click.option("--count", metavar="COUNT", help="How many matches there must be: 3, '>= 1', 1..5.")
@output_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Query with C-FIND, and show the matches.

    Keys are named as in the standard: `PatientID`, `"Patient's Name"`, `0010,0020`; in sequences
    `RequestAttributesSequence[0].ScheduledProcedureStepID`. A key without a value comes back in each match, as with
    -r. Without -r some attributes of the level are asked for.

    \b
    dicom-harness find ARCHIVE@pacs:104 -k PatientID=4711
    dicom-harness find ARCHIVE@pacs:104 -k StudyDate=20240101- -k ModalitiesInStudy=CT -r PatientName
    dicom-harness find ARCHIVE@pacs:104 --level SERIES -k StudyInstanceUID=1.2.3 --output json
    """
    from harness.cli.adhoc.build import begin
    from harness.cli.adhoc.keys import Keys
    from harness.cli.adhoc.output import Output
    from harness.cli.adhoc.running import refuse, run_step
    from harness.errors import UsageError
    from harness.scenario.service_names import ServiceName

    try:
        building = begin(ctx, ServiceName.FIND, given)
        output = Output(given["output"], given["out"])
    except UsageError as error:
        refuse(ctx, str(error))
    step, words = building.step, building.words
    level = (given["level"] or "STUDY").upper()
    model = given["model"] or ("patient-root" if level == "PATIENT" else None)
    building.param("model", model)
    step.param(("level",), level, words.mark(given["level"] or "", "--level"))
    keys = Keys(step, words)
    keys.match(given["keys"])
    keys.returned(given["returned"])
    if not given["returned"]:
        keys.by_default(_SHOWN.get(level, ()))
    if given["count"] is not None:
        step.expect("count", given["count"], words.mark(given["count"], "--count"))

    def show(observation: Observation) -> str:
        return output.matches(observation, keys.shown)

    run_step(ctx, step, building.common, show, building.permissions(None), pure=output.pure)
