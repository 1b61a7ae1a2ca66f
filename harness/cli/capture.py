"""`dicom-harness diagnose --pcap FILE`: a capture is explained, and nobody is contacted."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from harness.cli.adhoc.running import refuse
from harness.cli.lines import print_lines
from harness.errors import UsageError
from harness.reporting.text import number_of, printable
from harness.results.rollup import ExitStatus
from harness.standard.ae import AEAddress

if TYPE_CHECKING:
    from harness.diagnosis.captured.verdict import Explained
    from harness.observe.capture.associations import Capture

_ALLOWED = frozenset(("address", "pcap", "as_json"))


def explain_file(ctx: click.Context, given: dict[str, Any]) -> NoReturn:
    """Explain the capture that was named, say it, and exit."""
    path: Path = given["pcap"]
    try:
        _check_options(ctx)
        address = _address(given["address"])
        capture = _read(path)
        found = _explained(capture, address, path)
    except UsageError as error:
        refuse(ctx, printable(str(error)))
    if given["as_json"]:
        import json

        from harness.reporting.capture_data import capture_data

        click.echo(json.dumps(capture_data(path, capture, found), indent=2, ensure_ascii=False))
    else:
        from harness.reporting.capture_text import capture_lines

        print_lines(capture_lines(path, capture, found))
    ctx.exit(ExitStatus.FAILED if any(one.diagnosis is not None for one in found) else ExitStatus.OK)


def _check_options(ctx: click.Context) -> None:
    """What is said to a peer makes no sense where nobody is spoken to."""
    for option in ctx.command.params:
        name = option.name or ""
        if name not in _ALLOWED and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{option.opts[-1]} is about asking a peer, and with --pcap nobody is asked")


def _address(text: str | None) -> AEAddress | None:
    """Whose connections are to be explained; None for all."""
    if text is None:
        return None
    try:
        address = AEAddress.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    try:
        host = str(ipaddress.ip_address(address.host))
    except ValueError:
        text = f"`{address.host}` is a name, and a capture holds IP addresses: name the peer by the one it has there"
        raise UsageError(text) from None
    return replace(address, host=host)


def _read(path: Path) -> Capture:
    from harness.observe.capture.associations import read_capture
    from harness.observe.capture.packets import NotACapture

    try:
        capture = read_capture(path)
    except NotACapture as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if not capture.packets:
        raise UsageError(f"{path}: the capture holds no packets{_CUT if capture.is_cut else ''}")
    return capture


_CUT = "; the file ends in the middle of the first one"


def _explained(capture: Capture, address: AEAddress | None, path: Path) -> list[Explained]:
    from harness.diagnosis.captured.verdict import State, explain_all

    found = explain_all(capture.associations)
    if all(one.state is State.OTHER for one in found):
        raise UsageError(f"{path}: there is no DICOM in this capture; it holds {_contents(capture, found)}")
    if address is None:
        return found
    wanted = [one for one in found if one.association.listener == (address.host, address.port)]
    if not wanted:
        where = f"{address.host} port {address.port}"
        listeners = dict.fromkeys(one.association.trace.address for one in found if one.state is not State.OTHER)
        raise UsageError(f"{path}: no connection goes to {where}; there are some to {', '.join(listeners)}")
    return wanted


def _contents(capture: Capture, found: Sequence[Explained]) -> str:
    """What is in a capture without DICOM."""
    protocols = Counter(one.protocol for one in found)
    connections = [f"{number_of(count, 'connection')} ({name})" for name, count in protocols.most_common()]
    others = [f"{number_of(count, 'packet')} of {name}" for name, count in capture.others.most_common()]
    return ", ".join(connections + others) or "nothing that can be read"
