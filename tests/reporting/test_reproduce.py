"""The command that runs one scenario again."""

from __future__ import annotations

import pytest

from harness.reporting.reproduce import reproduce


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("dicom-harness run a.yaml", "dicom-harness run a.yaml --only a/echo"),
        (
            "dicom-harness run scenarios --peer 'x=A@b:1' --tag t --only 'a/*' --report-dir=out --strict",
            "dicom-harness run scenarios --peer x=A@b:1 --strict --only a/echo",
        ),
        ("dicom-harness run a.yaml --report-dir out --evidence e.zip", "dicom-harness run a.yaml --only a/echo"),
        ("dicom-harness echo A@b:1", ""),
        ("dicom-harness run 'a", ""),
        ("", ""),
    ],
)
def test_the_command_of_a_scenario(command: str, again: str) -> None:
    assert reproduce(command, "a/echo[syntax=x y]") == again
