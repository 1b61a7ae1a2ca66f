"""What the reference SCP answers to the sub-items of a request besides roles (PS3.7 D.3.3)."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping

from harness.reference.settings import AcceptedIdentity, ReferenceSettings
from harness.standard.extended import STORAGE, layout_of
from harness.ul import items as i
from harness.ul import pdu as p

Supported = Mapping[str, Mapping[str, int]]
"""By SOP class, what is supported of its extended negotiation, by the names of `standard.extended`."""


def further_answers(request: p.AssociateRQ, settings: ReferenceSettings, supported: Supported) -> Iterator[i.UserItem]:
    """The answers to the asynchronous operations window, to extended negotiation and to a user identity."""
    if request.asynchronous_operations is not None:
        # One request after the other is all that is done here; 0 in a request means any number.
        yield i.AsynchronousOperationsWindow(1, 1)
    for item in request.extended_negotiations:
        answer = _extended(item, supported.get(item.sop_class_uid))
        if answer is not None:
            yield answer
    identity = request.user_identity
    if identity is not None and identity.positive_response_requested and settings.identities:
        # Only who checks an identity may say so. Of a name, with or without passcode, the response is empty
        # (PS3.7 D.3.3.7.2); tickets and assertions of our own are none here to give.
        yield i.UserIdentityAC(b"")


def _extended(item: i.ExtendedNegotiation, supported: Mapping[str, int] | None) -> i.ExtendedNegotiation | None:
    layout = layout_of(item.sop_class_uid)
    if layout is None or supported is None:
        return None
    if layout is STORAGE:
        # A Storage SCP says what it does, whatever the SCU says of itself (PS3.4 B.3.1.2).
        return i.ExtendedNegotiation(item.sop_class_uid, layout.encode(supported))
    asked = layout.decode(item.application_information)
    granted = {name: min(value, supported.get(name, 0)) for name, value in asked.items()}
    # Never more bytes than were offered: older systems know fewer (PS3.4 C.5.1.1).
    data = layout.encode(granted)[: len(item.application_information)]
    return i.ExtendedNegotiation(item.sop_class_uid, data)


def is_admitted(identity: i.UserIdentityRQ | None, accepted: Collection[AcceptedIdentity]) -> bool:
    """Whether a user may come in; anybody may where no identities are set."""
    if not accepted:
        return True
    return identity is not None and any(_matches(identity, known) for known in accepted)


def _matches(identity: i.UserIdentityRQ, known: AcceptedIdentity) -> bool:
    # Without stopping at the first byte that differs, so that time tells nothing.
    primary = hmac.compare_digest(identity.primary_field, known.primary)
    secondary = hmac.compare_digest(identity.secondary_field, known.secondary)
    return identity.identity_type == known.identity_type and primary and secondary
