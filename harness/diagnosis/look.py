"""From an ending without a word, and what a further look showed, to the codes of its causes."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diagnosis.endings import codes_of_ending, codes_of_foreign
from harness.observe.ending import Ending, TlsFault
from harness.observe.look import MANY_CONTEXTS, FirstWords, Greeting, Look


def codes_of_proposed(look: Look | None) -> tuple[str, ...]:
    """Codes for an association that was not accepted where one for C-ECHO alone is; none where it is not."""
    if look is None or not look.takes_verification:
        return ()
    if look.proposed > MANY_CONTEXTS:
        return "too-many-contexts", "sop-class-not-supported"
    return "sop-class-not-supported", "rejected-no-reason"


def codes_of_silence(ending: Ending, look: Look | None, *, over_tls: bool = False) -> tuple[str, ...]:
    """Nobody answered in DICOM: who speaks there tells why, and where nobody does, how the connection ended.

    `over_tls` says that TLS stood, and it was silent on that.
    """
    look = look or Look()
    if look.speaks_plain:
        return ("plain-where-tls-expected",)
    if look.tls is not None and look.tls.encrypted:
        return ("tls-where-plain-expected",)
    hung_up = ending.tls is not None and ending.tls.fault is TlsFault.PLAIN
    if hung_up and look.plain is not None and look.plain.ending is not None:
        # The peer says no word with TLS, and none without it.
        return codes_of_ending(look.plain.ending, answered=False)[:1]
    foreign = ending.foreign or (look.first_words.foreign if look.first_words else None) or look.http
    if foreign is not None:
        return codes_of_foreign(foreign)
    greeting = look.first_words.greeting if look.first_words is not None else None
    if ending.tls is None and greeting in _BEFORE_A_WORD:
        return (_BEFORE_A_WORD[greeting],)
    codes = codes_of_ending(ending, answered=False)
    return tuple(code for code in codes if not (over_tls and code == "tls-where-plain-expected"))


def look_texts(look: Look | None) -> Iterator[str]:
    """What the look showed, in sentences."""
    if look is None:
        return
    if look.first_words is not None:
        yield _told(look.first_words)
    if look.tls is not None:
        yield f"TLS: {look.tls}"
    if look.plain is not None:
        yield f"asked in plain DICOM: {look.plain.ending or 'it answers'}"
    if look.verification is not None:
        before = f"{look.proposed} presentation context{'s' * (look.proposed != 1)}"
        taken = "the association is accepted" if look.takes_verification else look.verification.ending
        yield f"asked for C-ECHO alone, after {before}: {taken}"
    if look.http is not None:
        yield f"asked in HTTP, it answers with {look.http}"


def _told(words: FirstWords) -> str:
    """What the peer did when we said nothing."""
    what = f"it speaks first, {words.foreign}" if words.foreign is not None else f"the peer {words.greeting}"
    return f"on a connection on which we said nothing {what}, within {words.seconds:.1f} s"


_BEFORE_A_WORD: dict[Greeting | None, str] = {
    Greeting.CLOSED: "closed-at-once",
    Greeting.RESET: "connection-reset-at-once",
}
