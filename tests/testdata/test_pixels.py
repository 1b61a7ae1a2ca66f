"""The image of synthetic instances."""

from __future__ import annotations

import subprocess
import sys
from array import array

import pytest

from harness.standard.uids import EXPLICIT_VR_BE, EXPLICIT_VR_LE, RLE_LOSSLESS
from harness.testdata.pixels import gradient, make_pixel_data


@pytest.mark.parametrize(("bits", "stored", "code"), [(8, 8, "B"), (16, 12, "H")])
def test_the_gradient_rises_within_a_bright_frame(bits: int, stored: int, code: str) -> None:
    rows, columns, bright = 20, 30, (1 << stored) - 1
    samples = gradient(rows, columns, bits, stored)
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
    assert list(gradient(rows, columns, 8, 8)) == [255] * (rows * columns)


def test_byte_orders() -> None:
    little = make_pixel_data(4, 4, 16, 12, EXPLICIT_VR_LE).value
    big = make_pixel_data(4, 4, 16, 12, EXPLICIT_VR_BE).value
    assert little[:2] == b"\xff\x0f"
    assert big[:2] == b"\x0f\xff"
    swapped = array("H", little)
    swapped.byteswap()
    assert big == swapped.tobytes()


def test_an_odd_number_of_bytes_is_padded() -> None:
    pixels = make_pixel_data(3, 3, 8, 8, EXPLICIT_VR_LE)
    assert pixels.value == b"\xff\xff\xff\xff" + pixels.value[4:5] + b"\xff\xff\xff\xff" + b"\0"


def test_numpy_is_not_needed() -> None:
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from harness.testdata.pixels import make_pixel_data\n"
        f"print(len(make_pixel_data(8, 8, 16, 12, {RLE_LOSSLESS!r}).value) > 0)"
    )
    hidden = (
        "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'numpy' else f(n, *a)\n"
    )
    done = subprocess.run([sys.executable, "-c", hidden + program], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
