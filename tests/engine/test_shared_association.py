"""Steps that name the same association share it: one association with the contexts that all of them need."""

from __future__ import annotations

from pathlib import Path

from tests.support.runs import run_text

FILE = """\
version: 1
peers: {bundled: {reference: {}}}
scenarios:
  - id: shared
    peer: bundled
    steps:
      - echo: {}
        association: one
      - store: {generate: {modality: CT, instances: 2}}
        association: one
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - negotiate: {abstract_syntax: MR Image Storage, transfer_syntaxes: [Explicit VR Little Endian]}
        association: one
        expect: {accepted: [Explicit VR Little Endian]}
      - find: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        association: one
        expect: {count: 1}
      - get: {level: STUDY, keys: {StudyInstanceUID: "${study}"}, sop_classes: [CT Image Storage]}
        association: one
        expect: {received: 2, unchanged: true}
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        association: one
        expect: {received: 2}
      - echo: {}
"""


def test_one_association_serves_all_its_steps(tmp_path: Path) -> None:
    ran = run_text(tmp_path, FILE)
    assert ran.status == 0, ran.output
    steps = ran.results["steps"]
    requested = {association["pdus"][0]["seconds"] for step in steps[:6] for association in step["associations"][:1]}
    assert len(requested) == 1, "the six steps had the same association"
    contexts = steps[0]["associations"][0]["contexts"]
    assert len(contexts) == len({(context["abstract_syntax"], *context["transfer_syntaxes"]) for context in contexts})
    assert len(steps[6]["associations"][0]["contexts"]) == 1, "the last step had one of its own"


def test_a_negotiation_judges_its_own_contexts_only(tmp_path: Path) -> None:
    text = FILE.replace("expect: {accepted: [Explicit VR Little Endian]}", "expect: {refused: true}")
    ran = run_text(tmp_path, text)
    assert ran.with_verdict("fail") == ["scenario/shared/3/refused"]
    assert ran.check("3/refused")["observed"] == "acceptance"
