"""Transfer syntaxes that must be offered beside others (PS3.5 10.1 to 10.4)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS_SV1,
    RLE_LOSSLESS,
)
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

_FIRST_CONTEXT = 74
_JPEG = "1.2.840.10008.1.2.4."
_LOSSLESS = frozenset(f"{_JPEG}{number}" for number in (57, 58, 65, 66))
"""Lossless JPEG beside its default, some of it retired."""

_LOSSY = frozenset(f"{_JPEG}{number}" for number in (*range(52, 57), *range(59, 65)))
"""Lossy JPEG beside its defaults, all of it retired."""

_UNCOMPRESSED = frozenset((EXPLICIT_VR_LE, EXPLICIT_VR_BE, DEFLATED_EXPLICIT_VR_LE))
"""What has a default beside it; compressed pixel data, which private syntaxes may have, may be all that there is."""


def offered_deviations(request: p.AssociateRQ) -> Iterator[Deviation]:
    """What is missing among the transfer syntaxes of each abstract syntax, in all of its presentation contexts."""
    offered: dict[str, set[str]] = {}
    for context in request.contexts:
        offered.setdefault(context.abstract_syntax, set()).update(context.transfer_syntaxes)
    for abstract_syntax, syntaxes in offered.items():
        for clause, missing in _missing(syntaxes):
            text = f"{missing} is not offered for {abstract_syntax}"
            yield Deviation("default-transfer-syntax", clause, text, _FIRST_CONTEXT)


def _missing(syntaxes: set[str]) -> Iterator[tuple[str, str]]:
    """The clause and what it wants; nothing is said of a context without any transfer syntax."""
    if IMPLICIT_VR_LE not in syntaxes:
        if syntaxes and syntaxes <= _UNCOMPRESSED:
            yield "PS3.5 10.1", "Implicit VR Little Endian"
        elif RLE_LOSSLESS in syntaxes:
            yield "PS3.5 10.4", "Implicit VR Little Endian"
    if syntaxes & _LOSSLESS and JPEG_LOSSLESS_SV1 not in syntaxes:
        yield "PS3.5 10.2", "JPEG Lossless SV1"
    if syntaxes & _LOSSY and not syntaxes & {JPEG_BASELINE, JPEG_EXTENDED}:
        yield "PS3.5 10.3", "JPEG Baseline or Extended"
