"""The kill matrix as a page in Markdown, and as a grid in one HTML file."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.proxy.catalogue import FAULTS
from tests.kill_matrix.matrix import Matrix, all_checks

PAGE = Path(__file__).parents[2] / "docs" / "kill-matrix.md"
GRID = PAGE.with_suffix(".html")
SHOWN = 4
"""Checks, or faults, that a row of the page names; the grid has all."""

_HEAD = """# The kill matrix

Who tests the tester? The reference SCP is a good peer: no check fails it. Here it is put behind [the proxy](proxy.md)
with one fault at a time, and everything must notice that looks at it. What the peer sends to us on associations of its
own, sub-operations of a C-MOVE and reports of storage commitment, goes through another proxy; there the faults of
requestors are the peer's.

- each fault is caught by a rule of the wire lint, by a case of `conform`, or by an expectation of a scenario;
- each rule of the lint, and each case that can fail, catches a fault. One that catches none would tell nothing.

Faults that the standard allows are marked *permitted*: no check may accuse anybody of them, and that is tried, too.
Cases that are informative cannot fail, and those of timers wait for minutes; they are left out.
[The grid](kill-matrix.html) shows every pair.

Made by `make kill-matrix`, which takes some minutes; the tests try a pair for each fault and for each check.
"""


def markdown(matrix: Matrix) -> str:
    """`docs/kill-matrix.md`."""
    return "\n".join([_HEAD, *_numbers(matrix), *_faults(matrix), *_checks(matrix)]) + "\n"


def _numbers(matrix: Matrix) -> Iterator[str]:
    checks = all_checks()
    caught = sum(bool(found) for found in matrix.kills.values())
    deadly = sum(bool(matrix.faults_of(check)) for check in checks)
    yield f"**{caught} of {len(matrix.kills)} faults are caught; {deadly} of {len(checks)} checks catch one.**\n"


def _faults(matrix: Matrix) -> Iterator[str]:
    yield "## Faults\n\n| fault | of the | caught by |\n|---|---|---|"
    for name in filter(matrix.kills.__contains__, FAULTS):
        found = matrix.kills[name]
        told = _some(sorted(found)) if found else "*permitted*" if FAULTS[name].permitted else "**nothing**"
        yield f"| `{name}` | {FAULTS[name].side} | {told} |"
    yield ""


def _checks(matrix: Matrix) -> Iterator[str]:
    yield "## Checks\n\n| check | faults | that is |\n|---|---|---|"
    for check in all_checks():
        faults = matrix.faults_of(check)
        yield f"| `{check}` | {len(faults)} | {_some(faults) or '**nothing**'} |"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:SHOWN]) + more


_GRID = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The kill matrix of dicom-harness</title>
<style>
body {{ font: 13px/1.4 system-ui, sans-serif; margin: 1.5rem; }}
table {{ border-collapse: collapse; }}
th {{ font-weight: normal; text-align: left; white-space: nowrap; padding: 0 .5em; }}
tbody th {{ position: sticky; left: 0; background: #fff; }}
thead th {{ writing-mode: vertical-rl; padding: .5em 0; }}
td {{ width: 12px; min-width: 12px; height: 14px; border: 1px solid #eee; padding: 0; }}
td.f {{ background: #b3261e; }} td.w {{ background: #e6a700; }} td.l {{ background: #3f51b5; }}
.key span {{ display: inline-block; width: 12px; height: 12px; margin: 0 .3em 0 1em; vertical-align: -1px; }}
</style>
<h1>The kill matrix</h1>
<p>{faults} faults of the proxy by {checks} checks. Move the pointer over a cell to read its names.
<p class="key"><span style="background:#3f51b5"></span>found by the lint<span style="background:#b3261e"></span>fail
<span style="background:#e6a700"></span>warning</p>
<table><thead><tr><th></th></tr></thead><tbody></tbody></table>
<script>
const checks = {names};
const rows = {rows};
const head = document.querySelector("thead tr"), body = document.querySelector("tbody");
for (const check of checks) head.insertCell().outerHTML = "<th>" + check + "</th>";
for (const [fault, cells] of rows) {{
  const row = body.insertRow();
  row.insertCell().outerHTML = "<th>" + fault + "</th>";
  [...cells].forEach((cell, at) => {{
    const made = row.insertCell();
    if (cell !== ".") {{ made.className = cell; made.title = fault + " is caught by " + checks[at]; }}
  }});
}}
</script>
</html>
"""


def grid(matrix: Matrix) -> str:
    """`docs/kill-matrix.html`: works without a network."""
    checks = matrix.columns()
    rows = [(html.escape(fault), matrix.row(fault, checks)) for fault in FAULTS if fault in matrix.kills]
    names = json.dumps([html.escape(check) for check in checks])
    return _GRID.format(faults=len(rows), checks=len(checks), names=names, rows=json.dumps(rows, separators=(",", ":")))


def write_pages(matrix: Matrix) -> None:
    """Both."""
    PAGE.write_text(markdown(matrix))
    GRID.write_text(grid(matrix))
