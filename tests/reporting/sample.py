"""One run with every verdict in it, for the golden files and whatever else needs a run that looks real."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harness.results.model import (
    AssociationRecord,
    Check,
    ContextRecord,
    Level,
    PduRecord,
    PeerRecord,
    RunResult,
    ScenarioRecord,
    StepResult,
    Verdict,
)
from harness.results.particulars import DiagnosisRecord, KnownDeviation, LeftBehind
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    VERIFICATION,
)

DIAGNOSIS = DiagnosisRecord(
    code="key-ignored",
    stage="service",
    blame="theirs",
    title="A unique key was treated as universal matching",
    explanation="The peer answered with more than was asked for.",
    evidence=("3 matches",),
    next_steps=("Ask for one study by another key.", "Look in the log of the peer."),
    request="Which keys do you match?",
    others=("result-differs",),
    clause="PS3.4 C.2.2.2.1",
)

FILE = "scenarios/go-live.yaml"
STARTED = datetime(2026, 11, 21, 5, 32, 10, 250_000, tzinfo=UTC)
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
DCMTK_UID = "1.2.276.0.7230010.3.0.3.6.7"
STUDY_UID = "2.25.76383624492358632091130846757949.1"


def sample() -> RunResult:
    """A run with an archive that does most things right, and a peer that could not be started."""
    return RunResult(
        run_id="20261121T053210Z-1a2b3c",
        started=STARTED,
        ended=STARTED + timedelta(seconds=4.375),
        tool="dicom-harness 0.1.0",
        python="3.11.2",
        command="dicom-harness run scenarios/go-live.yaml",
        peers={
            "archive": PeerRecord(
                "archive",
                "address",
                "ARCHIVE@pacs.example.org:104",
                "production",
                DCMTK_UID,
                "OFFIS_DCMTK_367",
            ),
            "orthanc": PeerRecord(
                "orthanc",
                "process",
                "",
                "test",
                error="Orthanc ended before it answered a C-ECHO",
                log_tail=(
                    "W1121 05:32:12.065736 main.cpp:2017] Orthanc version: …",
                    "E1121 05:32:12.166136 OrthancException.cpp:58] TCP port of the DICOM server is already in use: …",
                ),
            ),
        },
        scenarios=[
            ScenarioRecord(f"{FILE}/echo", "The archive answers a C-ECHO", "archive", ("smoke",), source=f"{FILE}:14"),
            ScenarioRecord(
                f"{FILE}/unknown-title", "An unknown called AE title is refused", "archive", source=f"{FILE}:22"
            ),
            ScenarioRecord(
                f"{FILE}/syntax[syntax=JPEG Lossless SV1]",
                "CT images are accepted in each transfer syntax that the department sends",
                "archive",
                ("ct", "syntax"),
                Level.RECOMMENDED,
                f"{FILE}:30",
            ),
            ScenarioRecord(f"{FILE}/store-find", "What is stored is found", "archive", source=f"{FILE}:41"),
            ScenarioRecord(f"{FILE}/known", "A known failure stays known", "archive", source=f"{FILE}:60"),
            ScenarioRecord(f"{FILE}/write", "The production archive is not written to", "archive", source=f"{FILE}:70"),
            ScenarioRecord(f"{FILE}/orthanc", "Orthanc answers a C-ECHO", "orthanc", source=f"{FILE}:80"),
        ],
        steps=[_echo(), _unknown_title(), _syntax(), *_store_find(), _known(), _write(), *_orthanc()],
        left_behind=[
            LeftBehind(
                "archive",
                "ARCHIVE@pacs.example.org:104",
                CT_IMAGE_STORAGE,
                f"{STUDY_UID}.{number}",
                STUDY_UID,
                "ZZ-SYNTHETIC-1",
                "0000H",
            )
            for number in (1, 2)
        ],
        attestations=["The images are shown right on a diagnostic workstation."],
    )


def check(step: str, name: str, verdict: Verdict, expected: str, observed: str, **more: object) -> Check:
    """A check of a step `SCENARIO/STEP` of the sample file."""
    scenario, _, _ = step.rpartition("/")
    given: dict[str, object] = {"peer": "archive", "level": Level.REQUIRED, "source": f"{FILE}:20", **more}
    return Check(
        id=f"{FILE}/{step}/{name}",
        scenario=f"{FILE}/{scenario}",
        step=f"{FILE}/{step}",
        verdict=verdict,
        expected=expected,
        observed=observed,
        **given,  # type: ignore[arg-type]
    )


def step(name: str, title: str, service: str, checks: tuple[Check, ...], **more: object) -> StepResult:
    """A step `SCENARIO/STEP` of the sample file."""
    scenario, _, _ = name.rpartition("/")
    given: dict[str, object] = {"peer": "archive", "source": f"{FILE}:20", "seconds": 0.0125, **more}
    return StepResult(
        id=f"{FILE}/{name}",
        scenario=f"{FILE}/{scenario}",
        title=title,
        service=service,
        checks=checks,
        **given,  # type: ignore[arg-type]
    )


def _association(
    contexts: tuple[ContextRecord, ...], pdus: tuple[PduRecord, ...], ending: str = "released", **more: object
) -> AssociationRecord:
    given: dict[str, object] = {
        "called_ae_title": "ARCHIVE",
        "stages": {"name": 0.0004, "connect": 0.0011, "association": 0.0052, "release": 0.0008},
        "peer_implementation_class_uid": DCMTK_UID,
        "peer_implementation_version_name": "OFFIS_DCMTK_367",
        "peer_max_pdu_length": 16384,
        **more,
    }
    return AssociationRecord(
        address="pacs.example.org:104",
        calling_ae_title="HARNESS",
        role="requestor",
        contexts=contexts,
        pdus=pdus,
        ending=ending,
        **given,  # type: ignore[arg-type]
    )


_OPENING = (
    PduRecord(0.0015, "sent", "A-ASSOCIATE-RQ", 205, "HARNESS to ARCHIVE, 1 presentation context"),
    PduRecord(0.0067, "received", "A-ASSOCIATE-AC", 184, "1 of 1 presentation contexts accepted"),
)
_CAPTURED_OPENING = (replace(_OPENING[0], head=f"0100000000cd00010000{b'ARCHIVE'.ljust(16).hex()}"), _OPENING[1])
_CLOSING = (
    PduRecord(0.0114, "sent", "A-RELEASE-RQ", 4, ""),
    PduRecord(0.0122, "received", "A-RELEASE-RP", 4, ""),
)


def _echo() -> StepResult:
    association = _association(
        (ContextRecord(1, VERIFICATION, (IMPLICIT_VR_LE,), "acceptance", IMPLICIT_VR_LE),),
        (
            *_OPENING,
            PduRecord(0.0069, "sent", "P-DATA-TF", 74, "C-ECHO-RQ, message 1"),
            PduRecord(0.0112, "received", "P-DATA-TF", 84, "C-ECHO-RSP, status 0000H Success"),
            *_CLOSING,
        ),
    )
    checks = (
        check("echo/1", "status", Verdict.PASS, "success", "0000H Success", seconds=0.0043),
        check("echo/1", "within", Verdict.PASS, "within 2 s", "0.004 s", seconds=0.0043),
    )
    return step("echo/1", "echo", "echo", checks, associations=(association,))


def _unknown_title() -> StepResult:
    ending = "rejected-permanent, by service-user: called AE title not recognized (1/1/7)"
    association = _association(
        (ContextRecord(1, VERIFICATION, (IMPLICIT_VR_LE,), "no answer", None),),
        (_OPENING[0], PduRecord(0.0059, "received", "A-ASSOCIATE-RJ", 4, ending)),
        ending,
        called_ae_title="NOBODY",
        peer_implementation_class_uid=None,
        peer_implementation_version_name=None,
        peer_max_pdu_length=None,
        stages={"name": 0.0004, "connect": 0.0011, "association": 0.0044},
    )
    found = check(
        "unknown-title/wrong",
        "rejected",
        Verdict.PASS,
        "the association is rejected: permanent, service-user, called-ae-title-not-recognized",
        ending,
        clauses=("PS3.8 9.3.4",),
    )
    return step("unknown-title/wrong", "The wrong title", "associate", (found,), associations=(association,))


def _syntax() -> StepResult:
    name = "syntax[syntax=JPEG Lossless SV1]/1"
    association = _association(
        (
            ContextRecord(
                1, CT_IMAGE_STORAGE, (JPEG_LOSSLESS_SV1,), "transfer-syntaxes-not-supported (provider rejection)", None
            ),
            ContextRecord(3, CT_IMAGE_STORAGE, (EXPLICIT_VR_LE, IMPLICIT_VR_LE), "acceptance", EXPLICIT_VR_LE),
        ),
        (*_CAPTURED_OPENING, *_CLOSING),
        deviations=("A-ASSOCIATE-AC: reserved byte 2 is 01H, 00H expected (PS3.8 9.3.3)",),
        wire="wire/go-live.yaml_syntax_1-1.pcapng",
    )
    found = check(
        name,
        "accepted",
        Verdict.WARNING,
        "accepted: JPEG Lossless, Non-Hierarchical, First-Order Prediction",
        "transfer-syntaxes-not-supported",
        level=Level.RECOMMENDED,
        wire="wire/go-live.yaml_syntax_1-1.pcapng",
        source=f"{FILE}:36",
    )
    return step(name, "negotiate JPEG Lossless SV1", "negotiate", (found,), associations=(association,))


def _store_find() -> list[StepResult]:
    stored = step(
        "store-find/1",
        "store",
        "store",
        (check("store-find/1", "status", Verdict.PASS, "success for every instance", "0000H Success"),),
        associations=(_association((), (*_OPENING, *_CLOSING)),),
        details=("2 x CT Image Storage in Explicit VR Little Endian: presentation context 1, status 0000H",),
        seconds=0.0831,
    )
    many = tuple(
        PduRecord(round(0.01 + 0.001 * number, 6), "received", "P-DATA-TF", 214, "C-FIND-RSP, status FF00H Pending")
        for number in range(120)
    )
    found = step(
        "store-find/2",
        "find the stored study",
        "find",
        (
            check("store-find/2", "status", Verdict.PASS, "success", "0000H Success", seconds=1.2031),
            check(
                "store-find/2",
                "count",
                Verdict.FAIL,
                "1 matches",
                "120 matches",
                seconds=1.2031,
                reason="the peer did not use the key StudyInstanceUID",
                diagnosis=DIAGNOSIS,
                clauses=("PS3.4 C.2.2.2.1",),
                source=f"{FILE}:52",
                wire="wire/go-live.yaml_store-find_2-1.pcapng",
            ),
            check(
                "store-find/2",
                "every",
                Verdict.FAIL,
                "every match has PatientID = ZZ-SYNTHETIC-1",
                "match 1 of 120 has PatientID = <LO, 8 characters>",
                source=f"{FILE}:52",
            ),
        ),
        associations=(
            _association(
                (ContextRecord(1, STUDY_ROOT_FIND, (EXPLICIT_VR_LE, IMPLICIT_VR_LE), "acceptance", EXPLICIT_VR_LE),),
                (*_OPENING, *many, *(replace(pdu, seconds=round(pdu.seconds + 1.19, 6)) for pdu in _CLOSING)),
                wire="wire/go-live.yaml_store-find_2-1.pcapng",
            ),
        ),
        seconds=1.2031,
    )
    blocked = step(
        "store-find/3",
        "move it back",
        "move",
        (
            check(
                "store-find/3",
                "move",
                Verdict.BLOCKED,
                "move is carried out",
                "not carried out",
                reason="step 2 failed",
            ),
        ),
        seconds=0.0,
    )
    return [stored, found, blocked]


def _known() -> StepResult:
    known = check(
        "known/1",
        "count",
        Verdict.PASS,
        "2 matches",
        "1 match",
        expected_failure="failed as expected until 2027-03-31 (PACS-1234; owner: radiology IT)",
        deviation=KnownDeviation("PACS-1234", "radiology IT", "2027-03-31"),
    )
    return step("known/1", "find both", "find", (known,))


def _write() -> StepResult:
    skipped = check(
        "write/1",
        "store",
        Verdict.SKIPPED,
        "store is carried out",
        "not carried out",
        reason="`archive` is a production peer: store needs `--allow-writes archive` besides `allow: [store]`",
    )
    return step("write/1", "store", "store", (skipped,), seconds=0.0)


def _orthanc() -> list[StepResult]:
    reason = "the peer could not be started: Orthanc ended before it answered a C-ECHO"
    error = check(
        "orthanc/1",
        "echo",
        Verdict.ERROR,
        "echo is carried out",
        "not carried out",
        reason=reason,
        peer="orthanc",
        source=f"{FILE}:84",
    )
    return [step("orthanc/1", "echo", "echo", (error,), peer="orthanc", seconds=0.0)]
