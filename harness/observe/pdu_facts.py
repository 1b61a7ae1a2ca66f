"""PDUs in words: their names, what is in them, and the end that some of them are."""

from __future__ import annotations

from harness.observe.ending import Ending, EndingKind
from harness.observe.trace import COMMAND, DATA_SET
from harness.standard.negotiation import Abort, Rejection
from harness.ul import pdu as p


def ending_of(pdu: p.PDU) -> Ending | None:
    """The ending that an A-ASSOCIATE-RJ or A-ABORT of the peer means."""
    if isinstance(pdu, p.AssociateRJ):
        rejection = Rejection(pdu.result, pdu.source, pdu.reason)
        return Ending(EndingKind.REJECTED, f"the peer rejected the association: {rejection}", rejection=rejection)
    if isinstance(pdu, p.AAbort):
        abort = Abort(pdu.source, pdu.reason)
        return Ending(EndingKind.ABORTED, f"the peer aborted the association: {abort}", abort=abort)
    return None


def name_of(pdu: p.PDU) -> str:
    """The name of a PDU (PS3.8 9.3)."""
    if isinstance(pdu, p.RawPDU):
        return p.pdu_name(pdu.pdu_type)
    return _NAMES[type(pdu)]


_NAMES: dict[type, str] = {
    p.AssociateRQ: "A-ASSOCIATE-RQ",
    p.AssociateAC: "A-ASSOCIATE-AC",
    p.AssociateRJ: "A-ASSOCIATE-RJ",
    p.PDataTF: "P-DATA-TF",
    p.ReleaseRQ: "A-RELEASE-RQ",
    p.ReleaseRP: "A-RELEASE-RP",
    p.AAbort: "A-ABORT",
}


def summary_of(pdu: p.PDU) -> str:
    """What is in a PDU, in a few words and without values of data sets."""
    if isinstance(pdu, p.PDataTF):
        pdvs = pdu.pdvs
        if len(pdvs) == 1:
            return COMMAND if pdvs[0].is_command else DATA_SET
        return DATA_SET if pdvs and not any(pdv.is_command for pdv in pdvs) else COMMAND
    if isinstance(pdu, p.AssociateRQ):
        count = len(pdu.contexts)
        return f"{pdu.calling_ae_title} to {pdu.called_ae_title}, {count} presentation context{'s' * (count != 1)}"
    if isinstance(pdu, p.AssociateAC):
        accepted = sum(result.result == 0 for result in pdu.results)
        return f"{accepted} of {len(pdu.results)} presentation contexts accepted"
    if isinstance(pdu, p.AssociateRJ):
        return str(Rejection(pdu.result, pdu.source, pdu.reason))
    if isinstance(pdu, p.AAbort):
        return str(Abort(pdu.source, pdu.reason))
    return ""
