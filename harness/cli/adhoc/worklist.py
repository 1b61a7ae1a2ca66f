"""`dicom-harness worklist`: what is scheduled, by C-FIND of the Modality Worklist."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.adhoc.options import address_argument, common_options, output_options, search_options
from harness.cli.adhoc.words import WordsCommand

_OF_THE_STEP = {
    "modality": "Modality",
    "station": "ScheduledStationAETitle",
    "date": "ScheduledProcedureStepStartDate",
}


@click.command("worklist", cls=WordsCommand)
@address_argument
@click.option("--modality", metavar="CODE", help="Modality of the scheduled procedure step.")
@click.option("--station", metavar="AE", help="Scheduled station AE title.")
@click.option("--date", metavar="DATE", help="Start date of the step: 20240131, or a range 20240131-20240202.")
@search_options
@output_options
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Query a Modality Worklist with C-FIND, and show its items.

    Keys of the step are in a sequence: `ScheduledProcedureStepSequence[0].Modality`; --modality, --station and --date
    are short for three of them. Without -r those attributes are asked for that every item has.

    \b
    Examples:
    dicom-harness worklist RIS@ris:104 --station CT1 --date 20240131
    dicom-harness worklist RIS@ris:104 -k PatientName=DOE* --output json
    dicom-harness worklist RIS@ris:104 -k "ScheduledProcedureStepSequence[0].Modality=MR" -r PatientName
    """
    from harness.cli.adhoc.query import Query
    from harness.scenario.service_names import ServiceName
    from harness.standard.attributes import key_paths
    from harness.standard.worklist import STEP_SEQUENCE, USUAL_RETURN_KEYS

    query = Query(ctx, ServiceName.WORKLIST, given)
    words = query.building.words
    for name, keyword in _OF_THE_STEP.items():
        if given[name] is not None:
            query.keys.put((STEP_SEQUENCE, keyword), given[name], words.mark(given[name], f"--{name}"))
    query.add_keys()
    query.run(() if query.names_what_returns else key_paths(USUAL_RETURN_KEYS))
