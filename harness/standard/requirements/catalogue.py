"""All requirements by id."""

from __future__ import annotations

from itertools import chain

from harness.standard.requirements import dimse, dimse_exchange, ul_data, ul_pdu, ul_state, ul_user_information
from harness.standard.requirements.model import Requirement

GROUPS: dict[str, tuple[Requirement, ...]] = {
    "PDUs and items": ul_pdu.ROWS,
    "P-DATA-TF and fragments": ul_data.ROWS,
    "Connections, timers and states": ul_state.ROWS,
    "User information": ul_user_information.ROWS,
    "Messages": dimse.ROWS,
    "Responses and sub-operations": dimse_exchange.ROWS,
}
"""The rows by the heading under which pages show them."""

REQUIREMENTS: dict[str, Requirement] = {row.id: row for row in chain.from_iterable(GROUPS.values())}
