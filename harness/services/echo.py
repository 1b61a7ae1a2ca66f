"""C-ECHO as SCU (PS3.4 Annex A, PS3.7 9.1.5)."""

from __future__ import annotations

import time

from harness.dimse.messages import c_echo_rq
from harness.net.association import Association, AssociationEnded
from harness.observe.observation import EchoObservation
from harness.services.exchange import final_response
from harness.standard.uids import VERIFICATION


def echo(association: Association, repeat: int = 1) -> EchoObservation:
    """Send `repeat` C-ECHO requests one after the other and note the status of each."""
    observation = EchoObservation()
    context = association.find_context(VERIFICATION)
    if context is None:
        observation.unsent = "no presentation context for Verification was accepted"
        return observation
    for _ in range(repeat):
        begun = time.monotonic()
        try:
            request = c_echo_rq(association.next_message_id())
            association.send(context.context_id, request)
            response = final_response(association, request)
        except AssociationEnded as ended:
            observation.ending = ended.ending
            return observation
        observation.response_seconds.append(time.monotonic() - begun)
        observation.statuses.append(response.command.status if response.command.status is not None else -1)
    return observation
