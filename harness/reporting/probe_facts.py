"""What a probe found beside its matrix, in a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.observe.habits import Habits, Preference
from harness.observe.limits import AtOnce, Limits, Timer
from harness.observe.probe import PeerFacts, Probe
from harness.reporting.text import number_of
from harness.standard.extended import layout_of
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name

NAMED = 3
"""Names of a list that are told."""


def fact_texts(probe: Probe) -> Iterator[tuple[str, str]]:
    """What the peer says of itself and how it chooses, each as a label and a text."""
    peer = probe.peer
    name, uid = peer.implementation_version_name, peer.implementation_class_uid
    yield "implementation", " ".join(text for text in (name, uid and f"({uid})") if text) or "not told"
    yield "maximum length", _length(peer.maximum_length)
    if peer.asked_window is not None:
        yield "asynchronous operations", _window(peer)
        yield "extended negotiation", _extended(peer)
        yield "lets us be SCP", number_of(len(peer.scp_roles), "SOP class", "SOP classes")
    if peer.negotiation_ended is not None:
        yield "negotiation of these", f"not accepted: {peer.negotiation_ended.text}"
    if peer.identity_offered:
        yield "user identity", "answered" if peer.identity_answered else "taken without an answer"
    if probe.limits.tls is not None:
        yield "TLS", str(probe.limits.tls)
    elif peer.tls is not None:
        expires = (
            f", certificate until {peer.tls.peer_certificate_expires}" if peer.tls.peer_certificate_expires else ""
        )
        yield "TLS", f"{peer.tls.version}, {peer.tls.cipher_suite}{expires}"
    yield from _habit_texts(probe.habits)
    yield from _limit_texts(probe.limits)


def _habit_texts(habits: Habits) -> Iterator[tuple[str, str]]:
    for preference in habits.preferences:
        yield "takes of several", f"{some_of(preference.sop_classes)}: {choice_text(preference)}"
    if habits.again:
        yield "made-up SOP class", context_result_name(habits.made_up_sop_class)
        yield "made-up transfer syntax", context_result_name(habits.made_up_transfer_syntax)
        alike = len(habits.again) - len(habits.changed)
        yield "asked again alone", f"{alike} of {number_of(len(habits.again), 'pair')} answered as among many"


def _limit_texts(limits: Limits) -> Iterator[tuple[str, str]]:
    if limits.titles is not None:
        yield "AE titles", str(limits.titles)
    elif limits.why_no_titles:
        yield "AE titles", f"not asked about; {limits.why_no_titles}"
    if limits.identity is not None:
        yield "user identities", str(limits.identity)
    if limits.at_once is not None:
        yield "associations at once", _at_once(limits.at_once)
    if limits.artim is not None:
        yield "waits for a request", _timer(limits.artim)
    if limits.idle is not None:
        yield "waits for traffic", _timer(limits.idle)


def _at_once(found: AtOnce) -> str:
    stood = f"{found.stood} stood" if found.refused is not None else f"all of {found.asked} stood"
    parts = [stood]
    if found.refused is not None:
        parts.append(f"the next was not accepted: {found.refused.text}")
    if found.dropped:
        parts.append(f"{found.dropped} of them were ended by the peer")
    if not found.recovered:
        parts.append("none is accepted since")
    return "; ".join(parts)


def _timer(timer: Timer) -> str:
    if timer.ending is None:
        return f"longer than {timer.seconds:.0f} s"
    return f"{timer.seconds:.1f} s: {timer.ending.text}"


def choice_text(preference: Preference) -> str:
    """Which transfer syntax is taken, and how much of that was seen."""
    text = preference.choice.value
    if preference.tiers:
        tiers = [" or ".join(map(uid_name, tier)) for tier in preference.tiers]
        more = f", and {len(tiers) - NAMED} more" if len(tiers) > NAMED + 1 else ""
        text = f"{text}: {', then '.join(tiers[:NAMED] if more else tiers)}{more}"
    if preference.compared < preference.accepted:
        text += f" ({preference.compared} of {preference.accepted} compared with each other)"
    return text


def doubts(habits: Habits) -> Iterator[str]:
    """Why the matrix may say less than it seems to."""
    for what, result in (
        ("SOP class", habits.made_up_sop_class),
        ("transfer syntax", habits.made_up_transfer_syntax),
    ):
        if result == 0:
            yield f"accepts any {what}, one that was made up just now, too: accepted does not mean supported"
    for again in habits.changed:
        sop_class, syntax = again.cell
        among_many, alone = context_result_name(again.among_many), context_result_name(again.alone)
        what = f"{uid_name(sop_class)} in {uid_name(syntax)}"
        yield f"{what} was answered with {among_many} among many presentation contexts, and with {alone} alone"


def _length(length: int | None) -> str:
    if length is None:
        return "not told"
    return f"{length:,} bytes" if length else "no limit"


def _window(peer: PeerFacts) -> str:
    if peer.asynchronous_operations is None:
        return "one at a time (not negotiated)"
    return "{} invoked, {} performed".format(*(number or "no limit" for number in peer.asynchronous_operations))


def _extended(peer: PeerFacts) -> str:
    """What was answered, once for all SOP classes with the same answer."""
    answers: dict[str, list[str]] = {}
    for uid, data in peer.extended:
        answers.setdefault(extended_text(uid, data), []).append(uid)
    return "; ".join(f"{some_of(uids)}: {text}" for text, uids in answers.items()) or "not answered"


def some_of(uids: Sequence[str]) -> str:
    """The names of the first of them, and how many there are besides."""
    shown = uids if len(uids) <= NAMED + 1 else uids[:NAMED]
    more = f" and {len(uids) - len(shown)} more" if len(shown) < len(uids) else ""
    return ", ".join(map(uid_name, shown)) + more


def extended_text(uid: str, data: bytes) -> str:
    """The fields of an answer that are not 0, by name; the bytes where nobody knows what they mean."""
    layout = layout_of(uid)
    if layout is None:
        return data.hex(" ")
    said = [name if value == 1 else f"{name}={value}" for name, value in layout.decode(data).items() if value]
    return ", ".join(said) or "nothing beyond the baseline"
