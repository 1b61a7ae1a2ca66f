"""Faults where an acceptor ought to refuse, abort or close (PS3.8 9.2, 9.3.4, 9.3.8)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.proxy.fault import Fault, OnEnd, OnPdu, Unit
from harness.proxy.faults.changing import instead
from harness.proxy.pieces import Hang, Hold, Piece, Side
from harness.proxy.session import Session
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items, encode_pdu

HELD_SECONDS = 90.0
"""Beyond any patience with ARTIM timers."""

_REFUSALS = (p.ASSOCIATE_RJ, p.ABORT)


def _accepted(unit: Unit, session: Session) -> Sequence[Piece]:
    """An acceptance of every context with its first transfer syntax; no request is understood so badly that none is."""
    request = session.request
    contexts = request.contexts if request is not None else ()
    results = [i.ContextResult(each.context_id, 0, (each.transfer_syntaxes or ("",))[0]) for each in contexts]
    items = association_items(results, [i.MaximumLength(16384), i.ImplementationClassUID("1.2.840.99999.2")])
    titles = (request.called, request.calling) if request is not None else (b" " * 16, b" " * 16)
    return encode_pdu(p.AssociateAC(*titles, items)), Hang()


def _other_source(unit: Unit, session: Session) -> Sequence[Piece]:
    pdu = unit.pdu
    if not isinstance(pdu, p.AAbort):
        return (unit.data,)
    return (encode_pdu(p.AAbort(0 if pdu.source else 2, 0)),)


def _without_reason(unit: Unit, session: Session) -> Sequence[Piece]:
    pdu = unit.pdu
    return (encode_pdu(p.AAbort(pdu.source, 0)) if isinstance(pdu, p.AAbort) else unit.data,)


FAULTS = (
    Fault(
        "refusal-withheld",
        Side.ACCEPTOR,
        "Says nothing where it ought to reject or abort, and does not close either.",
        OnPdu(_REFUSALS, instead(Hang())),
        ("ul/state-ac-first", "ul/state-unknown-in-association"),
    ),
    Fault(
        "refusal-becomes-acceptance",
        Side.ACCEPTOR,
        "Accepts what it ought to reject, or to abort.",
        OnPdu(_REFUSALS, _accepted),
        ("ul/rq-protocol-version-unsupported",),
    ),
    Fault(
        "abort-other-source",
        Side.ACCEPTOR,
        "Aborts as service-user where it is the service-provider that aborts, and the other way round.",
        OnPdu((p.ABORT,), _other_source),
        ("ul/state-first-abort-source", "ul/state-provider-abort-source"),
    ),
    Fault(
        "abort-without-reason",
        Side.ACCEPTOR,
        "Aborts with the reason 0, not specified, whatever the reason.",
        OnPdu((p.ABORT,), _without_reason),
        ("ul/state-unexpected-reason", "ul/state-unrecognized-reason"),
    ),
    Fault(
        "closes-late",
        Side.ACCEPTOR,
        f"Closes its connections {HELD_SECONDS:g} s late.",
        OnEnd(lambda session: (Hold(HELD_SECONDS),)),
        ("ul/abort-closes", "ul/tcp-closed-before-request"),
    ),
)
