"""Remake `docs/scenario-reference.md` and `harness/scenario/schema.json` from the models of scenario files.

Run `python tools/make_scenario_reference.py`; tests compare the results with what is checked in.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harness.scenario.acceptance import ImplementationSpec, LimitsSpec, LineSpec, ValuesSpec
from harness.scenario.expect import (
    ALLOWED,
    AbortedExpectation,
    Expectation,
    OperationExpectation,
    RejectedExpectation,
)
from harness.scenario.expect_negotiation import (
    ContextExpectation,
    ExtendedExpectation,
    TlsExpectation,
    TlsFailedExpectation,
    WindowExpectation,
)
from harness.scenario.params.association import (
    AsynchronousOperations,
    CommonExtendedNegotiation,
    Context,
    ExtendedNegotiation,
    RoleProposal,
    UserIdentity,
)
from harness.scenario.params.base import AssociationParams
from harness.scenario.params.identifiers import Cancel
from harness.scenario.params.load import LoadFind, LoadMove, LoadStage, LoadStore, Mix, Weighted
from harness.scenario.params.normalized import AvailabilityParams, CommitParams, InstanceSpec, MPPSParams
from harness.scenario.params.querying import MoveParams
from harness.scenario.params.storing import Generate
from harness.scenario.peers import LocalSpec, PeerSpec, TimeoutsSpec
from harness.scenario.reference import QuotaOptions, ReferenceOptions, RefusedAssociation, RefuseOptions, StoreOptions
from harness.scenario.saving import FORMS, NAMES, ROOTS
from harness.scenario.schema import FILE_SCHEMAS, schema_text
from harness.scenario.servers import ContainerOptions, ImageOptions, ProcessOptions
from harness.scenario.spec import (
    EventuallySpec,
    ExpectedFailureSpec,
    FileSpec,
    ParallelSpec,
    PeersFileSpec,
    RequiresSpec,
    ScenarioSpec,
    StepSpec,
)
from harness.scenario.steps import all_params
from harness.scenario.tls import TlsClientSpec, TlsServerSpec
from harness.standard.uids import is_valid_uid, uid_name

PARAMS = all_params()
ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "scenario-reference.md"
SCHEMA = ROOT / "harness" / "scenario" / "schema.json"
SCHEMAS = {name: SCHEMA.with_name(f"{name}.schema.json") for name in FILE_SCHEMAS} | {"scenarios": SCHEMA}

INTRODUCTION = """\
# What a scenario file can say

Made from the models in `harness/scenario` by `tools/make_scenario_reference.py`; do not edit it by hand.

A scenario file is YAML in UTF-8, at most 1 MiB. Every value is taken as it is typed: an AE title `NO`, a PatientID
`0012`, a date `20240101` stay what they are. SOP classes, transfer syntaxes, attributes and statuses go by their name,
their keyword, or their UID, tag or hexadecimal value. Where a list is expected, a single entry can stand alone.
Relative paths start at the folder of the scenario file.

`dicom-harness validate FILE` tells every mistake of a file with its line; `dicom-harness schema` prints the JSON Schema
for editors. The first line of a file connects the two:

```yaml
# yaml-language-server: $schema=../harness/scenario/schema.json
```
"""

VARIABLES = """\
## Variables

`${name}` stands for a value:

- of a parameter of the scenario. A scenario runs once for each combination of its `parameters`; they can be used
  everywhere in the scenario but in `id`.
- saved by an earlier step (`save: {name: path}`). Saved values can be used in the services and the `expect` of later
  steps.
- of the environment, as `${env.NAME}`, anywhere in the file but in `parameters` and in any `id`. It is never shown.

Inside `{ }` and `[ ]`, YAML wants quotes around it: `keys: {StudyInstanceUID: "${study}"}`.

A step saves from these places; `[n]` counts from 0, and `stored` has `instances`, `series` and `studies`:

| For example | Last name | After |
|---|---|---|
"""

DEFAULTS = """\
Without `expect:` a step requires success: `associate` that the association is accepted, `negotiate` that all its
transfer syntaxes are (unless it expects `contexts`), the others a status of success. `move` and `get` also require at
least one completed sub-operation, none failed, and that as many instances arrived as were completed. `commit` also
requires a report of just the instances that were asked for, on the association that `report` names, and that all are
committed. An `expect:` that names neither a status nor another end of the association requires success as well.

A value of an attribute is compared as text, padding spaces left out, numbers as numbers. Instead of a value, a mapping
can demand more: `{matches: REGULAR EXPRESSION}` for the whole value, `{present: true}`, `{absent: true}` (missing or
empty), `{one_of: [A, B]}`.

A sequence is a mapping from the attributes of its one item to values, or a list of such mappings, one for each item:
`ScheduledProcedureStepSequence: {Modality: CT}`. A path leads into an item alone, which may have others beside it:
`ScheduledProcedureStepSequence[0].Modality: CT`.

"""


def type_words(annotation: Any, metadata: tuple[Any, ...] = ()) -> str:
    """What a value is, for people."""
    said = [part.json_schema for part in metadata if hasattr(part, "json_schema")]
    for schema in said:
        if "description" in schema:
            return str(schema["description"])
        if "enum" in schema or "const" in schema:
            return _choices(schema.get("enum", [schema.get("const")]))
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        nested = [part for entry in more for part in (entry.metadata if isinstance(entry, FieldInfo) else [entry])]
        return type_words(inner, (*nested, *metadata))
    if origin in (Union, types.UnionType):
        kinds = [type_words(part) for part in get_args(annotation) if part is not type(None)]
        return " or ".join(dict.fromkeys(kinds))
    if origin is list:
        [entry] = get_args(annotation)
        return f"list: {type_words(entry)}"
    if origin in (dict, Mapping):
        return _mapping_words(*get_args(annotation))
    return _plain_words(annotation, metadata)


def _mapping_words(key: Any, value: Any) -> str:
    names = {"keys": "attributes", "VariableName": "names"}
    return f"mapping from {names.get(str(key), 'names')} to {type_words(value)}"


def _plain_words(annotation: Any, metadata: tuple[Any, ...]) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[mapping](#{_anchor(annotation)})"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _choices([member.value for member in annotation])
    if annotation is bool:
        return "`true` or `false`"
    if annotation is int:
        limits = {name: getattr(part, name) for part in metadata for name in ("ge", "le") if hasattr(part, name)}
        if "le" not in limits:
            return f"whole number from {limits['ge']}"
        return f"whole number, {limits['ge']} to {limits['le']}"
    return "text" if annotation is str else "mapping"


def _choices(names: list[Any]) -> str:
    return ", ".join(f"`{str(name).lower() if isinstance(name, bool) else name}`" for name in names)


def _default_words(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if isinstance(default, StrEnum):
        default = default.value
    if isinstance(default, list) and len(default) == 1:
        [default] = default
    if default in (None, "", [], {}) or not isinstance(default, str | int | bool):
        return ""
    text = str(default).lower() if isinstance(default, bool) else str(default)
    return uid_name(text) if is_valid_uid(text) and "." in text else f"`{text}`"


def table(model: type[BaseModel]) -> Iterator[str]:
    """The keys of a model as a Markdown table, those that must be there first."""
    fields = own_fields(model)
    if not fields:
        yield "It has no keys: write `{}`."
        return
    yield "| Key | Value | Default | Meaning |"
    yield "|---|---|---|---|"
    for name, field in sorted(fields.items(), key=lambda item: not item[1].is_required()):
        what = OTHER_VALUES.get((model, name)) or type_words(field.annotation, tuple(field.metadata))
        cells = (f"`{field.alias or name}`", what, _default_words(field), field.description or "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def own_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model, without those that every association takes: they are told once."""
    is_own = model is not AssociationParams and issubclass(model, AssociationParams)
    shared = AssociationParams.model_fields if is_own else {}
    return {name: field for name, field in model.model_fields.items() if name not in shared}


TITLES: dict[type[BaseModel], str] = {
    FileSpec: "The file",
    LocalSpec: "`local`",
    TimeoutsSpec: "`timeouts`",
    PeerSpec: "A peer",
    ReferenceOptions: "`reference`",
    StoreOptions: "`stores`",
    QuotaOptions: "`quota`",
    RefuseOptions: "`refuse`",
    RefusedAssociation: "A refused association",
    TlsClientSpec: "`tls` of a peer",
    TlsServerSpec: "`tls` of a listener",
    ProcessOptions: "`process`",
    ContainerOptions: "`container`",
    ImageOptions: "`container` of any image",
    PeersFileSpec: "A peers file",
    ScenarioSpec: "A scenario",
    RequiresSpec: "`requires`",
    ExpectedFailureSpec: "`expected_failure`",
    StepSpec: "A step",
    EventuallySpec: "`eventually`",
    ParallelSpec: "`parallel`",
    **{model: f"`{service.value}`" for service, model in PARAMS.items()},
    AssociationParams: "The association of a step",
    UserIdentity: "`user_identity`",
    AsynchronousOperations: "`asynchronous_operations`",
    RoleProposal: "`roles`",
    ExtendedNegotiation: "`extended_negotiation`",
    CommonExtendedNegotiation: "`common_extended_negotiation`",
    Context: "A presentation context",
    LineSpec: "A line of a policy",
    ImplementationSpec: "`implementation`",
    ValuesSpec: "Values of a policy",
    LimitsSpec: "`limits`",
    Cancel: "`cancel`",
    Generate: "`generate`",
    Mix: "`mix`",
    Weighted: "An operation of a mix",
    LoadStore: "`store` of a mix",
    LoadFind: "`find` of a mix",
    LoadMove: "`move` of a mix",
    LoadStage: "A stage of a load",
    InstanceSpec: "An instance",
    Expectation: "`expect`",
    RejectedExpectation: "`rejected`",
    AbortedExpectation: "`aborted`",
    TlsFailedExpectation: "`tls_failed`",
    ContextExpectation: "Expected contexts",
    WindowExpectation: "Expected asynchronous operations",
    ExtendedExpectation: "Expected extended negotiation",
    TlsExpectation: "Expected TLS",
    OperationExpectation: "Expected of operations of a load",
}
LEVELS = {FileSpec: 2, PeerSpec: 2, PeersFileSpec: 2, ScenarioSpec: 2, StepSpec: 2, Expectation: 2}
OTHER_VALUES: dict[tuple[type[BaseModel], str], str] = {
    (FileSpec, "local"): "[mapping](#local)",
    (FileSpec, "peers"): "mapping from names to [peers](#a-peer)",
    (FileSpec, "scenarios"): "list of [scenarios](#a-scenario)",
    (PeersFileSpec, "local"): "[mapping](#local)",
    (PeersFileSpec, "peers"): "mapping from names to [peers](#a-peer)",
    (ScenarioSpec, "steps"): "list of [steps](#a-step) and of [steps at once](#parallel)",
    (ParallelSpec, "parallel"): "list of [steps](#a-step)",
    (StepSpec, "eventually"): "a duration or [mapping](#eventually)",
    (ScenarioSpec, "parameters"): "mapping from names to lists of text",
    (StepSpec, "save"): "mapping from names to [paths](#variables)",
    (PeerSpec, "reference"): "AE title or [mapping](#reference)",
    (PeerSpec, "process"): "recipe or [mapping](#process)",
    (PeerSpec, "container"): "recipe, or mapping for a [recipe](#container) or an [image](#container-of-any-image)",
    **{(ImageOptions, name): "mapping from names to text" for name in ("env", "files")},
    (PeerSpec, "tls"): "`true` or [mapping](#tls-of-a-peer)",
    (Expectation, "tls_failed"): "`true`, a fault or [mapping](#tls_failed)",
    (Expectation, "rejected"): "`true` or [mapping](#rejected)",
    (Expectation, "aborted"): "`true` or [mapping](#aborted)",
    (Expectation, "any_of"): "list of mappings like this one",
    (Expectation, "exact"): "list of mappings from attributes to values",
    **{(Expectation, name): "mapping from attributes to values" for name in ("one", "every", "any")},
    **{(model, "keys"): "mapping from attributes to values" for model in PARAMS.values()},
    (LoadFind, "keys"): "mapping from attributes to values",
    (LoadMove, "keys"): "mapping from attributes to values",
    (LoadStore, "sizes"): "mapping from sizes such as `64 KB` to weights",
    (Expectation, "operations"): "mapping from operations to [mappings](#expected-of-operations-of-a-load)",
    (Mix, "echo"): "a weight or [mapping](#an-operation-of-a-mix)",
    (Mix, "store"): "a weight or [mapping](#store-of-a-mix)",
    (Weighted, "weight"): "number above 0",
    (LoadStore, "weight"): "number above 0",
    (LoadFind, "weight"): "number above 0",
    (LoadMove, "weight"): "number above 0",
    (MoveParams, "destination"): "`local`, `{peer: NAME}` or `{ae_title: TITLE}`",
    (CommitParams, "instances"): "`stored` or list of [instances](#an-instance)",
    (MPPSParams, "create"): "mapping from attributes to values",
    **{
        (model, "attributes"): "mapping from attributes to values"
        for model in (Generate, MPPSParams, AvailabilityParams)
    },
}


def _anchor(model: type[BaseModel]) -> str:
    return TITLES[model].replace("`", "").lower().replace(" ", "-")


def section(model: type[BaseModel]) -> Iterator[str]:
    """A heading, what the model is, and its keys."""
    yield f"{'#' * LEVELS.get(model, 3)} {TITLES[model]}"
    yield ""
    yield inspect.cleandoc(model.__doc__ or "")
    yield ""
    if model is StepSpec:
        services = ", ".join(f"[`{service.value}`](#{service.value})" for service in PARAMS)
        yield f"Beside these keys it has just one service ({services})"
        yield "and, if more or less than success is wanted, [`expect`](#expect)."
        yield ""
    if issubclass(model, AssociationParams) and model is not AssociationParams:
        yield "Beside these keys it has those of [its association](#the-association-of-a-step)."
        yield ""
    yield from table(model)
    yield ""


def expectations() -> Iterator[str]:
    """Which expectation belongs to which service."""
    yield "| | " + " | ".join(f"`{service.value}`" for service in PARAMS) + " |"
    yield "|---" * (len(PARAMS) + 1) + "|"
    for name in Expectation.model_fields:
        yield f"| `{name}` | " + " | ".join("yes" if name in ALLOWED[service] else "" for service in PARAMS) + " |"
    yield ""


def reference_text() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    for model in TITLES:
        lines += section(model)
        if model is Expectation:
            lines.append(DEFAULTS + "Which expectation a service knows:\n")
            lines += expectations()
    lines.append(VARIABLES.rstrip("\n"))
    for root, services in ROOTS.items():
        after = ", ".join(f"`{service.value}`" for service in services)
        beginning, _, name = FORMS[root].rpartition(".")
        names = ", ".join(f"`{other}`" for other in NAMES.get(root, ())) or "any attribute that was found"
        lines.append(f"| `{beginning}.{name}` | {names} | {after} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference_text(), encoding="utf-8")
    for name, path in SCHEMAS.items():
        path.write_text(schema_text(FILE_SCHEMAS[name]()), encoding="utf-8")
    print(f"wrote {REFERENCE} and {', '.join(map(str, SCHEMAS.values()))}")
