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

STEP_ATTRIBUTES = frozenset(
    (
        "ScheduledStationAETitle",
        "ScheduledProcedureStepStartDate",
        "ScheduledProcedureStepStartTime",
        "ScheduledProcedureStepEndDate",
        "ScheduledProcedureStepEndTime",
        "Modality",
        "ScheduledPerformingPhysicianName",
        "ScheduledPerformingPhysicianIdentificationSequence",
        "ScheduledProcedureStepDescription",
        "ScheduledStationName",
        "ScheduledProcedureStepLocation",
        "ReferencedDefinedProtocolSequence",
        "ReferencedPerformedProtocolSequence",
        "ScheduledProtocolCodeSequence",
        "PreMedication",
        "ScheduledProcedureStepID",
        "RequestedContrastAgent",
        "ScheduledProcedureStepStatus",
        "CommentsOnTheScheduledProcedureStep",
        "ScheduledSpecimenSequence",
    )
)
"""The attributes of a Scheduled Procedure Step that Table K.6-1 names."""

ITEM_ATTRIBUTES = frozenset(
    (
        STEP_SEQUENCE,
        # Requested Procedure
        "RequestedProcedureID",
        "RequestedProcedureDescription",
        "RequestedProcedureCodeSequence",
        "StudyInstanceUID",
        "StudyDate",
        "StudyTime",
        "ReferencedStudySequence",
        "RequestedProcedurePriority",
        "PatientTransportArrangements",
        "ReasonForTheRequestedProcedure",
        "RequestedProcedureComments",
        "ReasonForRequestedProcedureCodeSequence",
        "RequestedProcedureLocation",
        "ConfidentialityCode",
        "NamesOfIntendedRecipientsOfResults",
        # Imaging Service Request
        "AccessionNumber",
        "IssuerOfAccessionNumberSequence",
        "RequestingPhysician",
        "RequestingService",
        "ReferringPhysicianName",
        "ImagingServiceRequestComments",
        "PlacerOrderNumberImagingServiceRequest",
        "FillerOrderNumberImagingServiceRequest",
        # Visit
        "AdmissionID",
        "IssuerOfAdmissionIDSequence",
        "CurrentPatientLocation",
        "InstitutionName",
        "InstitutionAddress",
        "AdmittingDiagnosesDescription",
        "ReferencedPatientSequence",
        # Patient
        "PatientName",
        "PatientID",
        "IssuerOfPatientID",
        "OtherPatientIDs",
        "OtherPatientIDsSequence",
        "PatientBirthDate",
        "PatientSex",
        "PatientWeight",
        "PatientSize",
        "PatientAge",
        "ConfidentialityConstraintOnPatientDataDescription",
        "PatientState",
        "PregnancyStatus",
        "MedicalAlerts",
        "Allergies",
        "SpecialNeeds",
        "AdditionalPatientHistory",
        "PatientComments",
        "EthnicGroup",
        "LastMenstrualDate",
    )
)
"""The attributes of a worklist item that Table K.6-1 names, those of its Scheduled Procedure Step apart."""
