"""Which rung an ending belongs to."""

from __future__ import annotations

from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.rungs import RungName
from harness.observe.trace import Trace

_BY_KIND = {
    EndingKind.NAME_NOT_FOUND: RungName.NAME,
    EndingKind.NAME_TIMEOUT: RungName.NAME,
    EndingKind.CONNECTION_REFUSED: RungName.ROUTE,
    EndingKind.UNREACHABLE: RungName.ROUTE,
    EndingKind.CONNECT_TIMEOUT: RungName.ROUTE,
    EndingKind.NOT_DICOM: RungName.PROTOCOL,
}
_NO_TLS_THERE = (TlsFault.PLAIN, TlsFault.TLS_EXPECTED)


def rung_of(ending: Ending, trace: Trace) -> RungName:
    """The rung that an ending before the association stood has broken.

    A peer that has sent no PDU may speak anything: that breaks the rung of the protocol.
    """
    if ending.kind in _BY_KIND:
        return _BY_KIND[ending.kind]
    if ending.tls is not None:
        return RungName.PROTOCOL if ending.tls.fault in _NO_TLS_THERE else RungName.TLS
    return RungName.ASSOCIATION if trace.heard else RungName.PROTOCOL
