"""What a peer accepts, as data for programs: JSON, and CSV with one row for each cell of the matrix."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from harness.observe.ending import Ending
from harness.observe.exercise import Exercise
from harness.observe.habits import Habits
from harness.observe.limits import Limits
from harness.observe.look import TlsFacts
from harness.observe.probe import PeerFacts, Probe
from harness.reporting.probe_exercise import exercised_text
from harness.standard.families import family_of
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name

CSV_HEADS = (
    "Family",
    "SOP Class Name",
    "SOP Class UID",
    "Transfer Syntax Name",
    "Transfer Syntax UID",
    "Negotiated",
    "Exercised",
    "Result",
    "Result Name",
    "Requestor may be SCP",
)


def probe_data(probe: Probe) -> dict[str, Any]:
    """The whole probe. The schema number changes when something is taken away."""
    matrix = probe.matrix
    return {
        "schema": 1,
        "address": probe.address,
        "calling_ae_title": probe.calling_ae_title,
        "started": probe.started.isoformat(),
        "seconds": round(probe.seconds, 3),
        "associations": probe.associations,
        "ending": _ending(probe.ending),
        "peer": _peer(probe.peer),
        "transfer_syntaxes": {uid: uid_name(uid) for uid in matrix.transfer_syntaxes},
        "sop_classes": [
            {
                "uid": uid,
                "name": uid_name(uid),
                "family": family_of(uid).value,
                "scp_role": uid in probe.peer.scp_roles,
                "results": dict(zip(matrix.transfer_syntaxes, matrix.row(uid), strict=True)),
            }
            for uid in matrix.sop_classes
        ],
        "changing": [
            {"sop_class": sop_class, "transfer_syntax": syntax, "results": list(results)}
            for (sop_class, syntax), results in matrix.changing.items()
        ],
        "too_much": [
            {"contexts": failed.contexts, "kind": failed.ending.kind.value, "text": failed.ending.text}
            for failed in probe.too_much
        ],
        "habits": _habits(probe.habits),
        "limits": _limits(probe.limits),
        "exercise": _exercise(probe.exercise),
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    return {
        "why_not": exercise.why_not,
        "study": exercise.study and asdict(exercise.study),
        "results": [
            {"sop_class": sop_class, "transfer_syntax": syntax, **asdict(one)}
            for (sop_class, syntax), one in exercise.results.items()
        ],
        "left_behind": [asdict(left) for left in exercise.left_behind],
    }


def _limits(limits: Limits) -> dict[str, Any]:
    titles, at_once = limits.titles, limits.at_once
    return {
        "titles": titles and {"called": titles.called.value, "calling": titles.calling.value},
        "identity": limits.identity and asdict(limits.identity),
        "at_once": at_once and {**asdict(at_once), "refused": _ending(at_once.refused)},
        "artim": limits.artim and {"seconds": limits.artim.seconds, "ending": _ending(limits.artim.ending)},
        "idle": limits.idle and {"seconds": limits.idle.seconds, "ending": _ending(limits.idle.ending)},
        "tls": limits.tls and _tls(limits.tls),
    }


def _tls(facts: TlsFacts) -> dict[str, Any]:
    return {
        "version": facts.version,
        "cipher_suite": facts.cipher_suite,
        "chain_trusted": facts.chain_trusted,
        "name_verified": facts.name_verified,
        "client_certificate_required": facts.client_certificate_required,
        "certificate": facts.validity and str(facts.validity),
    }


def _ending(ending: Ending | None) -> dict[str, str] | None:
    return None if ending is None else {"kind": ending.kind.value, "text": ending.text}


def _habits(habits: Habits) -> dict[str, Any]:
    return {
        "preferences": [asdict(preference) for preference in habits.preferences],
        "made_up_sop_class": habits.made_up_sop_class,
        "made_up_transfer_syntax": habits.made_up_transfer_syntax,
        "asked_again": [
            {
                "sop_class": again.cell[0],
                "transfer_syntax": again.cell[1],
                "among_many": again.among_many,
                "alone": again.alone,
            }
            for again in habits.again
        ],
    }


def _peer(peer: PeerFacts) -> dict[str, Any]:
    ended = _ending(peer.negotiation_ended)
    return {**asdict(peer), "negotiation_ended": ended, "extended": {uid: data.hex() for uid, data in peer.extended}}


def probe_csv(probe: Probe) -> str:
    """The matrix as CSV (RFC 4180): a row for each cell, after the tables of PS3.2 N.5."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_HEADS)
    matrix = probe.matrix
    for uid in matrix.sop_classes:
        head = (family_of(uid).value, uid_name(uid), uid)
        role = "yes" if uid in probe.peer.scp_roles else "no"
        for syntax, result in zip(matrix.transfer_syntaxes, matrix.row(uid), strict=True):
            negotiated = "not answered" if result is None else "yes" if result == 0 else "no"
            number = "" if result is None else result
            name = context_result_name(result)
            exercised = exercised_text(probe.exercise.of((uid, syntax))) if result == 0 else ""
            writer.writerow((*head, uid_name(syntax), syntax, negotiated, exercised, number, name, role))
    return text.getvalue()
