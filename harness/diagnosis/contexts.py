"""From the results of presentation contexts to the codes of causes (PS3.8 9.3.3.2)."""

from __future__ import annotations

from collections.abc import Iterable

from harness.observe.trace import ContextOutcome
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION


def codes_of_contexts(contexts: Iterable[ContextOutcome]) -> tuple[str, ...]:
    """Codes for contexts of which some were refused: the first that was decides.

    Where more than C-ECHO was asked for, the lack of that matters least.
    """
    refused = [context for context in contexts if not context.accepted]
    refused.sort(key=lambda context: context.abstract_syntax == VERIFICATION)
    if not refused:
        return ("contexts-no-reason",)
    code = _OF_RESULT.get(refused[0].result, "contexts-no-reason")
    if code == "sop-class-not-supported" and IMPLICIT_VR_LE not in refused[0].transfer_syntaxes:
        # Orthanc and dcmqrscp say so, too, where it is the transfer syntax that they lack.
        return code, "transfer-syntaxes-not-supported"
    return (code,)


_OF_RESULT: dict[int | None, str] = {
    1: "contexts-user-rejected",
    2: "contexts-no-reason",
    3: "sop-class-not-supported",
    4: "transfer-syntaxes-not-supported",
}
