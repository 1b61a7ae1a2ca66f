"""One worker of pytest-xdist at a time talks to a peer, however the tests were given out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.standard.ae import AEAddress

try:
    import fcntl
except ImportError:  # Windows has no such locks: there only groups keep workers apart
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def alone_with(addresses: Iterable[AEAddress]) -> Iterator[None]:
    """Wait until no other worker of this session talks to these peers, and keep it so."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    with contextlib.ExitStack() as held:
        if session and fcntl is not None:
            # In one order everywhere, so that no two wait for each other.
            for place in sorted({f"{address.host}:{address.port}" for address in addresses}):
                name = hashlib.sha256(f"{session} {place}".encode()).hexdigest()[:16]
                held.enter_context(_locked(Path(tempfile.gettempdir()) / f"dicom-harness-{name}.lock"))
        yield


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file, which is gone afterwards."""
    while True:
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_still(path, lock):
            break
        # Whoever held it has removed it.
        os.close(lock)
    try:
        yield
    finally:
        path.unlink()
        os.close(lock)


def _is_still(path: Path, lock: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(lock))
    except FileNotFoundError:
        return False
