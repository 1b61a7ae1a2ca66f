"""What worklists have scheduled: identifiers that instances made for a scheduled step take over.

Generated instances are marked by their identifiers. Those of a scheduled step are not ours to choose: a modality stores
under the Study Instance UID of the worklist item (IHE RAD TF-2, Appendix A). Name and ID of a patient are taken over
only from the worklist of a test peer, so that no synthetic image is ever stored under a real patient's name.
"""

from __future__ import annotations

from harness.observe.data_set import element_value
from harness.observe.outcomes import FindObservation
from harness.scenario.caution import Environment
from harness.scenario.peers import PeerSpec

Scheduled = set[tuple[str, str]]
"""Keywords with the values that worklist items have for them."""

_ALWAYS = ("StudyInstanceUID",)
_AT_TEST_PEERS = ("PatientName", "PatientID")


def scheduled_in(observation: FindObservation, spec: PeerSpec) -> Scheduled:
    """What the matches of a worklist query allow to be taken over."""
    keywords = _ALWAYS + (_AT_TEST_PEERS if spec.effective_environment is Environment.TEST else ())
    found: Scheduled = set()
    for match in observation.matches:
        try:
            data_set = match.dataset
            found.update((keyword, element_value(data_set[keyword])) for keyword in keywords if keyword in data_set)
        except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes; such a match schedules nothing
            continue
    return found
