"""The page of the relations is up to date."""

from __future__ import annotations

from tools.make_relations import PAGE, page


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"
