"""One request on its way to the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.dimse.command import CommandSet
from harness.dimse.fragment import Message
from harness.net.association import Association
from harness.reference.delivery import Deliveries
from harness.reference.index import Index
from harness.reference.settings import ReferenceSettings
from harness.reference.storage import Archive
from harness.services.receive import InstanceReceiver


@dataclass(frozen=True, slots=True)
class Request:
    """A request with all that answering it may need.

    `receiver` and `archive` belong to the association, `deliveries` to the SCP. `refusal` is the status that the
    settings want it to be refused with.
    """

    association: Association
    message: Message
    index: Index
    settings: ReferenceSettings
    receiver: InstanceReceiver
    archive: Archive
    deliveries: Deliveries
    refusal: int | None = None

    @property
    def command(self) -> CommandSet:
        """Its command set."""
        return self.message.command

    @property
    def abstract_syntax(self) -> str:
        """The SOP class of its presentation context."""
        return self.association.contexts[self.message.context_id].abstract_syntax

    @property
    def transfer_syntax(self) -> str:
        """The transfer syntax of its data set."""
        return self.association.contexts[self.message.context_id].transfer_syntax

    def respond(self, response: CommandSet, data: bytes | None = None) -> None:
        """Send a response. Raises `AssociationEnded`."""
        self.association.send(self.message.context_id, response, data)


Answer = Callable[[Request], None]
"""Answers a request. Raises `Refused`, `AssociationEnded`."""
