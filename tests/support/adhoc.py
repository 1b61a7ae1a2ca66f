"""Ad-hoc commands through the command line in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from harness.cli.main import cli


def adhoc(*words: object) -> Result:
    """Run a command; its `stdout` and `stderr` are apart, `output` has both."""
    done = CliRunner().invoke(cli, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done
