"""DICOM for Locust: users whose tasks are DIMSE services, so that load comes from as many machines as it takes.

Needs the extra `locust`. Master, workers, web interface and CSV are Locust's; what is sent, and when it has failed, is
what `dicom-harness load` sends and says. docs/load.md shows how.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gevent import GreenletExit  # type: ignore[import-untyped]
from locust import User, events

from harness.errors import UsageError
from harness.load.operations import EchoWork, FindWork, MoveToWork, StoreWork
from harness.load.sampled_lint import SampledLint
from harness.load.synthetic import one_of_size
from harness.load.work import Done, Work
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.identifier import build_identifier
from harness.services.store import contexts_for
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.modalities import TEMPLATES

if TYPE_CHECKING:
    from harness.tls.contexts import TlsClient

TEST = "test"
REQUEST = "DICOM"
"""What Locust calls the type of the request."""
_IDENTIFIERS = (EXPLICIT_VR_LE, IMPLICIT_VR_LE)


_lint = SampledLint()


def _lint_anew(**_: object) -> None:
    _lint.begin()


events.test_start.add_listener(_lint_anew)  # type: ignore[no-untyped-call] # Locust leaves it without types


class OperationFailed(Exception):
    """An operation did not succeed; its text is the same for the same fault."""


class Dicom:
    """The services of one user, over an association that is kept, and asked for anew when it has ended.

    Each is told to Locust with its time; a failure is no exception here. An association that cannot be had is told as a
    failed `association`, and the operation is not tried.
    """

    def __init__(self, user: DicomUser) -> None:
        self._user = user
        self._address = AEAddress.parse(user.host or "")
        self._association: Association | None = None
        self._works: dict[tuple[Any, ...], Work] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="dicom-harness-")

    def echo(self) -> bool:
        """C-ECHO. True if it succeeded."""
        return self._perform(("echo",), EchoWork)

    def store(self, size: int = 65536, quota: int = 1 << 30) -> bool:
        """C-STORE of a synthetic instance with about `size` bytes of pixel data, of the `modality` of the user.

        Raises `Exhausted` when this user has sent `quota` bytes of that size.
        """
        return self._perform(("store", size), lambda: self._store_work(size, quota))

    def find(self, level: str = "STUDY", **keys: str) -> bool:
        """C-FIND (Study Root), keys by keyword; an empty value is to be returned."""
        return self._perform(("find", level, *sorted(keys.items())), lambda: self._find_work(level, keys))

    def move(self, destination: str, level: str = "STUDY", **keys: str) -> bool:
        """C-MOVE (Study Root) to an AE title that the peer knows."""
        made = ("move", destination, level, *sorted(keys.items()))
        return self._perform(made, lambda: self._move_work(destination, level, keys))

    def release(self) -> None:
        """End the association; the next operation asks for another."""
        association, self._association = self._association, None
        if association is None:
            return
        if association.established:
            association.release()
        _lint.ended(association.trace)

    def close(self) -> None:
        """End all that belongs to the user."""
        self.release()
        self._folder.cleanup()

    def _perform(self, key: tuple[Any, ...], make: Callable[[], Work]) -> bool:
        work = self._works.setdefault(key, make()) if key not in self._works else self._works[key]
        association = self._standing()
        if association is None:
            return False
        begun = time.perf_counter()
        try:
            done = work.perform(association)
        except GreenletExit:
            # Locust ends its user in the middle: while an answer is due there is nothing to release (PS3.7 A.5).
            association.abort()
            raise
        self._tell(work.name, begun, done)
        return not done.failure

    def _standing(self) -> Association | None:
        if self._association is not None and self._association.ending is None:
            return self._association
        self.release()
        user = self._user
        proposal = Proposal(user.calling_ae_title, self._address.ae_title, tuple(user.contexts()))
        begun = time.perf_counter()
        association = request_association(self._address, proposal, user.timeouts, tls=user.tls)
        failure = association.ending.kind.value if association.ending is not None else ""
        self._report("association", begun, failure, 0)
        _lint.begun(association.trace)
        self._association = association
        return association if association.established else None

    def _tell(self, name: str, begun: float, done: Done) -> None:
        self._report(name, begun, done.failure, done.bytes_sent)

    def _report(self, name: str, begun: float, failure: str, size: int) -> None:
        self._user.environment.events.request.fire(
            request_type=REQUEST,
            name=name,
            response_time=(time.perf_counter() - begun) * 1000,
            response_length=size,
            exception=OperationFailed(failure) if failure else None,
            context={},
        )

    def _store_work(self, size: int, quota: int) -> Work:
        user = self._user
        instance = one_of_size(size, user.modality, user.transfer_syntax, Path(self._folder.name))
        return StoreWork([(instance, 1.0)], quota, "")

    def _find_work(self, level: str, keys: Mapping[str, str]) -> Work:
        return FindWork(QueryModel.STUDY_ROOT.find_uid, build_identifier(level, keys))

    def _move_work(self, destination: str, level: str, keys: Mapping[str, str]) -> Work:
        return MoveToWork(QueryModel.STUDY_ROOT.move_uid, build_identifier(level, keys), destination)


class DicomUser(User):
    """A user of a DICOM peer: tasks call `self.dicom.echo()`, `store`, `find`, `move`.

    `host` is the peer, as `TITLE@host:port`. `peer_environment` has to be "test": load is put on nothing else.
    `modality` and `transfer_syntax` are of what is stored.
    """

    abstract = True
    peer_environment = ""
    calling_ae_title = "LOCUST"
    modality = "CT"
    transfer_syntax = EXPLICIT_VR_LE
    timeouts = Timeouts()
    tls: TlsClient | None = None

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if self.peer_environment != TEST:
            raise UsageError('load is for peers that are there for tests: set `peer_environment = "test"`')
        self.dicom = Dicom(self)

    def contexts(self) -> list[tuple[str, tuple[str, ...]]]:
        """The presentation contexts of each association: what the services need."""
        stored = contexts_for([(TEMPLATES[self.modality].sop_class_uid, self.transfer_syntax)])
        root = QueryModel.STUDY_ROOT
        return [(VERIFICATION, _IDENTIFIERS), *stored, (root.find_uid, _IDENTIFIERS), (root.move_uid, _IDENTIFIERS)]

    def on_stop(self) -> None:
        """Locust is done with this user."""
        self.dicom.close()
