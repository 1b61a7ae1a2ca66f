"""Which SOP classes a peer accepts in which transfer syntaxes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from harness.engine.probe.asking import NOBODY, Asking
from harness.engine.probe.packing import halves, packed
from harness.engine.probe.peer_facts import verification
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.observe.ending import Ending, EndingKind
from harness.observe.probe import Cell, Matrix, TooMuch
from harness.observe.trace import ContextOutcome

_MOST_REFUSED = 64
"""Associations that may fail before no more are asked for: a peer that is gone is not asked a thousand times."""


class MatrixProbe:
    """Fills the matrix, association by association; one that does not stand is asked for in halves.

    Where each of the halves stands, the number of contexts was the reason, and no association has more from then on.
    `most` is how many presentation contexts the peer takes in one, as far as is known, and `gone` says that it was no
    longer there in the end.
    """

    def __init__(self, request: ProbeRequest, asking: Asking) -> None:
        self.failed: list[TooMuch] = []
        self.gone = False
        self._request = request
        self._asking = asking
        self._results: dict[Cell, list[int]] = {}
        self.most = MAXIMUM_CONTEXTS

    def run(self) -> Matrix:
        """The whole matrix, as far as the peer answers within the time."""
        try:
            self._fill()
        except TimeoutError:
            text = f"the {self._request.seconds:g} s of the probe are up"
            self.failed.append(TooMuch(0, Ending(EndingKind.TIMEOUT, text)))
        return self._matrix()

    def _fill(self) -> None:
        asked: deque[Sequence[Cell]] = deque()

        def proposals() -> Iterator[Proposal]:
            for group in self._groups():
                asked.append(group)
                yield self._proposal(group)

        for association in self._asking.ask_each(proposals()):
            self._note(asked.popleft(), association)
            if self.gone or len(self.failed) > _MOST_REFUSED:
                break

    def _groups(self) -> Iterator[Sequence[Cell]]:
        for group in packed(self._request.sop_classes, self._request.transfer_syntaxes):
            yield from self._fitting(group)

    def _fitting(self, group: Sequence[Cell]) -> Iterator[Sequence[Cell]]:
        """An association, or what it is cut into where that is more than the peer was seen to take."""
        smaller = halves(group) if len(group) > self.most else []
        for half in smaller:
            yield from self._fitting(half)
        if not smaller:
            yield group

    def _proposal(self, group: Sequence[Cell]) -> Proposal:
        request = self._request
        contexts = tuple((sop_class, (syntax,)) for sop_class, syntax in group)
        return Proposal(
            request.calling_ae_title, request.address.ae_title, contexts, user_identity=request.user_identity
        )

    def _note(self, group: Sequence[Cell], association: Association) -> None:
        """Take what was answered; what does not stand is asked for in halves, each in turn."""
        if association.established:
            self._take(association.trace.contexts)
            return
        ending = association.ending
        assert ending is not None
        self.failed.append(TooMuch(len(group), ending))
        self.gone = ending.kind in NOBODY or (ending.kind is EndingKind.TIMEOUT and not self._is_there())
        failed = len(self.failed)
        parts = halves(group)
        for part in parts:
            if self.gone or len(self.failed) > _MOST_REFUSED:
                return
            self._note(part, self._asking.ask(self._proposal(part)))
        if len(parts) > 1 and len(self.failed) == failed:
            self.most = min(self.most, max(map(len, parts)))

    def _is_there(self) -> bool:
        """Whether the peer still answers the smallest association, after it gave no answer to another."""
        return self._asking.ask(verification(self._request)).established

    def _take(self, contexts: Sequence[ContextOutcome]) -> None:
        for context in contexts:
            if context.result is not None:
                cell = (context.abstract_syntax, context.transfer_syntaxes[0])
                self._results.setdefault(cell, []).append(context.result)

    def _matrix(self) -> Matrix:
        classes, syntaxes = self._request.sop_classes, self._request.transfer_syntaxes
        changing = {
            cell: tuple(dict.fromkeys(results)) for cell, results in self._results.items() if len(set(results)) > 1
        }
        results = {cell: results[0] for cell, results in self._results.items()}
        return Matrix(classes, syntaxes, results, changing)
