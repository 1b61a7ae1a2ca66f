"""A plain echo from the command line, which waits for nothing that it has no use for.

Service, verdict and words are those of the command `echo`. To an address alone, which is what is typed most, it does
even without the parser of options; whatever it is not sure of, it leaves to the command.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from harness.cli.lines import print_lines
from harness.cli.result import interrupt, new_result
from harness.engine.plain_echo import EchoRequest, run_plain_echo
from harness.net.timeouts import Timeouts
from harness.reporting.adhoc_text import verdict_lines
from harness.results.model import RunResult
from harness.results.rollup import exit_status
from harness.standard.ae import AEAddress, check_ae_title

_MOST = 10_000


def echo_alone(words: Sequence[str]) -> int | None:
    """The exit status of an echo to an address; None where the words are something else, or not right."""
    request = plain_request(words[0]) if len(words) == 1 and not words[0].startswith("-") else None
    if request is None:
        return None
    run = carry_out(request)
    run.ended = datetime.now(UTC).astimezone()
    try:
        print_lines(verdict_lines(run, words[0], ""))
    except BrokenPipeError:
        # Nobody reads on. What is still to be written goes nowhere, so that Python does not complain of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return exit_status(run)


def plain_request(
    address: str,
    calling: str | None = None,
    timeout: str | None = None,
    repeat: str | None = None,
    environment: str | None = None,
) -> EchoRequest | None:
    """What to send, if it can be known without the reader of scenarios, who tells best what was mistyped."""
    try:
        whom = AEAddress.parse(address)
        us = check_ae_title(calling) if calling is not None else "HARNESS"
        timeouts = _timeouts(timeout) if timeout else Timeouts()
        number = int(repeat) if repeat is not None else 1
    except ValueError:
        return None
    if not 1 <= number <= _MOST or "${" in f"{address}{calling}":
        return None
    return EchoRequest(whom, us, timeouts, number, environment or "unspecified")


def _timeouts(text: str) -> Timeouts:
    from harness.scenario.amounts import parse_duration

    seconds = parse_duration(text)
    return Timeouts(connect=seconds, association=seconds, response=seconds, release=seconds)


def carry_out(request: EchoRequest) -> RunResult:
    """The run of a plain echo, which a signal interrupts."""
    run = new_result()
    signal.signal(signal.SIGTERM, interrupt)
    run_plain_echo(run, request)
    return run
