"""The states of scenarios as OpenMetrics, which Prometheus and others read, also from a textfile collector.

All are gauges: a textfile collector knows none of the types that OpenMetrics adds. There is nothing in it that a peer
said, only names from scenario files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from harness.reporting.text import one_line
from harness.results.model import Verdict
from harness.results.rollup import ExitStatus
from harness.results.states import State

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


_NUMBERS: tuple[tuple[str, str, Callable[[State], float]], ...] = (
    ("seconds", "How long the last run of the scenario took.", lambda state: round(state.seconds, 6)),
    ("changed_timestamp_seconds", "Since when the verdict is the same.", lambda state: state.since.timestamp()),
    ("failures", "How often the scenario failed.", lambda state: state.failures),
)


def metrics_text(
    states: Iterable[State], ended: datetime | None, status: ExitStatus | None, runs: int, tool: str
) -> str:
    """All states, and how the last run ended; without one only what is known before it."""
    known = list(states)
    lines = [
        *_family("dicom_harness_info", "Which tool this is.", [({"tool": tool}, 1)]),
        *_family("dicom_harness_runs", "Runs that were finished.", [({}, runs)]),
    ]
    if ended is not None and status is not None:
        ended_at = round(ended.timestamp(), 3)
        lines += _family("dicom_harness_last_run_timestamp_seconds", "When the last run ended.", [({}, ended_at)])
        lines += _family("dicom_harness_exit_status", "Exit status of the last run.", [({}, int(status))])
    lines += _family(
        "dicom_harness_scenario_passed",
        "Whether everything required of the scenario passed.",
        [(_labels(state), int(state.verdict in (Verdict.PASS, Verdict.WARNING))) for state in known],
    )
    lines += _family(
        "dicom_harness_scenario_verdict",
        "The verdict of the scenario: 1 for one of them.",
        [
            ({**_labels(state), "verdict": verdict.value}, int(verdict is state.verdict))
            for state in known
            for verdict in Verdict
        ],
    )
    for name, text, value in _NUMBERS:
        samples = [(_labels(state), value(state)) for state in known]
        lines += _family(f"dicom_harness_scenario_{name}", text, samples)
    return "\n".join([*lines, "# EOF"]) + "\n"


def _labels(state: State) -> dict[str, str]:
    return {"scenario": state.scenario, "peer": state.peer}


def _family(name: str, text: str, samples: Iterable[tuple[dict[str, str], float]]) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        yield f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _escaped(text: str) -> str:
    return one_line(text).replace("\\", r"\\").replace('"', r"\"")
