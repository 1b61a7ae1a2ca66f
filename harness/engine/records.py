"""Traces as the results keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.observe.timing import stage_seconds
from harness.results.model import AssociationRecord, ContextRecord, PduRecord
from harness.standard.negotiation import context_result_name

if TYPE_CHECKING:
    from harness.checks.lint.model import Finding
    from harness.observe.trace import ContextOutcome, PduFact, TlsFact, Trace

HEAD_KEPT = 512
"""Bytes of each PDU: most association requests and commands are there as a whole."""


def association_record(
    trace: Trace, wire: str | None = None, findings: Sequence[Finding] | None = None
) -> AssociationRecord:
    """One association for the results; `wire` is the name of its capture file, with which the bytes of PDUs are kept.

    `findings` are those of the wire lint; without it, what was noticed while the association stood has to do.
    """
    heads = _heads(trace) if wire is not None else [b""] * len(trace.pdus)
    noticed = trace.deviations if findings is None else [finding for finding in findings if not finding.by_us]
    return AssociationRecord(
        address=trace.address,
        calling_ae_title=trace.calling_ae_title,
        called_ae_title=trace.called_ae_title,
        role=trace.role.value,
        contexts=tuple(_context(context) for context in trace.contexts),
        pdus=tuple(map(_pdu, trace.pdus, heads)),
        stages=stage_seconds([trace]),
        ending=trace.ending.text if trace.ending is not None else "still open",
        peer_implementation_class_uid=trace.peer_implementation_class_uid,
        peer_implementation_version_name=trace.peer_implementation_version_name,
        peer_max_pdu_length=trace.peer_max_pdu_length,
        deviations=tuple(dict.fromkeys(map(str, noticed))),
        wire=wire,
        tls=_tls(trace.tls) if trace.tls is not None else None,
        pdus_left_out=trace.pdus_left_out,
    )


def _heads(trace: Trace) -> list[bytes]:
    # Here, because only captured associations have any.
    from harness.observe.pdu_bytes import pdu_heads

    return pdu_heads(trace)


def _tls(fact: TlsFact) -> dict[str, str]:
    return {
        "version": fact.version,
        "cipher_suite": fact.cipher_suite,
        "peer_certificate_expires": fact.peer_certificate_expires,
    }


def _context(context: ContextOutcome) -> ContextRecord:
    return ContextRecord(
        context.context_id,
        context.abstract_syntax,
        context.transfer_syntaxes,
        context_result_name(context.result),
        context.accepted_transfer_syntax,
    )


def _pdu(fact: PduFact, head: bytes) -> PduRecord:
    name = fact.name if fact.count == 1 else f"{fact.count} x {fact.name}"
    return PduRecord(fact.seconds, fact.direction.value, name, fact.length, fact.summary, head[:HEAD_KEPT].hex())
