"""The services of a load, each as one operation over an association that stands."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.load.synthetic import SyntheticInstance
from harness.load.work import Done, Exhausted, failure_of
from harness.net.association import Association
from harness.observe.load import LeftInstances
from harness.observe.outcomes import RetrieveObservation, StoredInstance
from harness.services.echo import echo
from harness.services.find import find
from harness.services.retrieve import move
from harness.services.storage_scp import StorageSCP
from harness.services.store import store_data
from harness.standard.status import is_stored

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SUCCESS = 0x0000


class EchoWork:
    """C-ECHO."""

    name = "echo"

    def perform(self, association: Association) -> Done:
        """One request."""
        observation = echo(association)
        status = observation.statuses[0] if observation.statuses else None
        return Done(observation, failure_of(observation, status, success=status == SUCCESS))


@dataclass(frozen=True)
class FindWork:
    """C-FIND, always with the same identifier. However many matches there are, it succeeds."""

    sop_class_uid: str
    identifier: Dataset
    name: str = "find"

    def perform(self, association: Association) -> Done:
        """One query, with all its answers."""
        observation = find(association, self.sop_class_uid, self.identifier)
        return Done(observation, failure_of(observation, observation.status, success=observation.status == SUCCESS))


class StoreWork:
    """C-STORE of synthetic instances, each with a SOP Instance UID of its own; sizes are drawn by weight.

    At most `quota` bytes are sent: more than that is not to be left at the peer.
    """

    name = "store"

    def __init__(self, weighted: Sequence[tuple[SyntheticInstance, float]], quota: int, seed: str) -> None:
        self.instances = [instance for instance, _ in weighted]
        self._weights = [weight for _, weight in weighted]
        self._random = random.Random(seed)
        self._left = quota
        self._quota = quota
        self._lock = threading.Lock()

    def perform(self, association: Association) -> Done:
        """Send one instance. Raises `Exhausted` when the quota is used up."""
        instance = self._random.choices(self.instances, self._weights)[0]
        self._take(instance.length)
        uid, data = instance.next()
        stored = StoredInstance(
            source=instance.path,
            sop_class_uid=instance.sop_class_uid,
            sop_instance_uid=uid,
            transfer_syntax_uid=instance.transfer_syntax_uid,
        )
        observation = store_data(association, stored, data)
        failure = failure_of(observation, stored.status, success=is_stored(stored.status))
        if stored.unsent:
            failure = "no presentation context"
        return Done(observation, failure, instance.length if not stored.unsent else 0)

    def left_behind(self) -> list[LeftInstances]:
        """What may be at the peer now: all that was sent, for what is not answered may have been kept, too."""
        return [
            LeftInstances(one.sop_class_uid, one.study_instance_uid, one.first_uid, one.drawn)
            for one in self.instances
            if one.drawn
        ]

    def _take(self, length: int) -> None:
        with self._lock:
            if length > self._left:
                raise Exhausted(f"the quota of {self._quota} bytes of objects is used up")
            self._left -= length


class MoveToWork:
    """C-MOVE to an AE title, always with the same identifier."""

    name = "move"

    def __init__(self, sop_class_uid: str, identifier: Dataset, destination: str) -> None:
        self._request = (sop_class_uid, identifier, destination)

    def perform(self, association: Association) -> Done:
        """One request with all its sub-operations. It fails where not all of them, or none, were carried out."""
        observation = move(association, *self._request)
        failure = failure_of(observation, observation.status, success=observation.status == SUCCESS)
        if not failure and not observation.counters.completed:
            failure = "no sub-operation completed"
        return Done(observation, failure)


class MoveWork(MoveToWork):
    """The same to our Storage SCP. What arrives is counted, and not kept."""

    def __init__(self, sop_class_uid: str, identifier: Dataset, destination: str, scp: StorageSCP) -> None:
        super().__init__(sop_class_uid, identifier, destination)
        self._scp = scp
        self._lock = threading.Lock()
        self.completed = 0
        self.received = 0

    def perform(self, association: Association) -> Done:
        """One request; what arrived meanwhile is counted."""
        done = super().perform(association)
        assert isinstance(done.observation, RetrieveObservation)
        with self._lock:
            self.completed += done.observation.counters.completed or 0
        self.count_received()
        return done

    def count_received(self) -> None:
        """Count what has arrived, and forget it."""
        for instance in self._scp.take_received():
            instance.path.unlink(missing_ok=True)
            with self._lock:
                self.received += 1
        self._scp.take_traces()

    def await_received(self, seconds: float) -> None:
        """Wait until as much has arrived as the peer says that it sent, at most `seconds`."""
        end = time.monotonic() + seconds
        self.count_received()
        while self.received < self.completed and time.monotonic() < end:
            self._scp.wait_until(bool, max(0.0, end - time.monotonic()))
            self.count_received()
