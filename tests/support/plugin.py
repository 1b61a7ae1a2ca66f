"""Sessions of pytest with the plugin, in this process."""

from __future__ import annotations

import pytest

# What the plugin imports when it is needed is imported once: each session in this process forgets what it imported.
import harness.pytest_plugin.fixtures
import harness.pytest_plugin.planning

OPTIONS = ("--strict-markers", "-rA")


def run_pytest(pytester: pytest.Pytester, *arguments: str, ctrl_c: bool = False) -> pytest.RunResult:
    """A session with the plugin, and without whatever else is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.setenv("COLUMNS", "300")
        return pytester.runpytest_inprocess(
            *OPTIONS, *arguments, plugins=[harness.pytest_plugin], no_reraise_ctrlc=ctrl_c
        )
