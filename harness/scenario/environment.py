"""`${env.NAME}`: values that come from the environment, and never show."""

from __future__ import annotations

import os

from harness.scenario.nodes import Document
from harness.scenario.problems import did_you_mean
from harness.scenario.variables import ENVIRONMENT, references, unfinished


def environment_values(document: Document) -> dict[str, str]:
    """The values of every `${env.NAME}` of a document; noted is what is missing, and what else cannot be known."""
    for where in unfinished(document.root, ()):
        document.note(where, "a `${` that no `}` ends")
    values: dict[str, str] = {}
    for where, name in references(document.root):
        variable = name.removeprefix(ENVIRONMENT)
        if name == variable:
            if where[:1] != ("scenarios",):
                document.note(where, f"`${{{name}}}` means something only in scenarios; here there is `${{env.NAME}}`")
        elif variable in os.environ:
            values[name] = os.environ[variable]
        else:
            hint = did_you_mean(variable, os.environ)
            document.note(where, f"the environment has no variable `{variable}`{hint}")
    return values
