"""What changed between two runs as one page of HTML."""

from __future__ import annotations

from harness.reporting import compare_words as words
from harness.reporting.pages import page
from harness.results.capabilities import CapabilityKind
from harness.results.compare import Comparison
from harness.results.model import Verdict

CAPABILITY_STYLES = {
    CapabilityKind.LOST: Verdict.FAIL,
    CapabilityKind.GAINED: Verdict.WARNING,
    CapabilityKind.CHANGED: Verdict.SKIPPED,
}


def compare_html(found: Comparison) -> str:
    """The text of the page."""
    return page(
        "compare",
        found=found,
        words=words,
        capability_styles=CAPABILITY_STYLES,
        overall=Verdict.FAIL if found.is_worse else Verdict.PASS,
    )
