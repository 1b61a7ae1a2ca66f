"""Transfer syntaxes that are offered and accepted (PS3.5 10, PS3.8 7.6.1)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall

ROWS = (
    shall(
        "ul/default-syntax-offered",
        "PS3.5 10.1",
        "The requestor offers Implicit VR Little Endian for each abstract syntax, in one of its presentation "
        "contexts, images that it has only compressed apart.",
    ),
    shall(
        "ul/default-syntax-accepted",
        "PS3.5 10.1",
        "The acceptor does not refuse an abstract syntax that it supports because of its transfer syntaxes when "
        "Implicit VR Little Endian is among them.",
    ),
    shall(
        "ul/data-in-negotiated-syntax",
        "PS3.8 7.6.1",
        "Either side encodes data sets in the transfer syntax that was accepted for their presentation context.",
    ),
    shall(
        "ul/lossless-jpeg-default-offered",
        "PS3.5 10.2",
        "The requestor that offers a lossless JPEG transfer syntax also offers JPEG Lossless SV1 for that abstract "
        "syntax.",
    ),
    shall(
        "ul/rle-default-offered",
        "PS3.5 10.4",
        "The requestor that offers RLE Lossless also offers Implicit VR Little Endian for that abstract syntax.",
    ),
    shall(
        "ul/lossy-jpeg-default-offered",
        "PS3.5 10.3",
        "The requestor that offers a lossy JPEG transfer syntax also offers the default one for 8 or 12 bits for "
        "that abstract syntax.",
    ),
    informative(
        "ul/syntax-preference",
        "PS3.8 7.1.1.14",
        "Which of several transfer syntaxes an acceptor selects is left to it.",
    ),
)
