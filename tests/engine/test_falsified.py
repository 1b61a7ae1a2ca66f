"""Each kind of expectation can fail: falsified one at a time, exactly that check fails, in every report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from harness.scenario.expect import Expectation
from tests.support.runs import Ran, run_text

FILE = """\
version: 1
peers:
  bundled: {reference: {}}
scenarios:
  - id: %(id)s
    peer: bundled
    steps:
%(steps)s
"""

STORE = """\
      - store: {generate: {modality: CT, instances: 2, attributes: {StudyDescription: First}}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
"""
MISSING = "{instances: [{sop_class: CT Image Storage, sop_instance: 1.2.3}]}"
CREATE = """\
      - mpps: {create: {}}
        save: {mpps: response.SOPInstanceUID}
"""
QUERY = "{level: STUDY, keys: {StudyInstanceUID: '${study}'}, return: [StudyDescription, PatientID]}"
RETRIEVE = "{level: STUDY, keys: {StudyInstanceUID: '${study}'}}"
CANCELED = RETRIEVE.replace("}}", "}, cancel: {after: 0}}")
NOWHERE = "{level: STUDY, keys: {StudyInstanceUID: '1.2.3'}}"

FALSIFIED = [
    # (expectation, steps, the number of the step that fails)
    ("status", "      - echo: {}\n        expect: {status: failure}\n", 1),
    ("within", "      - echo: {repeat: 200}\n        expect: {within: 1 ms}\n", 1),
    ("rejected", "      - associate: {}\n        expect: {rejected: true}\n", 1),
    (
        "rejected",
        "      - associate: {called_ae_title: NOBODY}\n"
        "        expect: {rejected: {reason: calling-ae-title-not-recognized}}\n",
        1,
    ),
    ("aborted", "      - associate: {}\n        expect: {aborted: true}\n", 1),
    ("closed", "      - associate: {}\n        expect: {closed: true}\n", 1),
    ("accepted", "      - associate: {}\n        expect: {accepted: false}\n", 1),
    ("accepted", "      - associate: {called_ae_title: NOBODY}\n        expect: {accepted: true}\n", 1),
    (
        "accepted",
        "      - negotiate: {abstract_syntax: Verification, transfer_syntaxes: [JPEG 2000]}\n"
        "        expect: {accepted: [JPEG 2000]}\n",
        1,
    ),
    (
        "refused",
        "      - negotiate: {abstract_syntax: Verification, transfer_syntaxes: [Implicit VR Little Endian]}\n"
        "        expect: {refused: true}\n",
        1,
    ),
    (
        "refused",
        "      - negotiate: {abstract_syntax: Verification, transfer_syntaxes: [JPEG 2000]}\n"
        "        expect: {refused: user-rejection}\n",
        1,
    ),
    ("any_of", "      - echo: {}\n        expect: {any_of: [{status: failure}, {rejected: true}]}\n", 1),
    ("count", "      - store: {generate: {instances: 2}}\n        expect: {count: 3}\n", 1),
    ("count", STORE + f"      - find: {QUERY}\n        expect: {{count: 0}}\n", 2),
    ("one", STORE + f"      - find: {QUERY}\n        expect: {{one: {{StudyDescription: Second}}}}\n", 2),
    ("every", STORE + f"      - find: {QUERY}\n        expect: {{every: {{StudyDescription: Second}}}}\n", 2),
    ("any", STORE + f"      - find: {QUERY}\n        expect: {{any: {{StudyDescription: {{absent: true}}}}}}\n", 2),
    ("exact", STORE + f"      - find: {QUERY}\n        expect: {{exact: [{{StudyDescription: Second}}]}}\n", 2),
    ("completed", STORE + f"      - move: {RETRIEVE}\n        expect: {{completed: 3}}\n", 2),
    ("failed", STORE + f"      - move: {RETRIEVE}\n        expect: {{failed: 1}}\n", 2),
    ("warning", STORE + f"      - move: {RETRIEVE}\n        expect: {{warning: 1}}\n", 2),
    ("received", STORE + f"      - move: {RETRIEVE}\n        expect: {{received: 1}}\n", 2),
    ("unchanged", STORE + f"      - move: {RETRIEVE}\n        expect: {{unchanged: false}}\n", 2),
    ("completed", STORE + f"      - get: {RETRIEVE}\n        expect: {{completed: 1}}\n", 2),
    ("completed", f"      - move: {NOWHERE}\n", 1),
    ("after_cancel", STORE + f"      - get: {CANCELED}\n        expect: {{after_cancel: '> 1000'}}\n", 2),
    ("cancel", STORE + f"      - get: {CANCELED.replace('after: 0', 'after: 99')}\n", 2),
    ("status", "      - mpps: {create: {}, without: Modality}\n", 1),
    ("status", CREATE + "      - mpps: {create: {}, sop_instance: '${mpps}'}\n", 2),
    ("status", CREATE + "      - mpps: {set: '${mpps}', attributes: {PatientID: OTHER}}\n", 2),
    ("status", STORE + "      - instance-availability: {without: StudyInstanceUID}\n", 2),
    ("status", STORE + "      - commit: {}\n        expect: {status: failure}\n", 2),
    ("committed", STORE + "      - commit: {}\n        expect: {committed: 3}\n", 2),
    ("failed", STORE + "      - commit: {}\n        expect: {failed: 1}\n", 2),
    ("failed", f"      - commit: {MISSING}\n", 1),
    (
        "failure_reasons",
        f"      - commit: {MISSING}\n        expect: {{failure_reasons: class-instance-conflict}}\n",
        1,
    ),
    ("failure_reasons", STORE + "      - commit: {}\n        expect: {failure_reasons: processing-failure}\n", 2),
    ("delivery", STORE + "      - commit: {}\n        expect: {delivery: same-association}\n", 2),
    ("delivery", STORE + "      - commit: {report: same-association}\n", 2),
    ("reported", STORE + "      - commit: {}\n        expect: {reported: false}\n", 2),
    (
        "ended",
        "      - echo: {}\n        association: one\n"
        "      - release: {}\n        association: one\n        expect: {ended: false}\n",
        2,
    ),
    ("save-name", '      - find: {level: STUDY}\n        save: {name: "matches[0].PatientID"}\n', 1),
]


_NEGOTIATION = (
    "contexts",
    "max_pdu_length",
    "implementation_class_uid",
    "implementation_version_name",
    "user_identity_answered",
    "asynchronous_operations",
    "extended_negotiation",
)
FALSIFIED_ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(_NEGOTIATION, "engine/test_negotiation.py"),
    "holds": "engine/test_relations.py",
    **dict.fromkeys(("errors", "throughput", "p50", "p95", "p99", "operations"), "engine/test_load.py"),
    "tls": "engine/test_tls.py",
    "tls_failed": "engine/test_tls.py",
}
"""Expectations that need another peer to fail: the test file, by their name."""


@pytest.mark.parametrize(("expectation", "steps", "number"), FALSIFIED)
def test_exactly_the_falsified_check_fails(tmp_path: Path, expectation: str, steps: str, number: int) -> None:
    ran = run_text(tmp_path, FILE % {"id": "falsified", "steps": steps})
    identifier = f"scenario/falsified/{number}/{expectation}"
    expected = [identifier]
    if steps.endswith(f"- move: {NOWHERE}\n"):
        # Nothing moved: what is implied of every move fails together.
        expected.append(f"scenario/falsified/{number}/received")
    assert ran.with_verdict("fail") == expected, ran.output
    assert ran.with_verdict("error") == []
    assert ran.status == 1
    failed_everywhere(ran, identifier)


def failed_everywhere(ran: Ran, identifier: str) -> None:
    """The four reports and the console agree on what failed."""
    scenario, step, name = identifier.rsplit("/", 2)
    junit = etree.parse(str(ran.reports / "junit.xml"))
    failures = [
        f"{case.get('classname')}/{case.get('name')}"
        for case in junit.iter("testcase")
        if case.find("failure") is not None
    ]
    assert f"{scenario}/{step}/{name}" in failures
    assert ran.results["exit_status"] == 1
    assert ran.results["counts"]["fail"] == len(failures)
    page = (ran.reports / "report.html").read_text()
    assert len(re.findall(r'<tr class="check"[^>]*data-verdict="fail"', page)) == len(failures)
    assert re.search(r"\bfail", (ran.reports / "summary.md").read_text())
    assert "fail" in ran.output


def test_a_positive_twin_of_every_falsified_expectation_passes(tmp_path: Path) -> None:
    steps = (
        "      - echo: {repeat: 3}\n        expect: {status: success, within: 20 s}\n"
        "      - associate: {called_ae_title: NOBODY}\n"
        "        expect: {rejected: {result: permanent, reason: called-ae-title-not-recognized}}\n"
        "      - associate: {}\n        expect: {accepted: true}\n"
        "      - negotiate: {abstract_syntax: Verification, transfer_syntaxes: [JPEG 2000]}\n"
        "        expect: {refused: transfer-syntaxes-not-supported}\n"
        "      - echo: {}\n        expect: {any_of: [{rejected: true}, {status: success}]}\n"
        + STORE
        + f"      - find: {QUERY}\n"
        "        expect:\n"
        "          count: 1\n"
        "          one: {StudyDescription: First}\n"
        "          every: {PatientID: {present: true}}\n"
        "          any: {StudyDescription: {one_of: [First, Second]}}\n"
        "          exact: [{StudyDescription: {matches: 'F.*'}}]\n"
        f"      - move: {RETRIEVE}\n"
        "        expect: {completed: 2, failed: 0, warning: 0, received: 2, unchanged: true}\n"
        f"      - get: {RETRIEVE}\n        expect: {{completed: '>= 1', unchanged: true}}\n"
    )
    steps += (
        CREATE + "      - mpps: {set: '${mpps}', attributes: {PerformedProcedureStepStatus: DISCONTINUED}}\n"
        "      - mpps: {set: '${mpps}', attributes: {PerformedProcedureStepStatus: COMPLETED}}\n"
        "        expect: {status: processing-failure}\n"
        "      - instance-availability: {availability: NEARLINE}\n"
        "      - commit: {}\n"
        "        expect: {committed: 2, failed: 0, delivery: new-association, reported: true, within: 20 s}\n"
        f"      - commit: {MISSING}\n"
        "        expect: {committed: 0, failed: 1, failure_reasons: [no-such-object-instance]}\n"
    )
    ran = run_text(tmp_path, FILE % {"id": "true", "steps": steps})
    assert set(ran.verdicts().values()) == {"pass"}, ran.output
    assert ran.status == 0


def test_every_kind_of_expectation_is_falsified_somewhere() -> None:
    falsified = {name for name, _, _ in FALSIFIED} | FALSIFIED_ELSEWHERE.keys()
    assert set(Expectation.model_fields) <= falsified
    for name, test in FALSIFIED_ELSEWHERE.items():
        text = (Path(__file__).parents[1] / test).read_text()
        assert f"/{name}" in text or f'("{name}", ' in text or f'"{name}",\n' in text, f"{test} is silent of {name}"
