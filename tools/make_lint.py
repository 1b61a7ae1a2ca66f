"""Remake `docs/lint.md` from the rules of `harness/checks/lint/rules/`.

Run `python tools/make_lint.py`; a test compares the result with what is checked in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.checks.lint.catalogue import GROUPS, RULES
from harness.checks.lint.model import Rule
from harness.standard.requirements.catalogue import REQUIREMENTS

PAGE = Path(__file__).parents[1] / "docs" / "lint.md"

_HEAD = f"""# The wire lint

Made by `tools/make_lint.py` from `harness/checks/lint/rules`; do not edit it by hand.

Every association that `dicom-harness run` or an ad-hoc command opens or takes goes through {len(RULES)} rules, and so
do those of `probe`, of `proxy`, of `diagnose --pcap`, and of the cases of `conform` that break no rules themselves.
They look at what *the peer* sent and at what *we* sent; no byte is sent for their sake. How many associations went
through them stands in every report of a run.

**What the peer got wrong** is a check of the step with the id `STEP/lint/RULE`, once for each rule and step. It is a
warning, which fails with `--strict` unless the rule is *informative*. It names the clause, the PDU (counted from 1) and
the header or field in hexadecimal. **What we got wrong** is an error with the id `STEP/lint/ours/RULE`, whatever the
peer did: please report it. What was found when the associations that steps share had ended belongs to a step named
`afterwards`. Where nothing is found there is no check. A plain `echo` without reports is not linted: it starts faster.

The lint reads what is kept for captures (`wire/*.pcapng`): negotiation and commands whole, of data sets only how many
bytes there were. What is masked, left out, or was not captured is held against nobody. Both sides may have something
on its way at once, so a pending response after a cancel, or a cancel after the last response, is nobody's fault: only
what came before its own cause was sent too early. Nor is anybody to blame for repeating in a response what was wrong
in the request.

A rule is as binding as the weightiest [requirement](coverage.md) that it verifies. Its id never changes its meaning.
"""


def page() -> str:
    """The text of the page."""
    lines = [_HEAD]
    for title, rules in GROUPS.items():
        lines += [
            f"## {title}",
            "",
            "| Rule | Level | What it demands | Clause | Requirements |",
            "|---|---|---|---|---|",
        ]
        lines += [_line(rule) for rule in rules]
        lines.append("")
    return "\n".join(lines)


def _line(rule: Rule) -> str:
    clauses = ", ".join(_clauses(rule))
    requirements = "<br>".join(f"`{identifier}`" for identifier in rule.requirements)
    return f"| `{rule.id}` | {rule.level} | {rule.title} | {clauses} | {requirements} |"


def _clauses(rule: Rule) -> Iterator[str]:
    yield from dict.fromkeys(REQUIREMENTS[identifier].clause for identifier in rule.requirements)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
