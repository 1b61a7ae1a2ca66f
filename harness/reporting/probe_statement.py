"""What was observed, in the shape of the tables of a conformance statement (PS3.2 Annex N): Markdown, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from harness.observe.probe import Probe
from harness.reporting.markdown import escaped, table
from harness.reporting.probe_facts import extended_text
from harness.reporting.text import moment
from harness.scenario.declared import Column
from harness.standard.uids import uid_name


@dataclass(frozen=True, slots=True)
class _Row:
    """A SOP class of which anything is accepted. The peer is its SCP, and SCU, too, if the requestor may be SCP."""

    uid: str
    syntaxes: tuple[str, ...]
    role: str
    extended: str

    def cells(self, between: str) -> list[str]:
        """In the order of `Column`."""
        names = between.join(map(uid_name, self.syntaxes))
        return [uid_name(self.uid), self.uid, names, between.join(self.syntaxes), self.role, self.extended]


def statement_csv(probe: Probe) -> str:
    """The table of acceptable presentation contexts (RFC 4180); `probe --against` takes it as a policy."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(list(Column))
    writer.writerows(row.cells("; ") for row in _rows(probe))
    return text.getvalue()


def statement_markdown(probe: Probe) -> str:
    """The same with what the peer says of itself, for people."""
    peer = probe.peer
    rows = [[escaped(cell) for cell in row.cells("; ")] for row in _rows(probe)]
    identity = [
        ["Implementation Class UID", escaped(peer.implementation_class_uid or "not told")],
        ["Implementation Version Name", escaped(peer.implementation_version_name or "not told")],
    ]
    parts = [
        f"# Presentation contexts of {escaped(probe.address)}, as observed",
        f"Found by negotiation alone on {moment(probe.started)}; what was accepted, not what is declared.",
        "## Implementation identifying information",
        table(["", ""], identity),
        "## Association policies",
        table(["", ""], [list(row) for row in _policies(probe)]),
        "## Acceptable presentation contexts",
        table(list(Column), rows) if rows else "None.",
    ]
    return "\n\n".join(parts) + "\n"


def _policies(probe: Probe) -> Iterator[tuple[str, str]]:
    length, window, at_once = probe.peer.maximum_length, probe.peer.asynchronous_operations, probe.limits.at_once
    yield "Maximum PDU size received", "not told" if length is None else f"{length} bytes" if length else "no limit"
    outstanding = "1 (not negotiated)" if window is None else str(window[0] or "no limit")
    yield "Maximum number of outstanding asynchronous transactions", outstanding
    if at_once is not None:
        more = " or more" if at_once.refused is None else ""
        yield "Maximum number of simultaneous associations", f"{at_once.stood}{more}"


def _rows(probe: Probe) -> Iterator[_Row]:
    answers = dict(probe.peer.extended)
    for uid in probe.matrix.sop_classes:
        accepted = probe.matrix.accepted(uid)
        if accepted:
            role = "SCU/SCP" if uid in probe.peer.scp_roles else "SCP"
            yield _Row(uid, accepted, role, extended_text(uid, answers[uid]) if uid in answers else "None")
