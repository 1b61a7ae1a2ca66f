"""What a peer accepts, as lines for a terminal: SOP classes that answer alike are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.observe.probe import Matrix, PeerFacts, Probe
from harness.reporting.console_text import Line
from harness.reporting.text import duration, number_of, one_line
from harness.standard.extended import layout_of
from harness.standard.families import Family, family_of
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name

NAMED = 3
"""SOP classes of a fold that are named."""

_LABEL = 26
_INDENT = 6


def probe_lines(probe: Probe, *, every: bool = False) -> Iterator[Line]:
    """The peer, then its matrix family by family; with `every` all SOP classes of a fold are named."""
    yield [
        (f"{probe.calling_ae_title} -> {probe.address}", "strong"),
        (f"  {number_of(probe.associations, 'association')} in {duration(probe.seconds)}", "dim"),
    ]
    if probe.ending is not None:
        yield [("no association", "fail"), (f"  {one_line(probe.ending.text)}", "")]
        yield [("dicom-harness diagnose says why", "dim")]
        return
    for label, text in fact_texts(probe.peer):
        yield [(label.ljust(_LABEL), "dim"), (one_line(text), "")]
    yield from _warnings(probe)
    yield []
    matrix = probe.matrix
    for family in Family:
        classes = [uid for uid in matrix.sop_classes if family_of(uid) is family]
        if classes:
            yield from _family(family, classes, matrix, every)


def fact_texts(peer: PeerFacts) -> Iterator[tuple[str, str]]:
    """What the peer says of itself, each as a label and a text."""
    name, uid = peer.implementation_version_name, peer.implementation_class_uid
    yield "implementation", " ".join(text for text in (name, uid and f"({uid})") if text) or "not told"
    yield "maximum length", _length(peer.maximum_length)
    if peer.asked_window is not None:
        yield "asynchronous operations", _window(peer)
        yield "extended negotiation", _extended(peer)
        yield "lets us be SCP", number_of(len(peer.scp_roles), "SOP class", "SOP classes")
    if peer.identity_offered:
        yield "user identity", "answered" if peer.identity_answered else "taken without an answer"
    if peer.tls is not None:
        expires = (
            f", certificate until {peer.tls.peer_certificate_expires}" if peer.tls.peer_certificate_expires else ""
        )
        yield "TLS", f"{peer.tls.version}, {peer.tls.cipher_suite}{expires}"


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
    return "; ".join(f"{_some(uids)}: {text}" for text, uids in answers.items()) or "not answered"


def _some(uids: Sequence[str]) -> str:
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


def _warnings(probe: Probe) -> Iterator[Line]:
    for failed in probe.too_much:
        what = f"{number_of(failed.contexts, 'presentation context')}: " if failed.contexts else ""
        yield [("! ", "warning"), (one_line(f"{what}{failed.ending.text}"), "")]
    for (sop_class, syntax), results in probe.matrix.changing.items():
        names = " and ".join(context_result_name(result) for result in results)
        text = f"{uid_name(sop_class)} in {uid_name(syntax)} was answered with {names}, by turns"
        yield [("! ", "warning"), (one_line(text), "")]


def _family(family: Family, classes: Sequence[str], matrix: Matrix, every: bool) -> Iterator[Line]:
    accepted = sum(bool(matrix.accepted(uid)) for uid in classes)
    yield [
        (f"{family.value}  ", "strong"),
        (f"{accepted} of {number_of(len(classes), 'SOP class', 'SOP classes')}", ""),
    ]
    folds: dict[tuple[str, ...], list[str]] = {}
    for uid in classes:
        folds.setdefault(matrix.accepted(uid), []).append(uid)
    for syntaxes, uids in sorted(folds.items(), key=lambda fold: (not fold[0], -len(fold[1]))):
        yield from _fold(syntaxes, uids, matrix, every)


def _fold(syntaxes: tuple[str, ...], uids: Sequence[str], matrix: Matrix, every: bool) -> Iterator[Line]:
    names = ", ".join(map(uid_name, uids)) if every else _some(uids)
    mark = ("  ✓ ", "pass") if syntaxes else ("  - ", "dim")
    yield [mark, (one_line(names), "")]
    refused = Counter(result for uid in uids for result in matrix.row(uid) if result != 0)
    reasons = ", ".join(context_result_name(result) for result in sorted(refused, key=_order))
    total = len(matrix.transfer_syntaxes)
    if syntaxes:
        names = "all" if len(syntaxes) == total else ", ".join(map(uid_name, syntaxes))
        yield [
            (f"{'':<{_INDENT}}{len(syntaxes)} of {number_of(total, 'transfer syntax', 'transfer syntaxes')}: ", ""),
            (names, ""),
        ]
    if refused:
        yield [(f"{'':<{_INDENT}}{'others' if syntaxes else 'all'}: {reasons}", "dim")]


def _order(result: int | None) -> int:
    return -1 if result is None else result
