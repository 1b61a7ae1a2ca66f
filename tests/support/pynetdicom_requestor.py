"""pynetdicom as requestor, each of whose requests gets its response, and whose releases end.

Of an association of pynetdicom's (3.0.4), a thread serves what the peer asks for. While somebody waits for a response,
it has to leave the queue of messages alone; it is told so, but nobody waits until it does. On a busy machine it wakes
after the next request has been sent, takes the response to that, and whoever asked waits in vain. Here it takes
requests only.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from harness.standard.ae import AEAddress

SECONDS = 60


def associated(entity: Any, address: AEAddress, **more: Any) -> Any:
    """An association of an application entity of pynetdicom's, established; `more` are options of its `associate`."""
    association = entity.associate(address.host, address.port, ae_title=address.ae_title, **more)
    assert association.is_established
    return mended(association)


def mended(association: Any) -> Any:
    """An association that is established, before its first request."""
    association.dimse.get_msg = partial(_message, association.dimse, association.dimse.get_msg)
    return association


def _message(dimse: Any, take: Any, block: bool = False) -> Any:
    """The next message; for who does not wait for one, only if it is a request."""
    if not block:
        _, message = dimse.peek_msg()
        if message is None or message.MessageIDBeingRespondedTo is not None:
            return None, None
    return take(block=block)


def release(association: Any) -> None:
    """Release an association on which the peer has reported something, once the report is answered.

    A release that begins meanwhile may wait for ever: who answers says at the end that nothing is paused anymore.
    """
    for thread in threading.enumerate():
        if thread.name.endswith("(_serve_request)"):
            thread.join(SECONDS)
    association.release()
