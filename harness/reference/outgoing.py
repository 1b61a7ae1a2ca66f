"""Associations to a move destination, one after the other: each has room for 128 contexts (PS3.8 9.3.2.2)."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType

from harness.net.association import Association
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.part10 import FileMeta
from harness.standard.ae import AEAddress
from harness.tls.contexts import TlsClient


class Outgoing:
    """Opens an association for the first file that needs it, and releases it when a file needs the next.

    `proposal` may have any number of contexts. As a context manager it releases the last one, or aborts it when an
    exception passes.
    """

    def __init__(self, address: AEAddress, proposal: Proposal, timeouts: Timeouts, tls: TlsClient | None) -> None:
        self._address = address
        self._proposal = proposal
        self._timeouts = timeouts
        self._tls = tls
        self._groups = {context: index // MAXIMUM_CONTEXTS for index, context in enumerate(proposal.contexts)}
        self._group = -1
        self._association: Association | None = None

    def group_of(self, file: FileMeta) -> int:
        """Which association a file goes over; files are best sorted by it."""
        return self._groups[(file.sop_class_uid, (file.transfer_syntax_uid,))]

    def for_file(self, file: FileMeta) -> Association:
        """The association for a file, established or not."""
        group = self.group_of(file)
        if self._association is None or group != self._group:
            if self._association is not None:
                self._association.release()
            contexts = tuple(context for context, index in self._groups.items() if index == group)
            proposal = replace(self._proposal, contexts=contexts)
            self._association = request_association(self._address, proposal, self._timeouts, tls=self._tls)
            self._group = group
        return self._association

    def __enter__(self) -> Outgoing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._association is not None:
            self._association.__exit__(kind, error, tb)
