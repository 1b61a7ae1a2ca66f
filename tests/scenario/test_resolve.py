"""Steps with the values of a run put in."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ScenarioError
from harness.scenario.load import load_scenarios
from harness.scenario.model import Step
from harness.scenario.params.negotiation import EchoParams
from harness.scenario.params.querying import FindParams, MoveParams, PeerDestination

HEAD = """\
version: 1
peers: {archive: {reference: ARCHIVE}, second: {reference: SECOND}}
scenarios:
  - id: flow
    peer: archive
    steps:
      - store: {generate: {}}
        save: {study: "stored.studies[0].StudyInstanceUID", title: "stored.instances[0].PatientID"}
"""


def steps(tmp_path: Path, text: str) -> tuple[Step, ...]:
    path = tmp_path / "flow.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_scenarios([path])[0].scenarios[0].steps


def called(step: Step, values: dict[str, str]) -> str | None:
    params = step.resolve(values).params
    assert isinstance(params, EchoParams)
    return params.called_ae_title


def test_saved_values_in_service_and_expectation(tmp_path: Path) -> None:
    _, step = steps(
        tmp_path,
        "      - find: {level: STUDY, keys: {StudyInstanceUID: '${study}'}, return: Study Date}\n"
        "        expect: {every: {StudyInstanceUID: '${study}', PatientID: {one_of: ['${title}', X]}}}\n",
    )
    resolved = step.resolve({"study": "1.2.3", "title": "ZZ"})
    assert isinstance(resolved.params, FindParams)
    assert resolved.params.keys == {"StudyInstanceUID": "1.2.3"}
    assert resolved.params.return_keys == {"StudyDate": ""}
    assert resolved.expect is not None
    every = dict(resolved.expect.named())["every"]
    assert every["StudyInstanceUID"] == "1.2.3"
    assert every["PatientID"].one_of == ("ZZ", "X")


def test_a_saved_value_is_not_read_for_variables_again(tmp_path: Path) -> None:
    _, step = steps(tmp_path, "      - find: {level: STUDY, keys: {PatientID: '${title}'}}\n")
    resolved = step.resolve({"title": "${study}", "study": "1.2.3"})
    assert isinstance(resolved.params, FindParams)
    assert resolved.params.keys == {"PatientID": "${study}"}


def test_without_expect_nothing_is_stated(tmp_path: Path) -> None:
    step, _ = steps(tmp_path, "      - echo: {}\n")
    assert step.resolve({}).expect is None


def test_a_value_that_does_not_fit_is_told_without_the_value(tmp_path: Path) -> None:
    _, step = steps(tmp_path, "      - echo: {called_ae_title: '${title}'}\n")
    assert called(step, {"title": "FITS"}) == "FITS"
    with pytest.raises(ScenarioError) as caught:
        step.resolve({"title": "MUSTERMANN^ERIKA^VERYLONG"})
    text = str(caught.value)
    assert "flow.yaml:9:33: the value of `${title}` does not fit here; expected: an AE title" in text
    assert "MUSTERMANN" not in text


def test_a_value_that_is_not_there(tmp_path: Path) -> None:
    _, step = steps(tmp_path, "      - echo: {called_ae_title: '${title}'}\n        expect: {status: '${study}'}\n")
    with pytest.raises(ScenarioError, match=r"flow.yaml:9:33: `\$\{title\}` has no value") as caught:
        step.resolve({})
    assert "flow.yaml:10:26: `${study}` has no value" in str(caught.value)


def test_resolving_leaves_no_trace(tmp_path: Path) -> None:
    _, step = steps(tmp_path, "      - echo: {called_ae_title: '${title}'}\n")
    for _ in range(2):
        with pytest.raises(ScenarioError) as caught:
            step.resolve({"title": "MUCH TOO LONG FOR A TITLE"})
        assert str(caught.value).count("does not fit") == 1
    assert called(step, {"title": "OK"}) == "OK"


def test_mistakes_beside_a_saved_value_are_told_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        steps(
            tmp_path,
            "      - move: {level: STUDY, keys: {StudyInstanceUID: '${study}', PatientNam: X},"
            " destination: {peer: secnd}}\n"
            "        expect: {status: '${title}', completed: many}\n",
        )
    text = str(caught.value)
    assert "`PatientNam` is no attribute" in text
    assert "there is no peer `secnd`; did you mean `second`?" in text
    assert "`many` is not a count" in text
    assert text.endswith("3 mistakes found; nothing was contacted.")


def test_a_value_of_the_environment_holds_no_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TEST_PASSCODE", "pa${study}ss")
    _, step = steps(tmp_path, "      - find: {level: STUDY, keys: {PatientID: '${env.HARNESS_TEST_PASSCODE}'}}\n")
    resolved = step.resolve({"study": "1.2.3"})
    assert isinstance(resolved.params, FindParams)
    assert resolved.params.keys == {"PatientID": "pa${study}ss"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [("local", "local"), ("{peer: second}", PeerDestination(peer="second"))],
)
def test_destinations(tmp_path: Path, written: str, expected: object) -> None:
    _, step = steps(tmp_path, f"      - move: {{level: STUDY, destination: {written}}}\n")
    params = step.resolve({}).params
    assert isinstance(params, MoveParams)
    assert params.destination == expected


def test_values_within_sequences(tmp_path: Path) -> None:
    _, step = steps(
        tmp_path,
        "      - find:\n"
        "          level: STUDY\n"
        "          keys:\n"
        "            Procedure Code Sequence: {CodeValue: '${title}', '(0008,0102)': [A, B]}\n"
        "            AnatomicRegionSequence: ''\n",
    )
    resolved = step.resolve({"study": "1.2.3", "title": "ZZ"})
    assert isinstance(resolved.params, FindParams)
    assert resolved.params.keys == {
        "ProcedureCodeSequence": [{"CodeValue": "ZZ", "CodingSchemeDesignator": "A\\B"}],
        "AnatomicRegionSequence": [],
    }


def test_a_value_that_its_vr_does_not_allow_is_sent_on_purpose_only(tmp_path: Path) -> None:
    (_, step) = steps(tmp_path, "      - find: {level: STUDY, keys: {StudyDate: {as_is: 31.1.2024}}}\n")
    params = step.resolve({}).params
    assert isinstance(params, FindParams)
    assert params.keys == {"StudyDate": "31.1.2024"}
    with pytest.raises(ScenarioError, match=r"flow.yaml:9:\d+: `31.1.2024` is no value of StudyDate \(DA\)"):
        steps(tmp_path, "      - find: {level: STUDY, keys: {StudyDate: 31.1.2024}}\n")
