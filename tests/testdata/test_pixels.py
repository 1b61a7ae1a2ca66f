"""The image of synthetic instances."""

from __future__ import annotations

import subprocess
import sys
from array import array

import pytest

from harness.standard.images import Image
from harness.standard.uids import EXPLICIT_VR_BE, EXPLICIT_VR_LE, RLE_LOSSLESS
from harness.testdata.pixels import make_frame, make_pixel_data
from harness.testdata.templates.base import GRAY_8, GRAY_12


@pytest.mark.parametrize(("image", "code"), [(GRAY_8, "B"), (GRAY_12, "H")])
def test_the_gradient_rises_within_a_bright_frame(image: Image, code: str) -> None:
    rows, columns, bright = 20, 30, (1 << image.bits_stored) - 1
    samples = make_frame(image, rows, columns).samples
    lines = [samples[start : start + columns] for start in range(0, rows * columns, columns)]
    assert (samples.typecode, len(lines)) == (code, rows)
    assert set(lines[0]) == set(lines[-1]) == {bright}
    for line in lines[1:-1]:
        assert (line[0], line[-1]) == (bright, bright)
        assert list(line[1:-1]) == sorted(line[1:-1])
        assert max(line[1:-1]) < bright
    assert lines[1][1] < lines[rows - 2][1]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (5, 1), (2, 2)])
def test_small_images(rows: int, columns: int) -> None:
    assert list(make_frame(GRAY_8, rows, columns).samples) == [255] * (rows * columns)


def test_byte_orders() -> None:
    little = make_pixel_data(GRAY_12, 4, 4, EXPLICIT_VR_LE).value
    big = make_pixel_data(GRAY_12, 4, 4, EXPLICIT_VR_BE).value
    assert little[:2] == b"\xff\x0f"
    assert big[:2] == b"\x0f\xff"
    swapped = array("H", little)
    swapped.byteswap()
    assert big == swapped.tobytes()


def test_an_odd_number_of_bytes_is_padded() -> None:
    pixels = make_pixel_data(GRAY_8, 3, 3, EXPLICIT_VR_LE)
    assert pixels.value == b"\xff\xff\xff\xff" + pixels.value[4:5] + b"\xff\xff\xff\xff" + b"\0"


def test_numpy_is_not_needed() -> None:
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from harness.testdata.pixels import make_pixel_data\n"
        "from harness.testdata.templates.base import GRAY_12\n"
        f"print(len(make_pixel_data(GRAY_12, 8, 8, {RLE_LOSSLESS!r}).value) > 0)"
    )
    hidden = (
        "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'numpy' else f(n, *a)\n"
    )
    done = subprocess.run([sys.executable, "-c", hidden + program], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


def test_frames_and_colors_differ() -> None:
    image = Image(8, 8, samples=3, frames=3)
    frames = [make_frame(image, 20, 30, number).samples for number in range(3)]
    assert len({frame.tobytes() for frame in frames}) == 3
    assert len({frames[0][color::3].tobytes() for color in range(3)}) == 3
    assert {len(frame) for frame in frames} == {20 * 30 * 3}


def test_samples_of_one_bit_are_packed_without_gaps_between_frames() -> None:
    pixels = make_pixel_data(Image(1, 1, frames=2), 3, 3, EXPLICIT_VR_LE)
    # All of the border is bright, so only the pixel in the middle can differ; 18 bits are 3 bytes, padded to 4.
    bits = int.from_bytes(pixels.value, "little")
    assert len(pixels.value) == 4
    assert bits & 0b111101111 == bits >> 9 & 0b111101111 == 0b111101111
    assert bits >> 18 == 0


def test_samples_of_one_bit_are_packed_in_time_that_grows_with_their_number() -> None:
    rows = columns = 2048
    value = make_pixel_data(Image(1, 1), rows, columns, EXPLICIT_VR_LE).value
    # The first row is bright, and so are both ends of the second.
    assert value[: columns // 8] == b"\xff" * (columns // 8)
    assert len(value) == rows * columns // 8
