"""Values that a value representation can hold, and those that it cannot."""

from __future__ import annotations

import pytest

from harness.standard.values import key_problem

GOOD = {
    "AE": ["ARCHIVE", "AR*", "A?"],
    "AS": ["045Y", "003D"],
    "CS": ["CT", "CT\\MR", "C*", "YES 1_"],
    "DA": ["20240131", "20240101-20240131", "20240101-", "-20240131", "20240229"],
    "DS": ["1.5", "-1e3", " 2 ", ".5", "1\\2\\3"],
    "DT": ["2024", "20240131", "20240131133000.123456+0100", "20240101-20240131", "20240101-", "-2024"],
    "FD": ["1.5"],
    "IS": ["12", "-1", "+3"],
    "LO": ["*", "a" * 64, "a" * 64 + "\\" + "b" * 64],
    "LT": ["two\nlines", "back\\slash"],
    "PN": ["Doe^Jane", "Doe^*", "Yamada^Tarou=山田^太郎=やまだ^たろう", "a" * 64 + "=" + "b" * 64],
    "SH": ["1234"],
    "TM": ["13", "1330", "133000.5", "08-12", "0800-", "-120000", "235960"],
    "UI": ["1.2.3", "1.2\\1.3", "*"],
    "US": ["0", "65535"],
    "XX": ["whatever"],
}
BAD = {
    "AE": ["MORE-THAN-16-CHARS"],
    "AS": ["45Y", "045y"],
    "CS": ["ct", "C-T", "CT\\mr"],
    "DA": ["2024-01-31", "20240230", "2024", "*", "-", "20240101-20240131-", "20240101--20240131"],
    "DS": ["1,5", "x", "1" * 17],
    "DT": ["20241331", "now", "-", "2024-01-31T13:30:00"],
    "FD": ["x"],
    "IS": ["1.5", "x", "1*"],
    "LO": ["a" * 65, "a\nb"],
    "PN": ["a^b^c^d^e^f", "a=b=c=d", "a" * 65],
    "SH": ["a" * 17],
    "TM": ["13:30", "25", "133", "-"],
    "UI": ["1.2.x", "1" * 65],
    "US": ["1.5", "x"],
}


@pytest.mark.parametrize(("vr", "text"), [(vr, text) for vr, texts in GOOD.items() for text in ["", *texts]])
def test_what_can_be_sent(vr: str, text: str) -> None:
    assert key_problem(vr, text) == ""


@pytest.mark.parametrize(("vr", "text"), [(vr, text) for vr, texts in BAD.items() for text in texts])
def test_what_cannot(vr: str, text: str) -> None:
    assert key_problem(vr, text)
