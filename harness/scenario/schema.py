"""The JSON Schema of scenario files, for editors; made from the models.

The schema is a little wider than the loader: editors see YAML's numbers and truth values where the loader sees text,
and any value may be a `${name}` or stand in quotes.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic.json_schema import models_json_schema

from harness.scenario.acceptance import AcceptanceSpec
from harness.scenario.baseline import BaselineSpec
from harness.scenario.expect import ALLOWED, Expectation
from harness.scenario.expect_negotiation import FAULTS
from harness.scenario.fields import NAMES_OF, Spec
from harness.scenario.peers import LocalSpec, PeerSpec
from harness.scenario.spec import FileSpec, ParallelSpec, PeersFileSpec, ScenarioSpec, StepSpec
from harness.scenario.steps import all_params
from harness.standard.uids import UidKind, uid_table

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCES = "#/$defs/{model}"
_OTHER_NAMES = {"ge": "minimum", "le": "maximum", "oneOf": "anyOf"}
"""What pydantic leaves in its own words, and alternatives that overlap once texts may be numbers."""

_QUOTED = r"\$\{|^(true|false|[+-]?[0-9]+)$"
_OFFERED = {UidKind.SOP_CLASS: "SOPClass", UidKind.TRANSFER_SYNTAX: "TransferSyntax"}
_PLAIN = ["string", "number", "boolean", "null"]

Schema = dict[str, Any]


def schema_text(of: Schema | None = None) -> str:
    """A schema as a file; that of scenario files by default."""
    return json.dumps(schema() if of is None else of, indent=2, ensure_ascii=False) + "\n"


def policy_schema() -> Schema:
    """The schema of acceptance policies."""
    return _of_one_model(AcceptanceSpec)


def baseline_schema() -> Schema:
    """The schema of files of known deviations."""
    return _of_one_model(BaselineSpec)


def peers_schema() -> Schema:
    """The schema of peers files."""
    definitions = _all_definitions()
    return _of_file(definitions.pop("PeersFileSpec"), definitions)


def schema() -> Schema:
    """The schema of scenario files."""
    definitions = _all_definitions()
    file = definitions.pop("FileSpec")
    file["properties"]["scenarios"] |= {"type": "array", "items": {"$ref": "#/$defs/ScenarioSpec"}, "minItems": 1}
    return _of_file(file, definitions)


FILE_SCHEMAS = {"scenarios": schema, "peers": peers_schema, "policy": policy_schema, "baseline": baseline_schema}
"""Of what people write, by the kind of file."""


def _of_one_model(model: type[Spec]) -> Schema:
    _, generated = models_json_schema([(model, "validation")], ref_template=_REFERENCES)
    definitions = _definitions(generated)
    file = definitions.pop(model.__name__)
    return {"$schema": DIALECT, **file, "$defs": _reachable(file, definitions)}


def _of_file(file: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema of a file that says something of ourselves and of peers."""
    properties = file["properties"]
    properties["local"] |= {"$ref": "#/$defs/LocalSpec"}
    properties["peers"] |= {"type": "object", "additionalProperties": {"$ref": "#/$defs/PeerSpec"}}
    return {"$schema": DIALECT, **file, "$defs": _reachable(file, definitions)}


def _all_definitions() -> dict[str, Schema]:
    """All that a scenario or peers file can hold, by the names of the models."""
    models: list[type[Spec]] = [
        FileSpec,
        PeersFileSpec,
        ScenarioSpec,
        StepSpec,
        ParallelSpec,
        LocalSpec,
        PeerSpec,
        Expectation,
        *all_params().values(),
    ]
    _, generated = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCES)
    definitions = _definitions(generated)
    definitions["ScenarioSpec"]["properties"]["steps"]["items"] = {
        "if": {"required": ["parallel"]},
        "then": _ref_to("ParallelSpec"),
        "else": _ref_to("StepSpec"),
    }
    definitions["ParallelSpec"]["properties"]["parallel"]["items"] = _ref_to("StepSpec")
    definitions["StepSpec"] = _step(definitions["StepSpec"], definitions["Expectation"])
    _complete_peers(definitions)
    return definitions


def _definitions(generated: Schema) -> dict[str, Schema]:
    """What pydantic made of the models, as editors see it."""
    definitions = {name: _as_editors_see_it(definition) for name, definition in generated["$defs"].items()}
    definitions |= {"Text": {"type": _PLAIN}, "Variable": {"type": "string", "pattern": _QUOTED}}
    definitions |= {name: {"type": _PLAIN, "examples": _names(kind)} for kind, name in _OFFERED.items()}
    for definition in definitions.values():
        definition.pop("title", None)
    return definitions


def _names(kind: UidKind) -> list[str]:
    """What editors offer where any name, keyword or UID fits: the names that are not retired."""
    return sorted({entry.name for entry in uid_table().values() if entry.kind is kind and not entry.retired})


def _step(step: Schema, expectation: Schema) -> Schema:
    """A step with just one service, and the expectations of that service."""
    services = {
        service.value: {
            "description": (model.__doc__ or "").strip(),
            "anyOf": [_ref_to(model.__name__), {"type": "null"}],
        }
        for service, model in all_params().items()
    }
    step["properties"] |= {**services, "expect": _ref_to("Expectation")}
    step["oneOf"] = [{"required": [service]} for service in services]
    step["allOf"] = [
        {
            "if": {"required": [service.value]},
            "then": {"properties": {"expect": {"propertyNames": {"enum": list(ALLOWED[service])}}}},
        }
        for service in all_params()
    ]
    expectation["minProperties"] = 1
    return step


def _complete_peers(definitions: dict[str, Schema]) -> None:
    """What the loader lets be written in short, and that a peer is one thing."""
    peer = definitions["PeerSpec"]
    kinds = ("address", "reference", "process", "container")
    for kind in ("process", "container"):
        _widen(peer["properties"][kind], _ref_to(f"{kind.capitalize()}Recipe"))
    _widen(peer["properties"]["reference"], _ref_to("Text"))
    peer["oneOf"] = [{"required": [kind]} for kind in kinds]
    _widen(peer["properties"]["tls"], {"const": True})
    for name in ("rejected", "aborted", "tls_failed"):
        _widen(definitions["Expectation"]["properties"][name], {"const": True})
    _widen(definitions["Expectation"]["properties"]["tls_failed"], {"enum": FAULTS})


def _ref_to(name: str) -> Schema:
    return {"$ref": _REFERENCES.format(model=name)}


def _widen(field: Schema, alternative: Schema) -> None:
    description = field.pop("description", None)
    alternatives = field.pop("anyOf", None) or [dict(field)]
    field.clear()
    field["anyOf"] = [alternative, *alternatives]
    if description is not None:
        field["description"] = description


def _as_editors_see_it(node: Any) -> Any:
    """A schema of texts as a schema of what YAML makes of them."""
    if isinstance(node, list):
        return [_as_editors_see_it(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "properties" in node:
        properties = {key: _as_editors_see_it(value) for key, value in node["properties"].items()}
        return {**node, "properties": properties}
    node = {key: value for key, value in node.items() if key != "title"}
    result = {_OTHER_NAMES.get(key, key): _as_editors_see_it(value) for key, value in node.items()}
    if result.get("default", "") in (None, [], {}):
        del result["default"]
    if result.get("type") == "string" and "enum" not in result:
        del result["type"]
        kind = result.pop(NAMES_OF, None)
        result["$ref"] = f"#/$defs/{_OFFERED[UidKind(kind)] if kind else 'Text'}"
    elif result.get("type") in ("integer", "boolean") or "enum" in result or "const" in result:
        return _or_variable(result)
    return _without_null(result)


def _or_variable(result: Schema) -> Schema:
    """Also a `${name}`; the description stays where editors look for it."""
    outside: Schema = {key: result.pop(key) for key in ("description", "default") if key in result}
    return {"anyOf": [result, {"$ref": "#/$defs/Variable"}], **outside}


def _without_null(result: Schema) -> Schema:
    """What may be left out is not written as null."""
    alternatives = [part for part in result.pop("anyOf", ()) if part != {"type": "null"}]
    if len(alternatives) == 1:
        return {**alternatives[0], **result}
    return {**result, "anyOf": alternatives} if alternatives else result


def _reachable(schema: Schema, definitions: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that a schema refers to, directly or not, by name."""
    found: dict[str, Schema] = {}
    waiting = [schema]
    while waiting:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(waiting.pop())):
            if name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
    return dict(sorted(found.items()))
