"""From the TCP connection to the first words: who is there, and what is spoken."""

from __future__ import annotations

from harness.diagnosis.captured.clue import INCOMPLETE, PATIENCE_SECONDS, WATCHED_SECONDS, Clue
from harness.diagnosis.endings import codes_of_ending, codes_of_foreign
from harness.observe.capture.association import CapturedAssociation
from harness.observe.ending import EndingKind

AT_ONCE_SECONDS = 1.0
"""A peer that hangs up on silence does it later: its timer for requests runs for seconds (ARTIM, PS3.8 9.1.5)."""


def no_connection(found: CapturedAssociation) -> Clue | None:
    """The connection never stood."""
    ending = found.trace.ending
    if found.is_connected or ending is None:
        return None
    if ending.kind is not EndingKind.CONNECT_TIMEOUT:
        return Clue(codes_of_ending(ending, answered=False), (str(ending),))
    waited = found.quiet_since
    enough = PATIENCE_SECONDS if found.ended is not None else WATCHED_SECONDS
    codes = codes_of_ending(ending, answered=False)
    if found.attempts < 2 and (waited < enough or found.is_among_lost):
        return Clue((INCOMPLETE, *codes), (f"{ending} within {waited:.1f} s, when the capture ends",))
    return Clue(codes, (f"{ending} within {waited:.1f} s",))


def other_protocol(found: CapturedAssociation) -> Clue | None:
    """One of the two speaks DICOM, and the other something else."""
    if not found.is_dicom or found.tls is not None:
        return None
    if found.foreign is not None:
        return Clue(codes_of_foreign(found.foreign), (f"the peer answers with {found.foreign}",))
    if found.foreign_opener is not None:
        return Clue(("foreign-client",), (f"the requestor speaks {found.foreign_opener}, and the peer DICOM",))
    return None


def before_a_word(found: CapturedAssociation) -> Clue | None:
    """The peer hung up before anything was said; one that waited for a request in vain may."""
    ending = found.trace.ending
    if found.begins_before or found.is_incomplete or found.ended_by_opener or not _is_mute(found):
        return None
    if ending is None or found.ended is None:
        return None
    if found.ended - found.trace.stages.get("connect", 0.0) >= AT_ONCE_SECONDS:
        return None
    code = "connection-reset-at-once" if ending.kind is EndingKind.RESET else "closed-at-once"
    return Clue((code,), (f"{ending} before anything was said",))


def _is_mute(found: CapturedAssociation) -> bool:
    """Whether nothing was said until the end; what the requestor says afterwards nobody hears."""
    if found.requested is not None and found.ended is not None:
        return found.requested > found.ended
    return not found.is_dicom and found.tls is None and found.foreign is None and found.foreign_opener is None
