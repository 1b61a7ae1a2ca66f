"""Whatever is in a file, what comes of it is scenarios or a located message."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import ScenarioError
from harness.scenario.expect import Expectation
from harness.scenario.load import load_scenarios
from harness.scenario.params.storing import Generate
from harness.scenario.peers import LocalSpec, PeerSpec, TimeoutsSpec
from harness.scenario.reference import ReferenceOptions
from harness.scenario.servers import ProcessOptions
from harness.scenario.spec import ExpectedFailureSpec, FileSpec, RequiresSpec, ScenarioSpec, StepSpec
from harness.scenario.steps import all_params

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
PARAMS = all_params()
SERVICE_NAMES = [service.value for service in PARAMS]
MODELS: list[Any] = [
    *(FileSpec, LocalSpec, PeerSpec, ReferenceOptions, ProcessOptions, TimeoutsSpec, ScenarioSpec, StepSpec),
    *(RequiresSpec, ExpectedFailureSpec, Expectation, Generate, *PARAMS.values()),
]
KEYS = sorted(
    {field.alias or name for model in MODELS for name, field in model.model_fields.items()} | {*SERVICE_NAMES, "expect"}
)
VALUES = [
    *("", "1", "-1", "true", "local", "STUDY", "success", "2 s", ">= 1", "CT", "CT Image Storage", "A@127.0.0.1:104"),
    *("a", "${env.HOME}", "${x}", "${", "dcmqrscp", "stored.studies[0].PatientID", "PatientID", "9" * 5000, "[A-"),
    *("\x00", "a\nb"),
]

one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


def load(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    try:
        files = load_scenarios([path])
    except ScenarioError as error:
        text = str(error)
        assert re.match(rf"{re.escape(str(path))}:\d+:\d+: \S", text)
        assert all(line.isprintable() for line in text.splitlines())
        text.encode()
    else:
        assert [file.path for file in files] == [path]


@one_file
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    load(tmp_path, data)


@one_file
@given(st.text(max_size=200))
def test_any_text(tmp_path: Path, text: str) -> None:
    load(tmp_path, text.encode("utf-8", "surrogatepass"))


@one_file
@given(st.text(alphabet="ab:-?{}[]&*!|>'\"%@`#,$\\ \n\t0", max_size=60))
def test_any_punctuation(tmp_path: Path, text: str) -> None:
    load(tmp_path, text.encode())


@one_file
@given(st.data())
def test_any_damage_to_a_good_file(tmp_path: Path, data: st.DataObject) -> None:
    text = QUICKSTART.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + data.draw(st.text(max_size=5)) + text[end:]
    load(tmp_path, text.encode("utf-8", "surrogatepass"))


WORDS = st.sampled_from(KEYS) | st.text(max_size=5)
_ALL_TREES = st.recursive(
    st.sampled_from(VALUES) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def trees(draw: st.DrawFn) -> Any:
    """Any tree; a function, because what describes the strategies is otherwise longer than hypothesis bears."""
    return draw(_ALL_TREES)


TREES = trees()


def keys_of(model: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([field.alias or name for name, field in model.model_fields.items()] or ["nothing"])


STEPS = st.dictionaries(
    st.sampled_from([*SERVICE_NAMES, "expect", "parallel", *StepSpec.model_fields]), TREES, max_size=4
)
SERVICES = st.one_of(
    *(
        st.fixed_dictionaries(
            {name.value: st.dictionaries(keys_of(model), TREES, max_size=4)},
            optional={"expect": st.dictionaries(keys_of(Expectation), TREES, max_size=4)},
        )
        for name, model in PARAMS.items()
    )
)
PARALLEL = st.fixed_dictionaries({"parallel": st.lists(STEPS | SERVICES, max_size=3)})
SCENARIOS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "B"]),
        "peer": st.sampled_from(["p", "q"]),
        "steps": st.lists(STEPS | SERVICES | PARALLEL, max_size=4),
    },
    optional={key: TREES for key in sorted(ScenarioSpec.model_fields) if key not in ("id", "peer", "steps")},
)
FILES = st.fixed_dictionaries(
    {
        "version": st.just("1"),
        "peers": st.dictionaries(st.sampled_from(["p", "q"]), TREES),
        "scenarios": st.lists(SCENARIOS),
    },
    optional={"local": TREES, "timeouts": TREES, "name": TREES},
)


@pytest.mark.slow
@settings(one_file, max_examples=150)
@given(TREES | FILES)
def test_any_tree_of_known_words(tmp_path: Path, tree: Any) -> None:
    load(tmp_path, json.dumps(tree).encode())
