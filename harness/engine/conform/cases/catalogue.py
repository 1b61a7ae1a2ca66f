"""All conformance cases."""

from __future__ import annotations

from itertools import chain

from harness.engine.conform.cases import (
    ul_contexts,
    ul_data,
    ul_data_invalid,
    ul_ending,
    ul_request,
    ul_state,
    ul_transport,
    ul_user_information,
)
from harness.engine.conform.model import Case

GROUPS = {
    "ul/request": "A-ASSOCIATE-RQ: what must be taken, and what must not",
    "ul/contexts": "Presentation contexts, and their results",
    "ul/user-information": "User information: what is answered, and what must not be",
    "ul/transport": "Connections, and the segments in which PDUs come",
    "ul/ending": "Release and abort",
    "ul/data": "P-DATA-TF, and the fragments of messages",
    "ul/data-invalid": "P-DATA-TF that breaks rules",
    "ul/state": "PDUs that no state awaits",
}
"""What the groups of cases are about, by the beginning of their ids."""

CASES: tuple[Case, ...] = tuple(
    chain(
        ul_request.CASES,
        ul_contexts.CASES,
        ul_user_information.CASES,
        ul_transport.CASES,
        ul_ending.CASES,
        ul_data.CASES,
        ul_data_invalid.CASES,
        ul_state.CASES,
    )
)
