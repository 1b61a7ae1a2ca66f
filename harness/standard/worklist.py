"""The Modality Worklist information model (PS3.4 K.6.1)."""

from __future__ import annotations

from harness.standard.attributes import Attributes

MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31"
STEP_SEQUENCE = "ScheduledProcedureStepSequence"

USUAL_RETURN_KEYS: Attributes = {
    "AccessionNumber": "",
    "PatientName": "",
    "PatientID": "",
    "StudyInstanceUID": "",
    "RequestedProcedureDescription": "",
    STEP_SEQUENCE: [
        {
            "Modality": "",
            "ScheduledStationAETitle": "",
            "ScheduledProcedureStepStartDate": "",
            "ScheduledProcedureStepStartTime": "",
            "ScheduledPerformingPhysicianName": "",
            "ScheduledProcedureStepDescription": "",
            "ScheduledProcedureStepID": "",
        }
    ],
    "RequestedProcedureID": "",
}
"""The return keys that every worklist item has, types 1 and 1C of PS3.4 Table K.6-1, and two of type 2 that nobody
works without: Accession Number, and Scheduled Performing Physician's Name, which is a required matching key."""
