"""Our dataclasses beside those of the standard library: the same to whoever uses them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from harness import lazy_dataclasses
from harness.lazy_dataclasses import dataclass, field
from harness.results.model import LeftBehind


def family(library: Any) -> Any:
    """The same classes, made by one library or the other."""
    dataclass, field = library.dataclass, library.field

    @dataclass(frozen=True, slots=True)
    class Frozen:
        number: int
        words: tuple[str, ...] = ()
        secret: bytes = field(default=b"", repr=False)
        noted: list[int] = field(default_factory=list, compare=False)

    @dataclass(slots=True)
    class Base:
        name: str
        seen: list[str] = field(default_factory=list)

    @dataclass(slots=True, kw_only=True)
    class Derived(Base):
        size: int  # type: ignore[misc]  # of which library is not known to mypy
        twice: int = field(init=False, repr=False, compare=False)
        count: int = field(default=7, init=False)

        def __post_init__(self) -> None:
            self.twice = 2 * self.size

    @dataclass(frozen=True)
    class Open:
        number: int = 3

    @dataclass
    class Empty:
        pass

    @dataclass(slots=True)
    class Itself:
        part: Any = None

    return SimpleNamespace(Frozen=Frozen, Base=Base, Derived=Derived, Open=Open, Empty=Empty, Itself=Itself)


OURS, THEIRS = family(lazy_dataclasses), family(dataclasses)


@dataclass(frozen=True, slots=True)
class Kept:
    """At the top of a module, as pickle wants it."""

    number: int
    words: tuple[str, ...] = ()


def around_itself(made: Any) -> Any:
    one = made.Itself()
    one.part = [one]
    return one


def outcome(ask: Callable[[Any], Any], made: Any) -> str:
    """What somebody sees: a text, or the kind of error and what it says."""
    try:
        return repr(ask(made))
    except (TypeError, ValueError, AttributeError) as error:
        said = str(error) if isinstance(error, TypeError) else ""
        return f"{type(error).__name__}: {said}"


@pytest.mark.parametrize(
    "ask",
    [
        lambda made: made.Frozen(1),
        lambda made: made.Frozen(1, ("a",), b"x", [2]),
        lambda made: made.Frozen(words=("a",), number=1),
        lambda made: made.Frozen(),
        lambda made: made.Frozen(1, nothing=2),
        lambda made: made.Frozen(1) == made.Frozen(1, noted=[5]),
        lambda made: made.Frozen(1) == made.Frozen(2),
        lambda made: made.Frozen(1) == made.Open(1),
        lambda made: {made.Frozen(1): "found"}[made.Frozen(1)],
        lambda made: made.Frozen(1).noted is made.Frozen(1).noted,
        lambda made: setattr(made.Frozen(1), "number", 2),
        lambda made: delattr(made.Frozen(1), "number"),
        lambda made: setattr(made.Open(), "number", 2),
        lambda made: setattr(made.Base("a"), "other", 2),
        lambda made: made.Frozen.__slots__,
        lambda made: made.Derived.__slots__,
        lambda made: made.Open().__dict__,
        lambda made: made.Derived("a", size=4),
        lambda made: made.Derived("a", ["b"], size=4).twice,
        lambda made: made.Derived("a", ["b"], 4),
        lambda made: made.Derived("a", size=4, count=8),
        lambda made: hash(made.Derived("a", size=4)),
        lambda made: made.Empty() == made.Empty(),
        lambda made: made.Open() == made.Open(3),
        around_itself,
        lambda made: made.Frozen.__match_args__,
        lambda made: made.Derived.__match_args__,
        lambda made: copy.copy(made.Frozen(1, ("a",))),
        lambda made: copy.deepcopy(made.Derived("a", ["b"], size=4)),
        lambda made: dataclasses.replace(made.Frozen(1, ("a",)), number=2),
        lambda made: dataclasses.asdict(made.Derived("a", ["b"], size=4)),
        lambda made: [known.name for known in dataclasses.fields(made.Derived)],
        lambda made: [known.kw_only for known in dataclasses.fields(made.Derived)],
    ],
)
def test_they_answer_as_those_of_the_standard_library(ask: Callable[[Any], Any]) -> None:
    assert outcome(ask, OURS) == outcome(ask, THEIRS)


@pytest.mark.parametrize("library", [lazy_dataclasses, dataclasses])
def test_a_list_as_default_would_be_shared_by_all(library: Any) -> None:
    with pytest.raises(ValueError, match="default_factory"):

        @library.dataclass(slots=True)
        class Shared:
            seen: list[str] = []  # noqa: RUF012 - the mistake


def test_our_own_functions_do_what_the_standard_library_does() -> None:
    one = OURS.Derived("a", ["b"], size=4)
    changed = lazy_dataclasses.replace(one, size=5)
    assert (changed, changed.twice) == (OURS.Derived("a", ["b"], size=5), 10)
    with pytest.raises(TypeError):
        lazy_dataclasses.replace(one, count=8)
    assert [known.name for known in lazy_dataclasses.fields(one)] == ["name", "seen", "size", "twice", "count"]
    assert lazy_dataclasses.is_dataclass(OURS.Base)
    assert lazy_dataclasses.is_dataclass(one)
    assert not lazy_dataclasses.is_dataclass("one")


def test_what_is_frozen_is_pickled_as_it_was() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, ("a",)))) == Kept(1, ("a",))


def test_the_first_one_made_is_like_the_others() -> None:
    @dataclass(frozen=True, slots=True)
    class Late:
        number: int
        noted: list[int] = field(default_factory=list)

    assert Late(1, [2]) == Late(1, noted=[2])


def test_a_subclass_that_is_no_dataclass_is_made_as_its_base() -> None:
    class Plain(OURS.Frozen):  # type: ignore[name-defined,misc]
        pass

    assert repr(Plain(1)).endswith("Plain(number=1, words=(), noted=[])")
    assert Plain(1) != OURS.Frozen(1)


def test_records_of_the_harness_are_dataclasses_to_others() -> None:
    assert dataclasses.is_dataclass(LeftBehind)


def test_the_standard_library_s_are_not_loaded_for_it() -> None:
    script = (
        "import sys\nfrom harness.lazy_dataclasses import dataclass\n"
        "@dataclass(frozen=True, slots=True)\nclass One:\n    a: int = 1\n"
        "assert repr(One()) == 'One(a=1)'\nprint({'dataclasses', 'inspect'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
