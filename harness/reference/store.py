"""One AE title of the reference SCP: what it keeps, who may come in, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from harness.reference.admission import Admission
from harness.reference.delivery import Deliveries
from harness.reference.index import Index
from harness.reference.settings import Access, ReferenceSettings
from harness.scenario.service_names import ServiceName

_WRITES = frozenset((ServiceName.STORE, ServiceName.MPPS, ServiceName.INSTANCE_AVAILABILITY))
_READS = frozenset((ServiceName.FIND, ServiceName.MOVE, ServiceName.GET))
_FURTHER = "ae-titles"


class Store:
    """An index with the settings, the admission and the deliveries of its AE title."""

    def __init__(self, settings: ReferenceSettings, note: Callable[[str], None]) -> None:
        self.settings = settings
        self.index = Index(settings.folder, settings.quota)
        self.admission = Admission(settings)
        self.deliveries = Deliveries(settings, note)

    def allows(self, service: ServiceName) -> bool:
        """Whether the AE title is open for a service; storage commitment and echo always are."""
        access = self.settings.access
        return not ((access is Access.READ and service in _WRITES) or (access is Access.WRITE and service in _READS))

    def open(self) -> None:
        """Open the index and go on with what an earlier process left. Raises OSError."""
        self.index.open()
        self.deliveries.resume(self.index)

    def close(self) -> None:
        """End deliveries and close the index."""
        self.deliveries.stop()
        self.index.close()


def stores_of(settings: ReferenceSettings, note: Callable[[str], None]) -> dict[str, Store]:
    """The stores of an SCP by AE title; the first is that of its own title. `note` takes lines for its log."""
    every = {settings.ae_title: Store(settings, note)}
    for further in settings.further:
        destinations = further.move_destinations
        every[further.ae_title] = Store(
            replace(
                settings,
                ae_title=further.ae_title,
                folder=_folder(settings.folder, further.ae_title),
                calling_ae_titles=further.calling_ae_titles,
                access=further.access,
                quota=further.quota,
                move_destinations=settings.move_destinations if destinations is None else destinations,
                further=(),
            ),
            note,
        )
    return every


def _folder(folder: Path | None, ae_title: str) -> Path | None:
    """A folder of its own within that of the SCP; an AE title may hold what the name of a folder must not."""
    if folder is None:
        return None
    # Dots are quoted too: `..` is an AE title, and a way out of the folder.
    return folder / _FURTHER / quote(ae_title, safe="").replace(".", "%2E")
