"""The page of lint rules is up to date."""

from __future__ import annotations

from tools.make_lint import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
