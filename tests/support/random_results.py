"""Random runs for property tests, with hostile texts in every place where a text of somebody else may stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

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

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style></script>",
    "\"><img src=x onerror='alert(1)'>",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x01\x08\x0b\x1b[31mred\x1b[0m\x7f\x85",
    "right\u202eleft",
    "surrogate \ud800 and noncharacter \ufffe",
    "]]> <!-- -->",
    "| a | b |\n| --- | --- |\n# heading @someone https://example.org",
    "=HYPERLINK(1)",
    "ŁÓDŹ 山田^太郎",
)

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20), st.just(""))
names = st.text(alphabet="abcdefgh-", min_size=1, max_size=8)
seconds = st.floats(0, 10_000).map(lambda number: round(number, 6))
verdicts = st.sampled_from(Verdict)
levels = st.sampled_from(Level)
optional_texts = st.none() | texts

diagnoses = st.builds(
    DiagnosisRecord,
    code=texts,
    stage=texts,
    blame=st.sampled_from(["ours", "theirs", "network", "undecided"]),
    title=texts,
    explanation=texts,
    evidence=st.lists(texts, max_size=1).map(tuple),
    next_steps=st.lists(texts, max_size=2).map(tuple),
    request=texts,
    decides=texts,
    others=st.lists(texts, max_size=1).map(tuple),
    clause=texts,
)
_contexts = st.builds(
    ContextRecord,
    context_id=st.integers(1, 255),
    abstract_syntax=texts | st.just("1.2.840.10008.1.1"),
    transfer_syntaxes=st.lists(texts, max_size=2).map(tuple),
    result=texts,
    accepted_transfer_syntax=optional_texts,
)
_pdus = st.builds(
    PduRecord,
    seconds=seconds,
    direction=st.sampled_from(["sent", "received"]),
    name=st.sampled_from(["A-ASSOCIATE-RQ", "P-DATA-TF", "3 x P-DATA-TF"]),
    length=st.integers(0, 2**32),
    summary=texts,
    head=st.binary(max_size=4).map(bytes.hex),
)
_associations = st.builds(
    AssociationRecord,
    address=texts,
    calling_ae_title=texts,
    called_ae_title=texts,
    role=st.sampled_from(["requestor", "acceptor"]),
    contexts=st.lists(_contexts, max_size=2).map(tuple),
    pdus=st.lists(_pdus, max_size=3).map(tuple),
    stages=st.dictionaries(st.sampled_from(["name", "connect", "association", "release"]), seconds, max_size=2),
    ending=texts,
    peer_implementation_class_uid=optional_texts,
    peer_implementation_version_name=optional_texts,
    peer_max_pdu_length=st.none() | st.integers(0, 2**32 - 1),
    deviations=st.lists(texts, max_size=2).map(tuple),
    wire=optional_texts,
)
_deviations = st.builds(KnownDeviation, texts, texts, texts)
_left_behind = st.builds(LeftBehind, *[texts] * 7)


@st.composite
def _peers(draw: st.DrawFn) -> dict[str, PeerRecord]:
    peers = {}
    for name in draw(st.lists(names, max_size=2, unique=True)):
        error = draw(texts)
        tail = tuple(draw(st.lists(texts, max_size=2)))
        peers[name] = PeerRecord(
            name,
            kind=draw(texts),
            address=draw(texts),
            environment=draw(texts),
            implementation_class_uid=draw(optional_texts),
            implementation_version_name=draw(optional_texts),
            version=draw(optional_texts),
            error=error,
            log_tail=tail,
        )
    return peers


@st.composite
def _steps(draw: st.DrawFn, scenario: ScenarioRecord, name: str, peers: list[str]) -> StepResult:
    identifier = f"{scenario.id}/{name}"
    peer = draw(st.sampled_from([*peers, scenario.peer]))
    checks = [
        Check(
            id=f"{identifier}/{number}",
            scenario=scenario.id,
            step=identifier,
            peer=peer,
            level=draw(levels),
            verdict=draw(verdicts),
            expected=draw(texts),
            observed=draw(texts),
            reason=draw(texts),
            diagnosis=draw(st.none() | diagnoses),
            clauses=tuple(draw(st.lists(texts, max_size=1))),
            seconds=draw(seconds),
            wire=draw(optional_texts),
            source=draw(texts),
            expected_failure=draw(texts),
            evidence=tuple(draw(st.lists(texts, max_size=2))),
            deviation=draw(st.none() | _deviations),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    return StepResult(
        id=identifier,
        scenario=scenario.id,
        title=draw(texts),
        service="echo",
        peer=peer,
        checks=tuple(checks),
        associations=tuple(draw(st.lists(_associations, max_size=1))),
        details=tuple(draw(st.lists(texts, max_size=1))),
        seconds=draw(seconds),
        source=draw(texts),
    )


@st.composite
def run_results(draw: st.DrawFn) -> RunResult:
    """A run as the engine could leave it at any moment."""
    peers = draw(_peers())
    scenarios = [
        ScenarioRecord(
            f"{draw(texts)}/{name}",
            draw(texts),
            draw(names),
            tuple(draw(st.lists(texts, max_size=1))),
            draw(levels),
            draw(texts),
        )
        for name in draw(st.lists(names, max_size=3, unique=True))
    ]
    steps = [
        draw(_steps(scenario, str(number), list(peers)))
        for scenario in scenarios
        for number in range(1, draw(st.integers(0, 2)) + 1)
    ]
    started = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))).replace(tzinfo=UTC)
    ended = draw(st.none() | st.floats(0, 1e6).map(lambda number: started + timedelta(seconds=number)))
    return RunResult(
        run_id=draw(texts),
        started=started,
        ended=ended,
        tool=draw(texts),
        python=draw(texts),
        command=draw(texts),
        interrupted=_mostly_not(draw),
        internal_error=draw(texts) if _mostly_not(draw) else "",
        traceback=draw(texts),
        strict=draw(st.booleans()),
        peers=peers,
        scenarios=scenarios,
        steps=steps,
        left_behind=draw(st.lists(_left_behind, max_size=2)),
        attestations=draw(st.lists(texts, max_size=2)),
    )


def _mostly_not(draw: Any) -> bool:
    return bool(draw(st.sampled_from([True, False, False, False, False])))
