"""Frames as one video stream, by the encoders of the wheel av, which is imported when first needed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.testdata.extra import import_codec
from harness.testdata.frame import Frame, native

_FRAMES_PER_SECOND = 25
"""What the Frame Time of the templates says, 40 ms."""


@dataclass(frozen=True, slots=True)
class Stream:
    """How to encode: FFmpeg's encoder with its options, and the term for Lossy Image Compression Method.

    Rows and columns are at most what PS3.5 8.2.7 and 8.2.8 say of the level.
    """

    encoder: str
    lossy_method: str
    options: Mapping[str, str]
    most_rows: int = 1080
    most_columns: int = 1920


AVC_41 = Stream("libx264", "ISO_14496_10", {"profile": "high", "level": "4.1", "threads": "1"})
AVC_42 = Stream("libx264", "ISO_14496_10", {"profile": "high", "level": "4.2", "threads": "1"})
# Not HEVC: the libx265 of the wheel av 18 crashes on frames as small as these.


def encode_video(stream: Stream, frames: Sequence[Frame]) -> list[bytes]:
    """All frames in one MPEG-2 transport stream, which is one of the containers that PS3.5 8.2.7 to 8.2.10 allow.

    Raises ValueError when the rows or columns are odd, because chroma has half of each, or too many.
    """
    rows, columns = frames[0].rows, frames[0].columns
    if rows % 2 or columns % 2 or rows > stream.most_rows or columns > stream.most_columns:
        allowed = f"at most {stream.most_rows} rows and {stream.most_columns} columns, both even"
        raise ValueError(f"a video in this transfer syntax has {allowed}, not {rows} x {columns}")
    return [_encoded(import_codec("av"), stream, frames)]


def _encoded(av: Any, stream: Stream, frames: Sequence[Frame]) -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="mpegts", options={"fflags": "+bitexact"}) as container:
        track = container.add_stream(stream.encoder, rate=_FRAMES_PER_SECOND, options=dict(stream.options))
        track.width, track.height, track.pix_fmt = frames[0].columns, frames[0].rows, "yuv420p"
        for frame in frames:
            container.mux(track.encode(_picture(av, frame)))
        container.mux(track.encode(None))
    return made.getvalue()


def _picture(av: Any, frame: Frame) -> Any:
    numpy = import_codec("numpy")
    samples = numpy.frombuffer(native(frame), "u1").reshape(frame.rows, frame.columns, 3)
    return av.VideoFrame.from_ndarray(samples, format="rgb24")
