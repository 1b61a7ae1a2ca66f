"""Dataclasses that cost next to nothing until the first of them is made.

The standard library writes and compiles half a dozen functions for each dataclass when its module is imported. That was
a third of the time in which a command starts, mostly for classes that the command never makes one of. Here `__init__`
is compiled when it is first called, and the other methods are shared by all classes.

What the rest of the harness uses of `dataclasses` works the same, and type checkers see the standard library's: classes
may be `frozen`, have `slots` or be `kw_only`, fields are annotations and what `field` makes. There are no `ClassVar`,
no `InitVar` and no `order`. To others the classes are dataclasses too: `dataclasses.fields` knows their fields.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "fields", "is_dataclass", "replace"]

_FIELDS = "__lazy_fields__"


class _Missing:
    """Stands for a default that there is not."""


class _Field:
    """One field; `name` and `type` are known when its class is."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr", "type")

    def __init__(self, default: Any, default_factory: Any, init: bool, repr: bool, compare: bool) -> None:  # noqa: A002
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.name = ""
        self.type = ""
        self.kw_only = False

    @property
    def options(self) -> dict[str, Any]:
        """What the standard library's `field` is given to make the same one."""
        given = {name: getattr(self, name) for name in ("init", "repr", "compare", "kw_only")}
        defaults = {name: getattr(self, name) for name in ("default", "default_factory")}
        return given | {name: value for name, value in defaults.items() if value is not _Missing}


class _FieldsForOthers:
    """`__dataclass_fields__`, as others expect it; made when somebody asks for it."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        """The fields as the standard library describes them, kept from now on."""
        import dataclasses

        described = [(own.name, own.type, dataclasses.field(**own.options)) for own in getattr(owner, _FIELDS)]
        twin: Any = dataclasses.make_dataclass(owner.__name__, described)
        owner.__dataclass_fields__ = twin.__dataclass_fields__
        return owner.__dataclass_fields__


def _field(
    *,
    default: Any = _Missing,
    default_factory: Any = _Missing,
    init: bool = True,
    repr: bool = True,  # noqa: A002
    compare: bool = True,
) -> Any:
    """A field that needs more said than its type."""
    return _Field(default, default_factory, init, repr, compare)


def _dataclass(
    cls: type | None = None, *, frozen: bool = False, slots: bool = False, kw_only: bool = False
) -> type | Callable[[type], type]:
    """Make a class a dataclass."""

    def made(cls: type) -> type:
        return _made(cls, frozen, slots, kw_only)

    return made if cls is None else made(cls)


def _made(cls: type, frozen: bool, slots: bool, kw_only: bool) -> type:
    own = [_own_field(cls, name, kw_only) for name in cls.__annotations__]
    inherited = {known.name: known for known in getattr(cls, _FIELDS, ())}
    every = tuple((inherited | {one.name: one for one in own}).values())
    namespace = _methods(every, frozen) | {
        name: value for name, value in cls.__dict__.items() if not isinstance(value, _Field)
    }
    namespace[_FIELDS] = every
    namespace["__dataclass_fields__"] = _FieldsForOthers()
    namespace["__match_args__"] = tuple(one.name for one in every if one.init and not one.kw_only)
    if slots:
        for one in own:
            namespace.pop(one.name, None)
        namespace["__slots__"] = tuple(one.name for one in own if one.name not in inherited)
    for name in ("__dict__", "__weakref__"):
        namespace.pop(name, None)
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _first_init(made, frozen)  # type: ignore[misc]
    return made


def _own_field(cls: type, name: str, kw_only: bool) -> _Field:
    default = cls.__dict__.get(name, _Missing)
    one = default if isinstance(default, _Field) else _field(default=default)
    if one.default.__class__.__hash__ is None:
        raise ValueError(f"{cls.__name__}.{name}: all would share one {one.default!r}; use default_factory")
    one.name, one.type, one.kw_only = name, cls.__annotations__[name], kw_only
    return one


def _methods(every: tuple[_Field, ...], frozen: bool) -> dict[str, Any]:
    """What the class gets, besides `__init__`, where it does not say otherwise."""
    compared = [one.name for one in every if one.compare]
    shown = [one.name for one in every if one.repr]
    values: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda self: ()

    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    made: dict[str, Any] = {"__repr__": __repr__, "__eq__": __eq__, "__hash__": None}
    if frozen:
        made |= {"__hash__": __hash__, "__setattr__": _refused, "__delattr__": _refused}
        made |= {"__getstate__": _state, "__setstate__": _restore}
    return made


def _refused(self: Any, name: str, *_value: Any) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"{type(self).__qualname__}.{name} cannot be changed")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _first_init(cls: Any, frozen: bool) -> Callable[..., None]:
    """An `__init__` that puts a compiled one in its place when it is called."""

    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        cls.__init__ = _compiled_init(cls, frozen)
        cls.__init__(self, *given, **named)

    return __init__


def _compiled_init(cls: Any, frozen: bool) -> Callable[..., None]:
    every: tuple[_Field, ...] = getattr(cls, _FIELDS)
    known: dict[str, Any] = {"_missing": _Missing}
    head, body = ["self"], []
    for one in sorted(every, key=lambda one: one.kw_only):
        if one.kw_only and "*" not in head:
            head.append("*")
        if one.init:
            head.append(_parameter(one, known))
        elif one.default is _Missing and one.default_factory is _Missing:
            continue
        body.append(_assigned(cls, one, frozen, known))
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    exec(f"def __init__({', '.join(head)}):\n " + "\n ".join(body or ["pass"]), known)
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__module__ = cls.__module__
    return init


def _parameter(one: _Field, known: dict[str, Any]) -> str:
    """A parameter with its default, whose value becomes `known`."""
    if one.default_factory is not _Missing:
        return f"{one.name}=_missing"
    if one.default is _Missing:
        return one.name
    known[f"_default_{one.name}"] = one.default
    return f"{one.name}=_default_{one.name}"


def _assigned(cls: Any, one: _Field, frozen: bool, known: dict[str, Any]) -> str:
    """The line that gives a field its value; what it uses becomes `known`."""
    value = one.name
    if one.default_factory is not _Missing:
        known[f"_make_{one.name}"] = one.default_factory
        value = f"_make_{one.name}() if {value} is _missing else {value}" if one.init else f"_make_{one.name}()"
    elif not one.init:
        known[f"_default_{one.name}"] = one.default
        value = f"_default_{one.name}"
    if not frozen:
        return f"self.{one.name} = {value}"
    slot = getattr(cls, one.name, None)
    if isinstance(slot, MemberDescriptorType):
        # To fill the slot is faster than to have `object` find it by its name.
        known[f"_set_{one.name}"] = slot.__set__
        return f"_set_{one.name}(self, {value})"
    known["_set"] = object.__setattr__
    return f"_set(self, {one.name!r}, {value})"


def _fields(described: Any) -> tuple[_Field, ...]:
    """The fields of a dataclass or of one of its instances."""
    every: tuple[_Field, ...] = getattr(described, _FIELDS)
    return every


def _is_dataclass(value: Any) -> bool:
    """Whether this is one of our dataclasses, or an instance of one."""
    return hasattr(value, _FIELDS)


def _replace(instance: Any, /, **changes: Any) -> Any:
    """Another one that differs in some fields."""
    kept = {one.name: getattr(instance, one.name) for one in _fields(instance) if one.init and one.name not in changes}
    return type(instance)(**kept, **changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, is_dataclass, replace
else:
    dataclass, field, fields, is_dataclass, replace = _dataclass, _field, _fields, _is_dataclass, _replace
