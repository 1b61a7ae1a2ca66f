"""AE titles as they went on the wire, where a peer refused one."""

from __future__ import annotations

from collections.abc import Iterator

from harness.observe.ending import Ending
from harness.ul.pdu import title_field

_CALLING, _CALLED = 3, 7
"""Reasons of a rejection by the service user that are about AE titles (PS3.8 Table 9-21)."""


def titles_as_sent(ending: Ending | None, *, called: str, calling: str) -> Iterator[str]:
    """Both titles in bytes, if the ending is a rejection about one: case and spaces are seen there only."""
    if ending is None or ending.rejection is None or ending.rejection.reason not in (_CALLING, _CALLED):
        return
    for word, title in (("called", called), ("calling", calling)):
        yield f"{word} AE title `{title}`, sent as {title_field(title).hex(' ')}: case counts, spaces at the end do not"
