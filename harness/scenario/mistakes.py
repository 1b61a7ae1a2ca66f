"""Several mistakes in one value, each at its own place within it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.scenario.variables import NodePath


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake at a path within the value; at the key there when `key` is set."""

    path: NodePath
    message: str
    key: bool = False


class Mistakes(ValueError):
    """Collects mistakes while a value is looked through, and is then raised with all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Mistake] = []

    @contextmanager
    def at(self, path: NodePath, *, key: bool = False) -> Iterator[None]:
        """Note a ValueError of the block as a mistake at `path`; mistakes within it keep their places below."""
        try:
            yield
        except Mistakes as inner:
            self.found += [Mistake((*path, *mistake.path), mistake.message, mistake.key) for mistake in inner.found]
        except ValueError as error:
            self.found.append(Mistake(path, str(error), key))

    def raise_any(self) -> None:
        """Raise itself when there were mistakes."""
        if self.found:
            raise self

    def __str__(self) -> str:
        return "; ".join(mistake.message for mistake in self.found)
