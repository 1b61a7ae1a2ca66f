"""The page of the proxy: its table is up to date, its schedule is valid."""

from __future__ import annotations

import re
from pathlib import Path

from harness.proxy.schedule import read_schedule
from tools.make_faults import PAGE, page


def test_the_table_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"


def test_the_schedule_can_be_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "schedule.yaml"
    path.write_text(block)
    assert [(entry.fault.name, entry.occasion, entry.association) for entry in read_schedule(path)] == [
        ("status A700H", 3, None),
        ("reset-at-response", None, 2),
        ("response-late", None, None),
    ]
