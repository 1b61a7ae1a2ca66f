"""All rules by the name that deviations carry."""

from __future__ import annotations

from itertools import chain

from harness.checks.lint.model import Rule
from harness.checks.lint.rules import commands, data, exchanges, pdus, sequence, user_information

GROUPS: dict[str, tuple[Rule, ...]] = {
    "PDUs": pdus.PDUS,
    "A-ASSOCIATE PDUs": pdus.ASSOCIATE,
    "Order of PDUs": sequence.ROWS,
    "Presentation contexts": pdus.CONTEXTS,
    "User information": user_information.ROWS,
    "P-DATA-TF and fragments": data.ROWS,
    "Command sets": commands.ROWS,
    "Requests": exchanges.REQUESTS,
    "Responses": exchanges.RESPONSES,
    "Sub-operations": exchanges.SUB_OPERATIONS,
}
"""The rules by the heading under which pages show them."""

RULES: dict[str, Rule] = {rule.id.removeprefix("lint/"): rule for rule in chain.from_iterable(GROUPS.values())}
"""Every rule by its name: its id without `lint/`."""
