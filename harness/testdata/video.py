"""Frames as one video stream, by the encoders of the wheel av, which is imported when first needed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.testdata.extra import import_codec
from harness.testdata.frame import Frame, native

_FRAMES_PER_SECOND = 25
"""What the Frame Time of the templates says, 40 ms."""


@dataclass(frozen=True, slots=True)
class Stream:
    """How to encode: FFmpeg's encoder with its options, and the term for Lossy Image Compression Method."""

    encoder: str
    lossy_method: str
    options: Mapping[str, str] = field(default_factory=dict)


AVC_41 = Stream("libx264", "ISO_14496_10", {"profile": "high", "level": "4.1", "threads": "1"})
AVC_42 = Stream("libx264", "ISO_14496_10", {"profile": "high", "level": "4.2", "threads": "1"})
HEVC_51 = Stream(
    "libx265", "ISO_23008_2", {"x265-params": "profile=main:level-idc=5.1:pools=none:frame-threads=1:log-level=none"}
)


def encode_video(stream: Stream, frames: Sequence[Frame]) -> list[bytes]:
    """All frames in one MPEG-2 transport stream, which is one of the containers that PS3.5 8.2.7 to 8.2.10 allow.

    Raises ValueError when the rows or columns are odd: chroma has half of each.
    """
    if frames[0].rows % 2 or frames[0].columns % 2:
        raise ValueError(f"a video has even rows and columns, not {frames[0].rows} x {frames[0].columns}")
    av = import_codec("av")
    made = io.BytesIO()
    with av.open(made, "w", format="mpegts", options={"fflags": "+bitexact"}) as container:
        track = container.add_stream(stream.encoder, rate=_FRAMES_PER_SECOND, options=dict(stream.options))
        track.width, track.height, track.pix_fmt = frames[0].columns, frames[0].rows, "yuv420p"
        for frame in frames:
            container.mux(track.encode(_picture(av, frame)))
        container.mux(track.encode(None))
    return [made.getvalue()]


def _picture(av: Any, frame: Frame) -> Any:
    numpy = import_codec("numpy")
    samples = numpy.frombuffer(native(frame), "u1").reshape(frame.rows, frame.columns, 3)
    return av.VideoFrame.from_ndarray(samples, format="rgb24")
