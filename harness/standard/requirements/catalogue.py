"""All requirements by id."""

from __future__ import annotations

from itertools import chain

from harness.standard.requirements import (
    commitment,
    dimse,
    dimse_exchange,
    mpps,
    query,
    retrieve,
    storage,
    tls,
    ul_data,
    ul_pdu,
    ul_state,
    ul_transfer_syntaxes,
    ul_user_information,
    verification,
    worklist,
)
from harness.standard.requirements.model import Requirement

GROUPS: dict[str, tuple[Requirement, ...]] = {
    "PDUs and items": ul_pdu.ROWS,
    "P-DATA-TF and fragments": ul_data.ROWS,
    "Connections, timers and states": ul_state.ROWS,
    "User information": ul_user_information.ROWS,
    "Transfer syntaxes": ul_transfer_syntaxes.ROWS,
    "Command sets and requests": dimse.ROWS,
    "Responses, cancellation and sub-operations": dimse_exchange.ROWS,
    "Verification": verification.ROWS,
    "Storage": storage.ROWS,
    "Query": query.ROWS,
    "Retrieve": retrieve.ROWS,
    "Modality Worklist": worklist.ROWS,
    "Modality Performed Procedure Step": mpps.ROWS,
    "Storage Commitment": commitment.ROWS,
    "Secure transport": tls.ROWS,
}
"""The rows by the heading under which pages show them."""

REQUIREMENTS: dict[str, Requirement] = {row.id: row for row in chain.from_iterable(GROUPS.values())}


def cited(text: str) -> str:
    """An id with its clause before it; any other text, such as a clause alone, as it is."""
    row = REQUIREMENTS.get(text)
    return f"{row.clause} ({row.id})" if row else text
