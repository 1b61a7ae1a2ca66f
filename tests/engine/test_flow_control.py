"""Steps at once, steps that are repeated, requests that are canceled, associations that a step ends."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest

from tests.support.runs import run_text
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu

HEAD = """\
version: 1
peers: {bundled: {reference: {}}}
scenarios:
  - id: flow
    peer: bundled
    steps:
"""

STORED = """\
      - store: {generate: {instances: 40, rows: 8, columns: 8}}
        save: {study: "stored.studies[0].StudyInstanceUID", series: "stored.series[0].SeriesInstanceUID"}
"""
IN_SERIES = 'level: IMAGE, keys: {StudyInstanceUID: "${study}", SeriesInstanceUID: "${series}"}'
IN_STUDY = 'level: STUDY, keys: {StudyInstanceUID: "${study}"}'


# At once


def test_steps_at_once_overlap_and_are_judged_one_by_one(tmp_path: Path) -> None:
    """Two associations that are answered only when both are there: one after the other, they would wait for ever."""
    meeting: list[socket.socket] = []

    def both(connection: socket.socket) -> None:
        meeting.append(connection)
        if len(meeting) < 2:
            return
        for waiting in meeting:
            accept_everything(waiting)

    with ScriptedPeer(both) as peer:
        ran = run_text(
            tmp_path,
            f"""\
            version: 1
            timeouts: {{association: 30 s, release: 100 ms}}
            peers: {{there: {{address: "THERE@127.0.0.1:{peer.port}"}}}}
            scenarios:
              - id: flow
                peer: there
                steps:
                  - parallel:
                      - associate: {{}}
                      - id: second
                        associate: {{}}
                        expect: {{accepted: false}}
                  - echo: {{}}
            """,
        )
    assert ran.verdicts() == {
        "scenario/flow/1.1/accepted": "pass",
        "scenario/flow/second/accepted": "fail",
        "scenario/flow/2/echo": "blocked",
    }


def test_what_steps_at_once_save_is_there_afterwards(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        HEAD + "      - parallel:\n"
        "          - store: {generate: {modality: CT}}\n"
        '            save: {first: "stored.studies[0].StudyInstanceUID"}\n'
        "          - store: {generate: {modality: MR}}\n"
        '            save: {second: "stored.studies[0].StudyInstanceUID"}\n'
        '      - find: {level: STUDY, keys: {StudyInstanceUID: ["${first}", "${second}"]}}\n'
        "        expect: {count: 2}\n",
    )
    assert ran.status == 0, ran.output


def test_one_of_steps_at_once_that_cannot_be_tested_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run_text(tmp_path, HEAD + "      - parallel:\n          - store: {files: empty}\n          - echo: {}\n")
    assert ran.verdicts() == {"scenario/flow/1.1/store": "error", "scenario/flow/1.2/status": "pass"}
    assert ran.status == 3


# Repeated


def test_a_repeated_step_passes_as_soon_as_it_can(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        HEAD + "      - parallel:\n"
        "          - store: {generate: {instances: 60, seed: eventually, attributes: {PatientID: ZZSYN-LATER}}}\n"
        "          - find: {level: STUDY, keys: {PatientID: ZZSYN-LATER}, return: [NumberOfStudyRelatedInstances]}\n"
        "            expect: {every: {NumberOfStudyRelatedInstances: 60}}\n"
        "            eventually: {within: 60 s, every: 100 ms}\n",
    )
    assert ran.status == 0, ran.output
    (details,) = [step["details"] for step in ran.results["steps"] if step["id"].endswith("1.2")]
    assert details[0].startswith("attempt ")


@pytest.mark.slow
def test_a_repeated_step_fails_when_its_time_is_up(tmp_path: Path) -> None:
    begun = time.monotonic()
    ran = run_text(
        tmp_path,
        HEAD + "      - find: {level: STUDY, keys: {PatientID: NOBODY}}\n"
        "        expect: {count: 1}\n"
        "        eventually: {within: 5 s, every: 100 ms}\n",
    )
    assert time.monotonic() - begun >= 5
    assert ran.with_verdict("fail") == ["scenario/flow/1/count"]
    assert re.fullmatch(r"still so after 5 s and ([2-9]|\d\d+) attempts", ran.check("1/count")["reason"])


# Canceled


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (f"find: {{{IN_SERIES}, cancel: {{after: 3}}}}", ""),
        (f"move: {{{IN_STUDY}, cancel: {{after: 2}}}}", "{status: cancel, completed: '< 40'}"),
        (f"get: {{{IN_STUDY}, cancel: {{after: 2}}}}", "{status: cancel, completed: '< 40', after_cancel: '< 38'}"),
        (f"get: {{{IN_STUDY}, cancel: {{after: 0}}}}", "{status: cancel}"),
    ],
)
def test_a_canceled_request(tmp_path: Path, step: str, expected: str) -> None:
    expect = f"        expect: {expected}\n" if expected else ""
    # A C-CANCEL may come when all has been sent already, above all on a busy machine.
    tries = (run_text(tmp_path, HEAD + STORED + f"      - {step}\n" + expect) for _ in range(10))
    ran = next((ran for ran in tries if ran.status == 0), None)
    assert ran is not None, "none of ten was heeded"
    assert ran.check("2/cancel")["observed"].startswith("sent; ")


def test_a_request_that_ends_before_it_is_canceled_has_tested_nothing(tmp_path: Path) -> None:
    ran = run_text(tmp_path, HEAD + STORED + f"      - find: {{{IN_SERIES}, cancel: {{after: 1000}}}}\n")
    assert ran.with_verdict("fail") == ["scenario/flow/2/cancel"]
    assert ran.check("2/cancel")["observed"] == "not sent: the final response came before"


# Ended


def test_a_shared_association_released_aborted_and_opened_again(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path,
        HEAD
        + "".join(
            f"      - {step}: {{}}\n        association: one\n" for step in ("echo", "release", "echo", "abort", "echo")
        ),
    )
    assert ran.status == 0, ran.output
    associations = [step["associations"][0] for step in ran.results["steps"]]
    assert [found["ending"] for found in associations[1::2]] == ["released", "we aborted the association"]
    assert len({found["pdus"][0]["length"] for found in associations}) == 1


def test_a_release_that_is_not_answered_fails(tmp_path: Path) -> None:
    def silent_at_the_end(connection: socket.socket) -> None:
        accept_everything(connection)
        while read_pdu(connection)[0] != 0x07:  # until the harness has lost patience and aborts
            pass

    with ScriptedPeer(silent_at_the_end) as peer:
        ran = run_text(
            tmp_path,
            f"""\
            version: 1
            timeouts: {{release: 200 ms}}
            peers: {{there: {{address: "THERE@127.0.0.1:{peer.port}"}}}}
            scenarios:
              - id: flow
                peer: there
                steps:
                  - associate: {{}}
                    association: one
                  - release: {{}}
                    association: one
            """,
        )
    assert ran.with_verdict("fail") == ["scenario/flow/2/ended"]
    assert "A-RELEASE-RP" in ran.check("2/ended")["observed"]


@pytest.mark.parametrize("step", ["release", "abort"])
def test_an_association_that_the_peer_has_ended(tmp_path: Path, step: str) -> None:
    def aborts(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)  # the C-ECHO-RQ
        connection.sendall(bytes.fromhex("0700 00000004 00000200".replace(" ", "")))

    with ScriptedPeer(aborts) as peer:
        ran = run_text(
            tmp_path,
            f"""\
            version: 1
            peers: {{there: {{address: "THERE@127.0.0.1:{peer.port}"}}}}
            scenarios:
              - id: flow
                peer: there
                steps:
                  - echo: {{}}
                    association: one
                    expect: {{aborted: true}}
                  - {step}: {{}}
                    association: one
            """,
        )
    assert ran.with_verdict("fail") == ["scenario/flow/2/ended"], ran.output
    assert "abort" in ran.check("2/ended")["observed"]
