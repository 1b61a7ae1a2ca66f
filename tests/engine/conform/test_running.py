"""Conformance runs against peers that go wrong: what fails, what is skipped, and what is blocked and by which case."""

from __future__ import annotations

import itertools
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.result import new_result
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.catalogue import CASES
from harness.engine.conform.cases.ul_request import WORKS
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Outcome, Profile, Reacted, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED
from harness.engine.conform.request import ConformRequest, Target
from harness.engine.conform.running import ConformRun
from harness.engine.conform.selection import Selection
from harness.net.negotiation import accept
from harness.results.model import Verdict
from harness.results.rollup import exit_status
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul.items import AsynchronousOperationsWindow, ProposedContext, UserIdentityRQ
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.archives import wait_until
from tests.support.conforming import IMPATIENT, asking, check_of, echo_only, good, run_cases, verdicts, verifier
from tests.support.scripted import ScriptedPeer, accept_everything
from tests.support.servers import hang_up_after_a_word, mute, reset_after_a_word

PATIENT_SECONDS = 10
"""Nothing waits so long at peers that answer."""

STRANGE = b"\xa5" * 34
FINE = Seen(Kind.FULFILLED, "fine")


def strange(name: str) -> Case:
    """A case whose request can be told from all others: its reserved fields are not zero."""

    def script(bench: Bench) -> Seen:
        return bench.works(replace(bench.request(), reserved=STRANGE))

    return replace(asking(name), script=script)


def on_strange(answer: Callable[[], AssociateAC | AssociateRJ]) -> Callable[[AssociateRQ], AssociateAC | AssociateRJ]:
    """Answers strange requests in this way, and others well."""
    return lambda request: answer() if request.reserved == STRANGE else good(request)


def test_a_failure_shows_clause_requirement_allowed_seen_bytes_and_the_command() -> None:
    (case,) = [case for case in CASES if case.id == "ul/request/version-all-bits"]

    def strict(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return AssociateRJ(1, 2, 2) if request.protocol_version != 1 else accept(request, echo_only)

    with verifier(strict) as peer:
        run = run_cases(peer.address, [case])
    check = check_of(run, "version-all-bits/outcome")
    assert check.verdict is Verdict.FAIL
    assert check.clauses == ("PS3.8 9.3.2",)
    assert "tests bit 0 of the Protocol-version alone" in check.reason
    assert check.expected == "A-ASSOCIATE-AC, and a C-ECHO is answered with success"
    assert "A-ASSOCIATE-RJ: rejected-permanent" in check.observed
    sent, came = check.evidence
    assert sent.startswith("sent A-ASSOCIATE-RQ, ")
    assert ": 01 00 00 00 " in sent
    assert "ff ff 00 00" in sent
    assert " 20 00 x 32 10 00 00 15 31 " in sent, "zeros in a row are counted"
    assert came == "came A-ASSOCIATE-RJ, 10 bytes: 03 00 00 00 00 04 00 01 02 02"
    assert check.source == f"dicom-harness conform {peer.address} --only ul/request/version-all-bits"
    assert exit_status(run) == 1


def test_a_case_about_a_service_that_is_not_there_is_skipped_with_that_evidence() -> None:
    with verifier() as peer:
        run = run_cases(peer.address, [asking("store", needs=(supports(CT_IMAGE_STORAGE),)), asking("echo")])
    assert verdicts(run) == {"ul/request/store/outcome": "skipped", "ul/request/echo/outcome": "pass"}
    reason = check_of(run, "store/outcome").reason
    assert reason == ("the peer accepts no presentation context for CT Image Storage: abstract-syntax-not-supported")


def test_what_may_do_harm_is_skipped_on_peers_that_are_not_for_tests() -> None:
    cases = [asking("probe", Conduct.PROBES), asking("write", Conduct.WRITES), asking("break", Conduct.BREAKS)]
    with verifier() as peer:
        run = run_cases(peer.address, [*cases, asking("read")], environment=Environment.PRODUCTION)
    assert list(verdicts(run).values()) == ["skipped", "skipped", "skipped", "pass"]
    reason = check_of(run, "break/outcome").reason
    assert reason == "this case breaks rules of the protocol, and the peer is production: it needs `--environment test`"


def listens(address: AEAddress) -> bool:
    try:
        socket.create_connection((address.host, address.port), 30).close()
    except OSError:
        return False
    return True


def test_a_peer_that_dies_blocks_the_rest_and_the_case_that_killed_it_is_named() -> None:
    with verifier() as peer:

        def killed(request: AssociateRQ) -> AssociateAC | AssociateRJ:
            if request.reserved == STRANGE:
                threading.Thread(target=peer.stop).start()
                wait_until(lambda: not listens(peer.address))
            return good(request)

        peer.become(killed)
        cases = [asking("before"), strange("killer"), asking("after")]
        run = run_cases(peer.address, cases, patience=IMPATIENT)
    found = verdicts(run)
    assert found["ul/request/before/outcome"] == "pass"
    assert found["ul/request/killer/canary"] == "fail"
    assert check_of(run, "killer/canary").clauses == (), "no clause speaks of it"
    assert found["ul/request/after/outcome"] == "blocked"
    assert check_of(run, "killer/canary").observed.startswith("lost: ")
    assert check_of(run, "after/outcome").reason == "the peer is lost since ul/request/killer"


def test_a_pool_that_is_exhausted_is_named_and_one_that_recovers_blocks_nothing() -> None:
    left = [0]

    def leaky(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        # More often than the canary asks in its half second.
        left[0] = 6 if request.reserved == STRANGE else left[0] - 1
        return AssociateRJ(2, 3, 2) if left[0] > 0 else good(request)

    with verifier(leaky) as peer:
        run = run_cases(peer.address, [strange("leak"), asking("after")], patience=replace(IMPATIENT, recovery=30))
    canary = check_of(run, "leak/canary")
    assert (canary.verdict.value, canary.level.value, canary.clauses) == ("warning", "recommended", ())
    assert canary.observed.startswith("pool exhausted: ")
    assert re.search(r"it was back \d+ s later$", canary.observed)
    assert verdicts(run)["ul/request/after/outcome"] == "pass"


@pytest.mark.slow
def test_a_peer_that_accepts_connections_and_says_nothing_is_blocked() -> None:
    frozen, over = threading.Event(), threading.Event()

    def silent(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        if request.reserved == STRANGE:
            frozen.set()
        if frozen.is_set():
            over.wait(30)
        return good(request)

    with verifier(silent) as peer:
        run = run_cases(peer.address, [strange("freeze"), asking("after")], timeout=5, patience=IMPATIENT)
        over.set()
    assert check_of(run, "freeze/canary").observed.startswith("blocked: ")
    assert verdicts(run)["ul/request/after/outcome"] == "blocked"


def test_nothing_known_of_the_peer_blocks_all_and_names_what_helps() -> None:
    with verifier() as peer:
        address = peer.address
    run = run_cases(address, [asking("echo")])
    check = check_of(run, "facts/negotiation/accepted")
    assert check.verdict is Verdict.ERROR
    assert "diagnose" in check.reason
    assert verdicts(run)["ul/request/echo/outcome"] == "blocked"
    assert exit_status(run) == 3


@pytest.mark.slow
def test_a_reset_is_no_proof_that_nothing_was_said() -> None:
    """It passes where a close may come; where an A-ABORT must come it decides nothing."""

    def provoking(name: str, *allowed: Outcome) -> Case:
        def script(bench: Bench) -> Seen:
            with bench.established() as talk:
                talk.send_bytes(b"\xff" * 12)
                return talk.reaction()

        return replace(asking(name), script=script, allowed=allowed)

    def resetting(connection: socket.socket) -> None:
        accept_everything(connection)
        reset_after_a_word(connection)

    cases = [provoking("close", ABORTED, CLOSED), provoking("abort", ABORTED), provoking("go-on", WORKS)]
    for case, verdict in zip(cases, ("pass", "skipped", "fail"), strict=True):
        with ScriptedPeer(resetting) as peer:
            run = run_cases(AEAddress("PEER", "127.0.0.1", peer.port), [case], patience=IMPATIENT)
        assert verdicts(run)[f"{case.id}/outcome"] == verdict


def test_a_script_that_stops_at_what_the_peer_did_is_judged_by_that() -> None:
    def stopping(bench: Bench) -> Seen:
        raise Reacted(Seen(Kind.CLOSED, "closed"))

    def undecided(bench: Bench) -> Seen:
        raise Inconclusive("the clock of the peer is not known")

    cases = [replace(asking("stops"), script=stopping), replace(asking("undecided"), script=undecided)]
    with verifier() as peer:
        run = run_cases(peer.address, cases)
    assert list(verdicts(run).values()) == ["fail", "skipped"]
    assert check_of(run, "undecided/outcome").reason == "the clock of the peer is not known"


def test_silence_and_a_bare_close_are_told_apart() -> None:
    for script, patience, word in (
        (mute, 0.5, "nothing within 0.5 s"),
        (hang_up_after_a_word, 20, "the connection is closed"),
    ):
        with ScriptedPeer(script) as peer:
            run = run_cases(AEAddress("PEER", "127.0.0.1", peer.port), [asking("echo")], timeout=patience)
        assert word in check_of(run, "facts/negotiation/accepted").observed


def test_captures_of_what_failed_are_kept(tmp_path: Path) -> None:
    with verifier(on_strange(lambda: AssociateRJ(1, 1, 1))) as peer:
        run = run_cases(peer.address, [strange("refused"), asking("good")], reports=tmp_path)
    wires = {step.id: [association.wire for association in step.associations] for step in run.steps}
    (name,) = wires["conform/ul/request/refused"]
    assert name is not None
    assert (tmp_path / name).stat().st_size > 0
    assert wires["conform/ul/request/good"] == [None]


def test_a_defect_of_ours_ends_the_run_and_is_told() -> None:
    def broken(bench: Bench) -> Seen:
        raise KeyError("a defect")

    with verifier() as peer:
        run = run_cases(peer.address, [asking("before"), replace(asking("broken"), script=broken), asking("after")])
    assert verdicts(run) == {"ul/request/before/outcome": "pass"}
    assert run.internal_error == "KeyError: '…'", "the text of an exception may hold a value of the peer"
    assert exit_status(run) == 4


def test_what_the_peer_sends_wrong_in_any_case_is_told_once_with_its_first_case() -> None:
    def unasked(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return accept(request, echo_only, more=[AsynchronousOperationsWindow(1, 1)])

    with verifier(unasked) as peer:
        run = run_cases(peer.address, [asking("first"), asking("second"), strange("third")])
        plain = run_cases(peer.address, [replace(asking("breaking", Conduct.BREAKS), script=lambda bench: FINE)])
    check = check_of(run, "conform/lint/peer/lint/window-answer")
    assert check.verdict is Verdict.FAIL
    assert check.observed.endswith("(and 2 more)")
    assert check.source.endswith("--only ul/request/first")
    assert run.linted == 3
    assert verdicts(plain) == {"ul/request/breaking/outcome": "pass"}


def test_a_passcode_is_in_no_evidence(tmp_path: Path) -> None:
    secret = b"correct horse"
    identity = UserIdentityRQ(2, 0, b"operator", secret)
    with verifier(on_strange(lambda: AssociateRJ(1, 2, 1))) as peer:
        run = new_result()
        request = ConformRequest(Target(peer.address, identity=identity), Environment.TEST, patience=IMPATIENT)
        ConformRun(run, request, tmp_path, []).execute([strange("refused")])
    check = check_of(run, "refused/outcome")
    assert check.verdict is Verdict.FAIL
    assert secret.hex(" ") not in " ".join(check.evidence)
    assert b"*" * len(secret) in bytes.fromhex(check.evidence[0].partition(": ")[2].removesuffix(" ..."))
    (wire,) = (tmp_path / "wire").iterdir()
    assert secret not in wire.read_bytes()


def test_a_peer_without_verification_is_not_blamed_for_it() -> None:
    def images_only(context: ProposedContext) -> str | int:
        return context.transfer_syntaxes[0] if context.abstract_syntax == CT_IMAGE_STORAGE else 3

    chosen = Selection(profile=Profile.STRICT, only=("ul/request/", "ul/ending/")).chosen(CASES, Environment.TEST)
    with verifier(lambda request: accept(request, images_only)) as peer:
        run = run_cases(peer.address, chosen, timeout=PATIENT_SECONDS)
    found = verdicts(run)
    assert found["ul/request/plain/outcome"] == found["ul/ending/release/outcome"] == "skipped"
    assert "no presentation context for Verification" in check_of(run, "request/plain/outcome").reason
    assert "error" not in found.values()


@pytest.mark.parametrize(
    ("result", "verdict", "seen"),
    [(0, "skipped", "inconclusive"), (1, "pass", "result 1"), (2, "warning", "result 2"), (3, "pass", "result 3")],
)
def test_a_sop_class_that_nobody_knows_may_be_refused_or_taken_with_all_others(
    result: int, verdict: str, seen: str
) -> None:
    def answered(context: ProposedContext) -> str | int:
        return context.transfer_syntaxes[0] if context.abstract_syntax == VERIFICATION or not result else result

    chosen = Selection(only=("ul/contexts/unknown-class-result",)).chosen(CASES, Environment.TEST)
    with verifier(lambda request: accept(request, answered)) as peer:
        (check,) = run_cases(peer.address, chosen, timeout=PATIENT_SECONDS).checks
    assert (check.verdict.value, check.observed) == (verdict, seen)


def known_syntax(context: ProposedContext) -> str | int:
    """Refuse what is not offered in Implicit VR Little Endian."""
    return IMPLICIT_VR_LE if IMPLICIT_VR_LE in context.transfer_syntaxes else 4


def test_a_context_that_was_accepted_is_none_that_was_refused() -> None:
    chosen = Selection(only=("ul/data-invalid/context-refused",)).chosen(CASES, Environment.TEST)
    with verifier(lambda request: accept(request, lambda context: context.transfer_syntaxes[0])) as peer:
        (taken,) = run_cases(peer.address, chosen, timeout=PATIENT_SECONDS).checks
    with verifier(lambda request: accept(request, known_syntax)) as peer:
        (refused,) = run_cases(peer.address, chosen, timeout=PATIENT_SECONDS).checks
    assert (taken.verdict.value, taken.observed) == ("skipped", "inconclusive")
    assert refused.verdict.value == "pass"


@pytest.mark.slow
def test_a_wait_for_what_never_comes_is_told_apart_from_work() -> None:
    def slow(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        time.sleep(9 if request.reserved == STRANGE else 0)
        return good(request)

    with verifier(slow) as peer:
        run = run_cases(peer.address, [strange("silence"), asking("echo")], timeout=4)
    silence, echo = run.steps
    assert silence.waited >= 4
    assert echo.waited == 0


@pytest.mark.slow
@pytest.mark.parametrize(("full", "verdict"), [((1,), "pass"), ((1, 3), "fail")], ids=["for a moment", "twice"])
def test_a_case_that_meets_a_full_peer_is_tried_once_more(full: tuple[int, ...], verdict: str) -> None:
    """The first association finds out what the peer supports, and each case is followed by a canary."""
    asked = itertools.count()
    with verifier(lambda request: AssociateRJ(2, 3, 2) if next(asked) in full else good(request)) as peer:
        run = run_cases(peer.address, [asking("plain")])
    assert verdicts(run) == {"ul/request/plain/outcome": verdict}
