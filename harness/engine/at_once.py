"""Work done at once, in a thread for each piece."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def at_once(pieces: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all pieces, in their order; what a piece raises is raised when all have ended.

    An interruption of the caller is raised at once; whoever handles it ends what the pieces wait for.
    """
    results: dict[int, T] = {}
    failures: list[BaseException] = []

    def work(number: int, piece: Callable[[], T]) -> None:
        try:
            results[number] = piece()
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread that waits
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(number, piece), daemon=True, name=f"step-{number}")
        for number, piece in enumerate(pieces)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [results[number] for number in range(len(pieces))]
