"""Every kind of generated instance, in every transfer syntax, is stored and comes back as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.images import ENCAPSULATED, NATIVE, why_not
from harness.testdata.modalities import TEMPLATES
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
    return [uid for uid in ENCAPSULATED if not why_not(TEMPLATES[modality].image, uid)]


ANEW = """\
version: 1
peers: {{archive: {{address: {address}, environment: test}}}}
scenarios:
  - id: keeps
    peer: archive
    parameters: {{modality: [CT, MR, US]}}
    steps:
      - store: {{generate: {{modality: "${{modality}}", instances: 2}}}}
"""


def test_each_combination_of_parameters_has_uids_of_its_own(tmp_path: Path) -> None:
    """An archive that keeps the first of the same UID would else be said to have changed the others."""
    with ReferenceSCP(ReferenceSettings()) as archive:
        ran = run_text(tmp_path, ANEW.format(address=archive.address))
    assert ran.status == 0, ran.output
    left = ran.results["left_behind"]
    assert (len(left), len({one["sop_instance_uid"] for one in left})) == (6, 6)
    assert len({one["study_instance_uid"] for one in left}) == 3


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


def test_what_cannot_be_generated_is_told_before_anything_runs(tmp_path: Path) -> None:
    ran = run_text(tmp_path, FILE.format(modalities="MR", syntaxes="JPEG Baseline"))
    assert ran.status == 2
    assert "MR cannot be generated in JPEG Baseline: it has 12 bits stored, not 8; these can: XA" in ran.output
    assert "scenario.yaml:11" in ran.output


def test_a_missing_encoder_is_told_with_the_place_that_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    ran = run_text(tmp_path, FILE.format(modalities="US", syntaxes="JPEG 2000"))
    assert ran.status == 3
    (problem,) = [check for check in ran.results["checks"] if check["verdict"] == "error"]
    assert "imagecodecs, which is not installed: pip install 'dicom-harness[codecs]'" in problem["reason"]
    assert "scenario.yaml:11" in problem["reason"]
