"""The requirement catalogue: ids to rely upon, clauses to look up, sentences that say one thing."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from harness.standard.requirements.catalogue import GROUPS, REQUIREMENTS
from harness.standard.requirements.model import Level, Requirement

ROWS = [row for rows in GROUPS.values() for row in rows]
AREAS = ("ul", "dimse", "verification", "storage", "qr", "worklist", "mpps", "commit", "tls")
IDENTIFIER = re.compile(rf"({'|'.join(AREAS)})/[a-z0-9]+(-[a-z0-9]+)*")
CLAUSE = re.compile(r"PS3\.(3|4|5|7|8|15) ([A-Z]{1,2}|[0-9]+)(\.[0-9]+)*(-[0-9]+[a-z]?)?")
BINDING = re.compile(r"\b(must|should|shall|may)\b")


def test_ids_are_unique() -> None:
    repeated = [identifier for identifier, times in Counter(row.id for row in ROWS).items() if times > 1]

    assert not repeated
    assert len(REQUIREMENTS) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_is_well_formed(row: Requirement) -> None:
    assert IDENTIFIER.fullmatch(row.id)
    assert CLAUSE.fullmatch(row.clause)
    assert isinstance(row.level, Level)
    assert row.text.endswith(".")
    assert row.text[0].isupper()
    assert ". " not in row.text, "one sentence, one requirement"
    assert not row.untested.endswith(".")


@pytest.mark.parametrize("row", [row for row in ROWS if row.level is not Level.INFORMATIVE], ids=lambda row: row.id)
def test_the_level_is_not_said_twice(row: Requirement) -> None:
    assert not BINDING.search(row.text)


def test_texts_are_unique() -> None:
    assert not [text for text, times in Counter(row.text for row in ROWS).items() if times > 1]


def test_there_are_enough() -> None:
    assert len(ROWS) >= 400
