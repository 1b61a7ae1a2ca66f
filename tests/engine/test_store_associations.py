"""A store over several associations at once: each instance once, and in the order of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import Ran, run_text

STEP = "store: {generate: {instances: 7, rows: 4, columns: 4}, associations: %d, called_ae_title: %s}"


def run(folder: Path, associations: int, called: str = "REFERENCE") -> Ran:
    text = f"""\
    version: 1
    peers:
      bundled: {{reference: {{}}}}
    scenarios:
      - id: several
        peer: bundled
        steps:
          - {STEP % (associations, called)}
            expect: {{count: 7}}
    """
    return run_text(folder, text)


@pytest.mark.parametrize(("wanted", "opened"), [(1, 1), (3, 3), (9, 7)])
def test_the_instances_are_divided(wanted: int, opened: int, tmp_path: Path) -> None:
    ran = run(tmp_path, wanted)
    assert ran.status == 0, ran.output
    (step,) = ran.results["steps"]
    assert len(step["associations"]) == opened


def test_what_no_association_was_for_is_not_sent(tmp_path: Path) -> None:
    ran = run(tmp_path, 3, called="NOBODY")
    assert ran.status == 1
    (step,) = ran.results["steps"]
    assert len(step["associations"]) == 3
    assert "0 of 7" in ran.output, ran.output
