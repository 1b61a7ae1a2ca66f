"""C-CANCEL of a query (PS3.4 C.4.1.3.1, PS3.7 9.3.2.3)."""

from __future__ import annotations

from harness.checks.relations.asking import OUT_OF_RESOURCES, Asking, Conclusion, Finding, Undecidable, asked, found
from harness.checks.relations.sampling import sample
from harness.observe.relations import Limits, Query

_SUCCESS, _CANCEL = 0x0000, 0xFE00
_FEW = 10
"""With fewer matches an archive has answered before it can read a C-CANCEL."""
PATIENCE = 2.0
"""Seconds: an archive that sends matches so long after a C-CANCEL, and ends with success, has not heeded it."""


def cancel(limits: Limits) -> Asking[Finding]:
    """A query that is canceled after its first match ends early, as canceled, and the association serves on."""
    chosen = yield from sample(limits)
    number = len(chosen.studies)
    if number < 2:
        raise Undecidable("the archive has a single study to find: there is nothing to cancel")
    canceled = yield from asked(Query("STUDY", chosen.scope, cancel_after=1))
    seconds = canceled.cancellation.seconds if canceled.cancellation is not None else 0.0
    finding = _judged(canceled.status, len(canceled.matches), number, seconds)
    afterwards = yield from found(chosen.query())
    if finding.conclusion is Conclusion.HOLDS and not afterwards.matches:
        return Finding(Conclusion.BROKEN, "nothing is found anymore after a query that was canceled")
    return finding


def _judged(status: int | None, came: int, number: int, seconds: float) -> Finding:
    if status == _CANCEL:
        return Finding(Conclusion.HOLDS, f"canceled after {came} of {number} matches")
    if status != _SUCCESS:
        text = f"a query that was canceled ended with status {status or 0:04X}H"
        return Finding(Conclusion.UNDECIDED if status == OUT_OF_RESOURCES else Conclusion.BROKEN, text)
    if seconds > PATIENCE:
        text = f"a C-CANCEL was not heeded: all {came} matches came, the last of them {seconds:.1f} s later"
        return Finding(Conclusion.BROKEN, text, advice=True)
    if number < _FEW:
        return Finding(Conclusion.UNDECIDED, f"{number} matches are too few to cancel: all were answered at once")
    return Finding(Conclusion.UNDECIDED, f"all {came} matches were answered before the C-CANCEL can have been read")
