"""Ad-hoc commands through the command line in this process."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from harness.cli.main import cli
from harness.results.schemas import SCHEMAS
from tests.support.schemas import check_printed


def adhoc(*words: object) -> Result:
    """Run a command; its `stdout` and `stderr` are apart, `output` has both.

    What it prints for programs is held against its schema.
    """
    done = CliRunner().invoke(cli, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    name = "capture" if "--pcap" in words else str(words[0])
    if name in SCHEMAS and {"--json", "json"} & set(words) and done.stdout[:1] in ("{", "["):
        check_printed(name, json.loads(done.stdout))
    return done
