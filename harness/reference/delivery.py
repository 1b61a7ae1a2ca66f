"""Reports of storage commitment on their way to who asked, in each of the three ways (PS3.4 J.3.3.1.2)."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable

from harness.dimse.elements import Command
from harness.dimse.messages import n_event_report_rq
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Deadline, Timeouts
from harness.reference.index import Index
from harness.reference.results import Result, note_reported, unreported
from harness.reference.settings import ReferenceSettings
from harness.standard.commitment import Delivery
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE
from harness.ul.items import RoleSelection

ATTEMPTS = 5
"""How often we try to reach who asked; then the report waits for an association of theirs."""
PAUSE_SECONDS = 1.0
_STOP_SECONDS = 5.0


class Deliveries:
    """Reports results. What could not be delivered waits in the index for a later association of who asked.

    `note` is told why, from a thread of ours.
    """

    def __init__(self, settings: ReferenceSettings, note: Callable[[str], None] = lambda line: None) -> None:
        self._settings = settings
        self._note = note
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._taken: set[int] = set()
        """Results that are being reported, or have been."""
        self._open: dict[threading.Thread, Association | None] = {}

    def resume(self, index: Index) -> None:
        """Go on with what an earlier process did not deliver. Raises OSError when the index cannot be read."""
        if self._settings.commitment is not Delivery.NEW_ASSOCIATION:
            return
        try:
            waiting = unreported(index)
        except sqlite3.Error as error:
            raise OSError(None, f"the index cannot be read: {error}") from None
        for number, result in waiting.items():
            self._start(index, number, result)

    def stop(self) -> None:
        """End every attempt; what is not delivered stays in the index."""
        self._stopping.set()
        with self._lock:
            running = list(self._open.items())
        for _, association in running:
            if association is not None:
                association.drop()
        deadline = Deadline(_STOP_SECONDS)
        with contextlib.suppress(TimeoutError):
            for thread, _ in running:
                thread.join(deadline.remaining())

    def deliver(self, association: Association, index: Index, number: int, result: Result) -> None:
        """Report a new result as the settings say; the request came on this association. Raises `AssociationEnded`."""
        if self._settings.commitment is Delivery.SAME_ASSOCIATION:
            self._report_here(association, index, number, result)
        elif self._settings.commitment is Delivery.NEW_ASSOCIATION:
            self._start(index, number, result)

    def _report_here(self, association: Association, index: Index, number: int, result: Result) -> None:
        """Report on the association of the request; who asked may have released it at once (PS3.4 J.3.3.1.2)."""
        try:
            self._report(association, index, number, result)
        except AssociationEnded:
            if result.requestor in self._settings.move_destinations:
                self._start(index, number, result)
            raise

    def deliver_waiting(self, association: Association, index: Index) -> None:
        """Report what waits for who opened this association. Raises `AssociationEnded`."""
        context = association.find_context(STORAGE_COMMITMENT)
        if context is None or not context.scu_role:
            return
        with contextlib.suppress(sqlite3.Error):
            for number, result in unreported(index).items():
                if result.requestor == association.trace.calling_ae_title:
                    self._report(association, index, number, result)

    def _start(self, index: Index, number: int, result: Result) -> None:
        thread = threading.Thread(
            target=self._keep_trying, args=(index, number, result), daemon=True, name="commitment"
        )
        with self._lock:
            self._open[thread] = None
        thread.start()

    def _keep_trying(self, index: Index, number: int, result: Result) -> None:
        try:
            for _ in range(ATTEMPTS):
                if self._stopping.is_set() or self._try(index, number, result):
                    return
                self._stopping.wait(PAUSE_SECONDS)
            self._note(f"storage commitment: the report waits for an association of {result.requestor}")
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def _try(self, index: Index, number: int, result: Result) -> bool:
        """One attempt on an association of its own, on which we take the SCP role; True if it is delivered."""
        address = self._settings.move_destinations.get(result.requestor)
        if address is None:
            return False
        contexts = ((STORAGE_COMMITMENT, (EXPLICIT_VR_LE, IMPLICIT_VR_LE)),)
        proposal = Proposal(result.scp, address.ae_title, contexts, roles=(RoleSelection(STORAGE_COMMITMENT, 0, 1),))
        tls = self._settings.move_tls.get(result.requestor)
        with request_association(address, proposal, Timeouts(), tls=tls) as association:
            context = association.find_context(STORAGE_COMMITMENT)
            if context is None or not context.scp_role:
                why = association.ending.text if association.ending is not None else "it does not let us be the SCP"
                self._note(f"storage commitment: no report to {result.requestor} at {address}: {why}")
                return False
            with self._lock:
                self._open[threading.current_thread()] = association
            with contextlib.suppress(AssociationEnded):
                return self._report(association, index, number, result)
        return False

    def _report(self, association: Association, index: Index, number: int, result: Result) -> bool:
        """Send a report and note that it was answered; False if another thread has taken it.

        Raises `AssociationEnded`.
        """
        with self._lock:
            if number in self._taken:
                return False
            self._taken.add(number)
        try:
            _send(association, result)
        except AssociationEnded:
            with self._lock:
                self._taken.discard(number)
            raise
        with contextlib.suppress(sqlite3.Error):
            note_reported(index, number)
        return True


def _send(association: Association, result: Result) -> None:
    """Send an N-EVENT-REPORT-RQ and await its response; requests that come meanwhile get their turn afterwards.

    Whatever the status of the response, who asked has the report. Raises `AssociationEnded`.
    """
    context = association.find_context(STORAGE_COMMITMENT)
    assert context is not None
    message_id = association.next_message_id()
    event_type = int(result.event_type)
    request = n_event_report_rq(message_id, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, event_type)
    association.send(context.context_id, request, result.event_information(context.transfer_syntax))
    others = []
    end = time.monotonic() + association.timeouts.response
    while True:
        message = association.receive(max(0.0, end - time.monotonic()), awaited="response to N-EVENT-REPORT-RQ")
        if message.command.command_field == Command.N_EVENT_REPORT_RSP:
            break
        others.append(message)
    for message in reversed(others):
        association.put_back(message)
