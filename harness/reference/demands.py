"""What the reference SCP demands of the SCUs that it serves, so that it tests them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEMANDS: Mapping[str, int] = MappingProxyType(
    {
        "storage/request-matches-data-set": 0xA900,
        "storage/whole-data-set": 0xC000,
        "qr/find-level-sent": 0xA900,
        "qr/find-keys-above-level": 0xA900,
        "qr/retrieve-unique-keys-sent": 0xA900,
        "qr/retrieve-level-key-sent": 0xA900,
        "qr/move-destination-sent": 0xA801,
        "worklist/sequence-key-one-item-sent": 0xA900,
        "mpps/create-in-progress-sent": 0x0106,
        "mpps/set-final-sent": 0x0110,
        "commit/action-type-sent": 0x0123,
        "commit/action-instance-sent": 0x0112,
        "commit/action-transaction-sent": 0x0115,
    }
)
"""Requirements of an SCU by id, and the status with which a request that breaks one is refused."""
