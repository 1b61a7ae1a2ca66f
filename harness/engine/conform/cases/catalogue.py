"""All conformance cases."""

from __future__ import annotations

from itertools import chain

from harness.engine.conform.cases import (
    commitment,
    dimse_command,
    dimse_command_invalid,
    mpps,
    qr_find,
    qr_find_answers,
    qr_find_invalid,
    qr_get,
    qr_move,
    storage,
    storage_invalid,
    ul_contexts,
    ul_data,
    ul_data_invalid,
    ul_ending,
    ul_foreign,
    ul_malformed,
    ul_request,
    ul_state,
    ul_timers,
    ul_transport,
    ul_user_information,
    verification,
    worklist,
    worklist_matching,
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
    "ul/timers": "What acceptors do when nothing comes",
    "ul/malformed": "A-ASSOCIATE-RQs that break rules",
    "ul/foreign": "Lengths that are not true, other protocols and noise",
    "verification/echo": "Verification",
    "dimse/command": "Command sets that must be taken, and requests out of place",
    "dimse/command-invalid": "Command sets that break rules",
    "storage/store": "Storage of instances that are right",
    "storage/invalid": "Storage of what is not right",
    "qr/find": "Queries: what is matched",
    "qr/find-answers": "Queries: what the responses hold",
    "qr/find-invalid": "Queries that are not right",
    "qr/get": "Retrieval by C-GET",
    "qr/move": "Retrieval by C-MOVE",
    "worklist/find": "Modality Worklist",
    "mpps/create": "Performed procedure steps that begin",
    "mpps/set": "Performed procedure steps that change",
    "mpps/other": "Operations that performed procedure steps do not have",
    "commit/action": "Requests of storage commitment",
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
        ul_timers.CASES,
        ul_malformed.CASES,
        ul_foreign.CASES,
        verification.CASES,
        dimse_command.CASES,
        dimse_command_invalid.CASES,
        storage.CASES,
        storage_invalid.CASES,
        qr_find.CASES,
        qr_find_answers.CASES,
        qr_find_invalid.CASES,
        qr_get.CASES,
        qr_move.CASES,
        worklist.CASES,
        worklist_matching.CASES,
        mpps.CASES,
        commitment.CASES,
    )
)
