"""From the status of a DIMSE response to the codes of its causes (PS3.7 C, PS3.4 of each service class)."""

from __future__ import annotations

from harness.standard.status import Service, StatusCategory, describe_status


def codes_of_status(status: int | None, service: Service) -> tuple[str, ...]:
    """Codes for a status that is not success; None is no response at all."""
    if status is None:
        return ("no-response",)
    if status == _SOME_FAILED and service in (Service.MOVE, Service.GET):
        return ("sub-operations-failed",)
    if status in _CODES:
        return _CODES[status]
    if status >> 8 == _DOES_NOT_MATCH:
        return ("data-set-refused",) if service is Service.STORE else ("identifier-refused",)
    if status >> 8 == _OUT_OF_RESOURCES:
        return ("out-of-resources",)
    if status >> 12 == _CANNOT_UNDERSTAND:
        return ("cannot-understand",)
    meaning = describe_status(status, service)
    if meaning.text == _UNDEFINED:
        return ("status-nonstandard",)
    return ("warning-status",) if meaning.category is StatusCategory.WARNING else ("processing-failure",)


_OUT_OF_RESOURCES, _DOES_NOT_MATCH, _CANNOT_UNDERSTAND = 0xA7, 0xA9, 0xC
"""The first two digits, or the first, of the ranges that PS3.4 B.2.3 and C.4 give away."""

_SOME_FAILED = 0xB000
"""Of a retrieve; of a store it says that values were coerced."""

_UNDEFINED = "not defined for this service"

_CODES = {
    0x0110: ("processing-failure",),
    0x0111: ("duplicate-instance",),
    0x0112: ("no-such-instance",),
    0x0117: ("instance-uid-refused",),
    0x0118: ("unknown-operation",),
    0x0122: ("unknown-operation",),
    0x0123: ("unknown-operation",),
    0x0124: ("not-authorized",),
    0x0211: ("unknown-operation",),
    0x0213: ("out-of-resources",),
    0xA702: ("sub-operations-failed",),
    0xA801: ("move-destination-unknown",),
}
_CODES |= dict.fromkeys((261, 262, 263, 276, 277, 278, 281, 288, 289), ("attribute-refused",))
