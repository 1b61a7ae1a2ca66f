"""The wire lint of a load that somebody else drives and reports: what it finds is told in the log."""

from __future__ import annotations

import logging
import threading

from harness.checks.lint.linter import lint
from harness.checks.lint.model import Finding
from harness.checks.lint.selection import is_linted, unchosen
from harness.load.sampled import Sampled
from harness.observe.trace import Role, Trace

_log = logging.getLogger(__name__)


class SampledLint:
    """Lints the associations of a sample when they have ended, and tells of each broken rule once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Another load begins: all is told anew."""
        with self._lock:
            self._sampled = Sampled()
            self._told: set[tuple[str, bool]] = set()

    def begun(self, trace: Trace) -> None:
        """An association began, which may become one of the sample."""
        self._sampled.offer(trace)

    def ended(self, trace: Trace) -> None:
        """An association ended."""
        if any(trace is one for one in self._sampled.traces) and is_linted(trace):
            for finding in unchosen(lint(trace.wire, Role.REQUESTOR)):
                self._tell(finding)

    def _tell(self, finding: Finding) -> None:
        with self._lock:
            if (finding.rule.id, finding.by_us) in self._told:
                return
            self._told.add((finding.rule.id, finding.by_us))
        if finding.by_us:
            _log.error("%s: %s: a defect of dicom-harness, please report it", finding.rule.id, finding)
        else:
            _log.warning("the peer breaks %s: %s", finding.rule.id, finding)
