"""A file with the values of its variables, and the models of its parts, every mistake noted at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from harness.scenario.fields import kind_of
from harness.scenario.mistakes import Mistakes
from harness.scenario.nodes import Document
from harness.scenario.problems import allowed
from harness.scenario.variables import Node, NodePath, child, names_in, references, substitute, substitute_text

M = TypeVar("M", bound=BaseModel)

_LIMITS = {
    "greater_than_equal": ("small; the least is", "ge"),
    "less_than_equal": ("large; the most is", "le"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """A document seen with the values of some variables.

    What holds a variable without a value is not judged: its value comes during the run, or its name is wrong, which is
    told elsewhere.
    """

    document: Document
    values: Mapping[str, str] = field(default_factory=dict)

    def at(self, path: NodePath) -> Node | None:
        """The node at a path with known values put in; None when there is none."""
        node = self.document.at(path)
        return None if node is None else substitute(node, self.values)

    def text(self, path: NodePath) -> str | None:
        """The text at a path if there is one and its value is known."""
        node = self.document.at(path)
        return substitute_text(node, self.values) if isinstance(node, str) and not self._is_open(node) else None

    def note_missing(self, path: NodePath) -> None:
        """Note every variable below a path that has no value."""
        for where, name in references(self.document.at(path) or "", path):
            if name not in self.values:
                self.document.note(where, f"`${{{name}}}` has no value: the step that saves it did not run")

    def _is_open(self, node: Node | None) -> bool:
        """Whether a text holds a variable that has no value yet."""
        return isinstance(node, str) and not names_in(node) <= self.values.keys()

    def model(
        self,
        model: type[M],
        path: NodePath,
        *,
        without: frozenset[str] = frozenset(),
        unknown: Callable[[NodePath, str, list[str]], str] | None = None,
    ) -> M | None:
        """The model of a node, or None with its problems noted.

        `without` are keys that somebody else reads. `unknown` gives the message for an unknown key from where it
        stands, the key, and the keys that are allowed there.
        """
        node = self.at(path)
        if node in ("", None):
            node = {}
        if not isinstance(node, dict):
            if not self._is_open(self.document.at(path)):
                self.document.note_value(path, f"expected a mapping, found {kind_of(node)}")
            return None
        try:
            return model.model_validate({key: value for key, value in node.items() if key not in without})
        except ValidationError as error:
            for found in error.errors(include_url=False):
                self._note(_Finding(model, node, path, found), without, unknown or unknown_key)
            return None

    def _note(
        self, finding: _Finding, without: frozenset[str], unknown: Callable[[NodePath, str, list[str]], str]
    ) -> None:
        if finding.kind == "missing":
            self.document.note(finding.path[:-1], f"`{finding.path[-1]}` is missing")
        elif finding.kind == "extra_forbidden":
            message = unknown(finding.path, finding.key, sorted({*finding.keys, *without}))
            self.document.note(finding.path, message, at_key=True)
        else:
            for path, message, at_key in finding.mistakes():
                if not self._is_open(self.document.at(path)):
                    self.document.note_value(path, message, at_key=at_key, expected=finding.expected)


def unknown_key(_path: NodePath, key: str, keys: list[str]) -> str:
    """The message for a key that is not allowed where it stands."""
    return f"unknown key `{key}`{allowed(key, keys)}"


class _Finding:
    """One finding of pydantic, in the words and places of the file."""

    def __init__(self, model: type[BaseModel], node: Node, path: NodePath, finding: Any) -> None:
        self._model = model
        self._finding = finding
        self._location = finding["loc"]
        self._node = node
        self.kind: str = finding["type"]
        self.path = (*path, *self._inner_path())
        self.at_key = self._location[-1:] == ("[key]",)

    @property
    def key(self) -> str:
        """The key that is unknown."""
        return str(self._location[-1])

    @property
    def keys(self) -> list[str]:
        """The keys allowed where the finding is."""
        model, _ = self._field(self._location[:-1])
        return [field.alias or name for name, field in model.model_fields.items()]

    @property
    def expected(self) -> str:
        """What the field takes, in words; empty when nothing is said about it."""
        _, field = self._field(self._location)
        return _description(field) if field is not None else ""

    def mistakes(self) -> Iterator[tuple[NodePath, str, bool]]:
        """Every place, message, and whether it is the key that is wrong."""
        error = self._finding.get("ctx", {}).get("error")
        if isinstance(error, Mistakes):
            for mistake in error.found:
                yield (*self.path, *mistake.path), mistake.message, mistake.key
        else:
            yield self.path, str(error) if self.kind == "value_error" else self._sentence(), self.at_key

    def _inner_path(self) -> NodePath:
        """The part of pydantic's location that exists in the file: it also names alternatives of unions."""
        path: list[int | str] = []
        current: Node | None = self._node
        for part in self._location:
            inner = child(current, part)
            if inner is not None:
                current = inner
            elif self.kind == "missing" and part == self._location[-1]:
                current = None
            else:
                continue
            path.append(part)
        return tuple(path)

    def _field(self, location: tuple[int | str, ...]) -> tuple[type[BaseModel], FieldInfo | None]:
        """The model and the field that a location leads to."""
        model, found = self._model, None
        for part in location:
            named = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
            if named is not None:
                found = named
                model = _model_in(named.annotation, self._alternative(location, part)) or model
        return model, found

    def _alternative(self, location: tuple[int | str, ...], part: int | str) -> str:
        """The alternative of a union that pydantic took after a part of a location."""
        following = location[location.index(part) + 1 :][:1]
        return following[0] if following and isinstance(following[0], str) else ""

    def _sentence(self) -> str:
        value, context = self._finding["input"], self._finding.get("ctx", {})
        if self.kind == "enum":
            names = [name.strip().strip("'") for name in context["expected"].replace(" or ", ", ").split(",")]
            return f"{kind_of(value)} is not allowed here{allowed(value if isinstance(value, str) else '', names)}"
        if self.kind in _LIMITS:
            word, key = _LIMITS[self.kind]
            return f"`{value}` is too {word} {context[key]}"
        if self.kind == "too_short":
            return "the list is empty; name at least one"
        if self.kind == "too_long":
            return f"the list has {context['actual_length']} entries; at most {context['max_length']} are allowed"
        return f"expected {_WANTED[self.kind]}, found {kind_of(value)}"


_WANTED = {
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


def _model_in(annotation: Any, alternative: str) -> type[BaseModel] | None:
    """The model in an annotation; of several, the one with the tag that pydantic names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    tags = [part.tag for part in getattr(annotation, "__metadata__", ()) if hasattr(part, "tag")]
    if tags and alternative not in tags:
        return None
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument, alternative)
        if found is not None:
            return found
    return None


def _description(field: FieldInfo) -> str:
    """What the type of a field says of itself."""
    for said in (*field.metadata, *_metadata(field.annotation)):
        schema = getattr(said, "json_schema", None)
        if schema is not None and "description" in schema:
            return str(schema["description"])
    return ""


def _metadata(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for argument in getattr(annotation, "__args__", ()):
        yield from _metadata(argument)
