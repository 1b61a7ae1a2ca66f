"""The JSON Schema and the reference page are those of the models, and editors get it right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from harness.scenario.schema import FILE_SCHEMAS, baseline_schema, peers_schema, policy_schema, schema, schema_text
from tests.support.adhoc import adhoc
from tools.make_scenario_reference import REFERENCE, SCHEMAS, reference_text

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("golden")
SEEN_BY_EDITORS = (
    "unknown-keys",
    "misplaced-keys",
    "wrong-types",
    "several-mistakes",
    "two-services",
    "no-service",
    "step-is-text",
    "no-steps",
    "scenarios-missing",
    "scenarios-is-a-mapping",
    "scenario-is-text",
    "scenario-level",
    "version-missing",
    "version-of-the-future",
    "peer-kinds",
    "generate",
    "query-levels",
    "destination",
    "rejected",
    "expectation-of-another-service",
    "empty-expect",
    "list-at-the-top",
    "text-at-the-top",
)
"""Wrong files in which a schema finds something; the rest is known to the loader alone."""


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: 1.2, which has no dates."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mistakes(path: Path) -> list[Any]:
    validator = jsonschema.Draft202012Validator(schema())
    return list(validator.iter_errors(yaml.load(path.read_text(encoding="utf-8"), EditorLoader)))


def test_the_schema_of_policies() -> None:
    validator = jsonschema.Draft202012Validator(policy_schema())
    line = {"sop_classes": ["CT Image Storage"], "required": ["JPEG 2000"], "requestor_as_scp": "required"}
    assert validator.is_valid({"version": 1, "limits": {"maximum_length": ">= 1"}, "contexts": [line]})
    mistakes: list[dict[str, object]] = [
        {"contexts": []},
        {"version": 1, "contexts": [line | {"demanded": []}]},
        {"version": 1, "limit": {}},
    ]
    for wrong in mistakes:
        assert not validator.is_valid(wrong)


def test_the_schema_of_peers_files() -> None:
    validator = jsonschema.Draft202012Validator(peers_schema())
    peer = {"address": "ARCHIVE@pacs:104", "environment": "test"}
    assert validator.is_valid({"version": 1, "local": {"listen": 11113}, "peers": {"archive": peer}})
    assert not validator.is_valid({"version": 1, "peers": {"archive": peer}, "scenarios": []})
    assert not validator.is_valid({"version": 1, "peers": {"archive": peer | {"enviroment": "test"}}})


def test_the_schema_of_baselines() -> None:
    validator = jsonschema.Draft202012Validator(baseline_schema())
    known = {"check": "a/b/1/status", "matches": "A700H", "reason": "so", "owner": "us", "expires": "2999-12-31"}
    assert validator.is_valid({"version": 1, "deviations": [known]})
    assert not validator.is_valid({"version": 1, "deviations": [known | {"until": "2999-12-31"}]})


@pytest.mark.parametrize("name", FILE_SCHEMAS)
def test_each_schema_is_valid_and_up_to_date_and_printed(name: str) -> None:
    made = FILE_SCHEMAS[name]()
    jsonschema.Draft202012Validator.check_schema(made)
    assert SCHEMAS[name].read_text(encoding="utf-8") == schema_text(made), "run make docs"
    assert adhoc("schema", name).stdout == schema_text(made)


def test_the_reference_is_up_to_date() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference_text(), "run tools/make_scenario_reference.py"


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_scenario_files_that_ship_are_valid(path: Path) -> None:
    assert mistakes(path) == []
    assert path.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../harness/scenario/schema.json\n"
    )


@pytest.mark.parametrize("name", SEEN_BY_EDITORS)
def test_wrong_files_are_wrong_in_editors_too(name: str) -> None:
    assert mistakes(GOLDEN / f"{name}.yaml")


@pytest.mark.parametrize(
    ("step", "valid"),
    [
        ("{echo: {}}", True),
        ("{echo: }", True),
        ("{echo: {repeat: 3}, expect: {status: 0000}}", True),
        ("{echo: {repeat: '${n}'}, expect: {status: [success, A7xx], within: 2}}", True),
        ("{echo: {repeat: '3', called_ae_title: 1E5}}", True),
        ("{find: {level: STUDY, keys: {PatientID: 0012, PatientName: }, return: PatientID}, expect: {count: 3}}", True),
        (
            "{find: {level: STUDY}, expect: {count: {min: 1}, one: {PatientID: [A, B], StudyDate: {present: true}}}}",
            True,
        ),
        ("{move: {level: STUDY, destination: {peer: p}}}", True),
        ("{associate: {}, expect: {rejected: true}}", True),
        ("{associate: {}, expect: {accepted: false}}", True),
        ("{negotiate: {abstract_syntax: CT, transfer_syntaxes: X}, expect: {accepted: X, refused: no-reason}}", True),
        ("{echo: {}, find: {level: STUDY}}", False),
        ("{title: x}", False),
        ("{echo: {repeats: 3}}", False),
        ("{echo: {}, expect: {count: 3}}", False),
        ("{echo: {}, expect: {}}", False),
        ("{move: {level: STUDY, destination: p}}", False),
        ("{associate: {}, expect: {rejected: {result: never}}}", False),
        ("{find: {level: STUDIES}}", False),
    ],
)
def test_steps(step: str, valid: bool) -> None:
    text = f"version: 1\npeers: {{p: {{reference: P}}}}\nscenarios: [{{id: a, peer: p, steps: [{step}]}}]\n"
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(yaml.load(text, EditorLoader)) is valid


def test_every_property_has_a_text_for_hovering() -> None:
    whole = schema()
    definitions = whole["$defs"]
    assert {name for name, definition in definitions.items() if "description" not in definition} == {
        "SOPClass",
        "Text",
        "TransferSyntax",
        "Variable",
    }

    def bare(node: Any, path: str) -> Iterator[str]:
        if isinstance(node, list):
            for index, part in enumerate(node):
                yield from bare(part, f"{path}/{index}")
        elif isinstance(node, dict):
            for name, each in node.get("properties", {}).items():
                yield from bare(each, f"{path}/{name}")
                # What a condition says of a property is no property of its own.
                target = definitions.get(each.get("$ref", "").rpartition("/")[2], {})
                if "description" not in {**target, **each} and "/then" not in path:
                    yield f"{path}/{name}"
            for key, part in node.items():
                if key != "properties":
                    yield from bare(part, f"{path}/{key}")

    assert list(bare(whole, "")) == []


def test_editors_offer_names() -> None:
    definitions = schema()["$defs"]
    assert "CT Image Storage" in definitions["SOPClass"]["examples"]
    assert "Explicit VR Little Endian" in definitions["TransferSyntax"]["examples"]
    assert "Explicit VR Big Endian" not in definitions["TransferSyntax"]["examples"]
    context = definitions["NegotiateParams"]["properties"]
    assert context["transfer_syntaxes"]["anyOf"][0]["$ref"] == "#/$defs/TransferSyntax"
