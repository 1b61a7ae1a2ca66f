"""The page about `diagnose`: its codes are those that the ladder gives, and its example looks as the command does."""

from __future__ import annotations

import re
from pathlib import Path

from harness.diagnosis.catalogue import CAUSES
from harness.observe.rungs import RungName
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that

PAGE = (Path(__file__).parents[2] / "docs" / "diagnose.md").read_text()
_CODE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
_NO_CODES = {"store-negotiation"}


def test_every_code_on_the_page_can_be_given() -> None:
    assert set(_CODE.findall(PAGE)) - _NO_CODES <= CAUSES.keys()


def test_every_rung_is_on_the_page_in_order() -> None:
    assert re.findall(r"^\| ([a-z ]+) \|", PAGE, re.MULTILINE)[1:10] == [name.value for name in RungName]


def test_the_example_looks_like_the_command() -> None:
    def shape(text: str) -> list[str]:
        return re.findall(r"^(?:holds|broken) +[a-z]+ +", text, re.MULTILINE)

    with peer_that("rejection", title="ARCHIVE") as address:
        shown = adhoc("diagnose", address)
    assert shape(shown.output) == shape(PAGE)
    last = "rejected-permanent, by service-user: called AE title not recognized (1/1/7)"
    assert last in shown.output
    assert last in PAGE


def test_the_help_fits_a_terminal() -> None:
    lines = adhoc("diagnose", "--help").output.splitlines()
    assert max(map(len, lines)) <= 80
