"""Conformance runs in this process, and acceptors that go wrong at one request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness.cli.result import new_result
from harness.dimse.messages import response_to
from harness.engine.conform.bench import Bench
from harness.engine.conform.model import Case, Conduct, Need, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.request import ConformRequest, Patience, Target
from harness.engine.conform.running import ConformRun
from harness.net.acceptor import Acceptor
from harness.net.association import Association
from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, accept
from harness.results.model import Check, RunResult
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress
from harness.standard.uids import VERIFICATION
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ

Answer = Callable[[AssociateRQ], AssociateAC | AssociateRJ]

PATIENT = Patience()
IMPATIENT = Patience(canary=0.5, recovery=0.5)
"""For peers that do not come back."""


def run_cases(
    address: AEAddress,
    cases: Sequence[Case],
    *,
    environment: Environment = Environment.TEST,
    patience: Patience = PATIENT,
    timeout: float = 10,
    report: float = 15,
    jobs: int = 1,
    reports: Path | None = None,
) -> RunResult:
    """Run cases against a peer."""
    again = f"dicom-harness conform {address}"
    target = Target(address, timeout=timeout, report=report)
    request = ConformRequest(target, environment, patience=patience, again=again, jobs=jobs)
    run = new_result()
    ConformRun(run, request, reports, []).execute(cases)
    return run


def verdicts(run: RunResult) -> dict[str, str]:
    """Verdict of each check by id, without what all ids begin with."""
    return {check.id.removeprefix("conform/"): check.verdict.value for check in run.checks}


def check_of(run: RunResult, ending: str) -> Check:
    """The one check whose id ends so."""
    (found,) = [check for check in run.checks if check.id.endswith(ending)]
    return found


def echo_only(context: ProposedContext) -> str | int:
    """Accept Verification and nothing else."""
    return context.transfer_syntaxes[0] if context.abstract_syntax == VERIFICATION else ABSTRACT_SYNTAX_NOT_SUPPORTED


def good(request: AssociateRQ) -> AssociateAC | AssociateRJ:
    """Accept what is right."""
    return accept(request, echo_only) if request.protocol_version & 1 else AssociateRJ(1, 2, 2)


def answering_echoes(association: Association) -> None:
    """Answer every request with success."""
    while True:
        message = association.receive(30)
        association.send(message.context_id, response_to(message.command, 0))


class Verifier:
    """A Verification SCP that answers A-ASSOCIATE-RQs as it is told."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._acceptor = Acceptor(lambda request, _host: self._answer(request), answering_echoes)
        self._acceptor.start()
        self.address = AEAddress("PEER", "127.0.0.1", self._acceptor.port)

    def become(self, answer: Answer) -> None:
        """Answer otherwise from now on."""
        self._answer = answer

    def stop(self) -> None:
        """Be gone."""
        self._acceptor.stop(2)


@contextmanager
def verifier(answer: Answer = good) -> Iterator[Verifier]:
    """A Verification SCP, running."""
    peer = Verifier(answer)
    try:
        yield peer
    finally:
        peer.stop()


def asking(name: str, conduct: Conduct = Conduct.READS, needs: tuple[Need, ...] = ()) -> Case:
    """A case that wants an association that works."""

    def script(bench: Bench) -> Seen:
        return bench.works(bench.request())

    works = (met("it works"),)
    return Case(f"ul/request/{name}", f"case {name}", ("ul/tcp-accepted",), works, script, conduct=conduct, needs=needs)
