"""Which SOP classes a peer accepts in which transfer syntaxes."""

from __future__ import annotations

from collections.abc import Sequence

from harness.engine.probe.asking import Asking
from harness.engine.probe.packing import halves, packed
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.observe.ending import Ending, EndingKind
from harness.observe.probe import Cell, Matrix, TooMuch
from harness.observe.trace import ContextOutcome

_MOST_REFUSED = 64
"""Associations that may fail before no more are asked for: a peer that is gone is not asked a thousand times."""

_GONE = (EndingKind.CONNECTION_REFUSED, EndingKind.UNREACHABLE, EndingKind.CONNECT_TIMEOUT, EndingKind.TIMEOUT)
"""Endings for which the number of contexts is hardly the reason: asking for less would only make the wait longer."""


class MatrixProbe:
    """Fills the matrix, association by association; one that does not stand is asked for in halves."""

    def __init__(self, request: ProbeRequest, asking: Asking) -> None:
        self.failed: list[TooMuch] = []
        self._request = request
        self._asking = asking
        self._results: dict[Cell, list[int]] = {}

    def run(self) -> Matrix:
        """The whole matrix, as far as the peer answers within the time."""
        request = self._request
        try:
            groups = list(packed(request.sop_classes, request.transfer_syntaxes))
            associations = self._asking.ask_each(map(self._proposal, groups))
            for group, association in zip(groups, associations, strict=True):
                self._note(group, association)
                if len(self.failed) > _MOST_REFUSED or (self.failed and self.failed[-1].ending.kind in _GONE):
                    break
        except TimeoutError:
            self.failed.append(TooMuch(0, Ending(EndingKind.TIMEOUT, f"the {request.seconds:g} s of the probe are up")))
        return self._matrix()

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
        if ending.kind not in _GONE and len(self.failed) <= _MOST_REFUSED:
            for half in halves(group):
                self._note(half, self._asking.ask(self._proposal(half)))

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
