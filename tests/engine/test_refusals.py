"""The reference SCP refuses on purpose, as a scenario file tells it, and the harness sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import run_text

FILE = """\
version: 1
peers: {{own: {{reference: {{refuse: {refuse}}}}}}}
scenarios:
  - id: one
    peer: own
    steps:
      - {step}
        expect: {expect}
"""


@pytest.mark.parametrize(
    ("refuse", "step", "expect"),
    [
        (
            "{association: {result: transient, source: service-provider-presentation, reason: local-limit-exceeded}}",
            "echo: {}",
            "{rejected: {result: transient, reason: local-limit-exceeded}}",
        ),
        ("{store: A700}", "store: {generate: {}}", "{status: out-of-resources, count: 0}"),
        ("{store: B000}", "store: {generate: {}}", "{status: warning, count: 1}"),
        ("{find: A900}", "find: {level: STUDY}", "{status: A900, count: 0}"),
        ("{move: A702}", "move: {level: STUDY, keys: {StudyInstanceUID: '1.2'}}", "{status: A702}"),
        ("{get: C001}", "get: {level: STUDY, keys: {StudyInstanceUID: '1.2'}}", "{status: Cxxx}"),
    ],
)
def test_refusal(tmp_path: Path, refuse: str, step: str, expect: str) -> None:
    ran = run_text(tmp_path, FILE.format(refuse=refuse, step=step, expect=expect))
    assert ran.status == 0, ran.output
    without = run_text(tmp_path, FILE.format(refuse="{}", step=step, expect=expect))
    assert without.status == 1, "without the refusal the same expectation fails"


@pytest.mark.parametrize(
    ("refuse", "words"),
    [
        ("{store: A7}", "is no status code"),
        ("{association: {reason: local-limit-exceeded}}", "local-limit-exceeded"),
    ],
)
def test_a_refusal_that_cannot_be(tmp_path: Path, refuse: str, words: str) -> None:
    ran = run_text(tmp_path, FILE.format(refuse=refuse, step="echo: {}", expect="{status: success}"))
    assert ran.status == 2
    assert words in ran.output
