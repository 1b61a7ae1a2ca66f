"""Every kind of generated instance, in every transfer syntax, is stored and comes back as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.testdata.encoders import ENCODERS, NATIVE
from harness.testdata.modalities import TEMPLATES
from harness.testdata.overrides import why_not
from tests.support.runs import run_text

FILE = """\
version: 1
local: {{ae_title: HARNESS, listen: 0}}
peers: {{bundled: {{reference: {{}}}}}}
scenarios:
  - id: there-and-back
    peer: bundled
    parameters:
      modality: [{modalities}]
      syntax: [{syntaxes}]
    steps:
      - store: {{generate: {{modality: "${{modality}}", transfer_syntax: "${{syntax}}"}}}}
        expect: {{status: success}}
        save: {{study: "stored.studies[0].StudyInstanceUID", series: "stored.instances[0].SeriesInstanceUID"}}
      - find:
          level: SERIES
          keys: {{StudyInstanceUID: "${{study}}", SeriesInstanceUID: "${{series}}"}}
          return: [NumberOfSeriesRelatedInstances]
        expect: {{count: 1}}
      - move: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
        expect: {{completed: 1, received: 1, unchanged: true}}
      - get: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
        expect: {{completed: 1, received: 1, unchanged: true}}
"""


def possible(modality: str) -> list[str]:
    return [uid for uid in ENCODERS if not why_not(TEMPLATES[modality].image, uid)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("modalities", "syntaxes"),
    [
        (list(TEMPLATES), NATIVE[:2]),
        *(([modality], possible(modality)) for modality in ("CT", "US-MULTIFRAME", "VIDEO")),
    ],
    ids=["every kind", "grayscale of 12 bits", "frames of 8 bits", "video"],
)
def test_there_and_back(tmp_path: Path, modalities: list[str], syntaxes: list[str]) -> None:
    ran = run_text(tmp_path, FILE.format(modalities=", ".join(modalities), syntaxes=", ".join(syntaxes)))
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.parametrize(
    ("modality", "syntax", "why"),
    [
        ("MR", "JPEG Baseline", "MR cannot be generated in JPEG Baseline: it has 12 bits stored, not 8; these can: XA"),
        ("US", "JPEG 2000", "the package imagecodecs, which is not installed: pip install 'dicom-harness[codecs]'"),
    ],
)
def test_what_cannot_be_generated_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modality: str, syntax: str, why: str
) -> None:
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    ran = run_text(tmp_path, FILE.format(modalities=modality, syntaxes=syntax))
    assert ran.status == 3
    (problem,) = [check for check in ran.results["checks"] if check["verdict"] == "error"]
    assert why in problem["reason"]
    assert "scenario.yaml:11" in problem["reason"]
