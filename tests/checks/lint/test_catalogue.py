"""The rules as a table: known requirements, levels that they bear out, and a rule for every deviation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import harness
from harness.checks.lint.catalogue import GROUPS, RULES
from harness.checks.lint.model import Rule
from harness.standard.requirements.catalogue import REQUIREMENTS
from harness.standard.requirements.model import Level
from tests.checks.lint.test_associations import ASSOCIATE, PDUS, SEQUENCE, USERS
from tests.checks.lint.test_exchanges import REQUESTS, RESPONSES, SUB_OPERATIONS
from tests.checks.lint.test_messages import COMMANDS, DATA

_BINDING = [Level.INFORMATIVE, Level.SHOULD, Level.SHALL]


def test_ids_are_unique() -> None:
    assert len(RULES) == sum(len(group) for group in GROUPS.values())


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_verifies_requirements_and_binds_no_more_than_they_do(rule: Rule) -> None:
    assert rule.requirements
    levels = [REQUIREMENTS[identifier].level for identifier in rule.requirements]
    assert rule.level == max(levels, key=_BINDING.index)


def _named_rules() -> set[str]:
    """Every text that stands for a rule in a deviation, wherever in the code one is made."""
    found = set()
    for path in Path(harness.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Deviation" and node.args:
                name = node.args[0]
                found |= {str(name.value)} if isinstance(name, ast.Constant) else set()
    return found


def test_every_deviation_has_a_rule() -> None:
    named = _named_rules()
    assert len(named) > 30
    assert named <= RULES.keys()


def test_every_rule_is_seen_broken() -> None:
    wrong = [*PDUS, *ASSOCIATE, *USERS, *SEQUENCE, *DATA, *COMMANDS, *REQUESTS, *RESPONSES, *SUB_OPERATIONS]
    assert {case.rule for case in wrong} == RULES.keys()
