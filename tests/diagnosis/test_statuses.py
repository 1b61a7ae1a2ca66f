"""Every status has a cause: those that the standard defines for a service, and those that it does not."""

from __future__ import annotations

import pytest

from harness.diagnosis.catalogue import CAUSES
from harness.diagnosis.statuses import codes_of_status
from harness.standard.status import Service, StatusCategory, describe_status

_WRONG = (StatusCategory.FAILURE, StatusCategory.WARNING)
_NOT_DEFINED = "not defined for this service"


@pytest.mark.parametrize("service", Service)
def test_each_status_has_a_cause(service: Service) -> None:
    for status in range(0x10000):
        meaning = describe_status(status, service)
        if meaning.category in (StatusCategory.SUCCESS, StatusCategory.PENDING):
            continue
        code, *_ = codes_of_status(status, service)
        assert code in CAUSES
        if meaning.category in _WRONG and meaning.text != _NOT_DEFINED:
            assert code != "status-nonstandard", hex(status)
        if meaning.category is StatusCategory.UNKNOWN:
            assert code == "status-nonstandard", hex(status)


def test_no_status_is_no_response() -> None:
    assert codes_of_status(None, Service.ECHO) == ("no-response",)


@pytest.mark.parametrize(
    ("status", "service", "code"),
    [
        (0xA700, Service.STORE, "out-of-resources"),
        (0xA7FF, Service.STORE, "out-of-resources"),
        (0xA900, Service.STORE, "data-set-refused"),
        (0xA900, Service.FIND, "identifier-refused"),
        (0xB000, Service.STORE, "warning-status"),
        (0xB000, Service.MOVE, "sub-operations-failed"),
        (0xA702, Service.GET, "sub-operations-failed"),
        (0xA801, Service.MOVE, "move-destination-unknown"),
        (0xCFFF, Service.FIND, "cannot-understand"),
        (0x0122, Service.ECHO, "unknown-operation"),
        (0x0213, Service.NORMALIZED, "out-of-resources"),
    ],
)
def test_the_same_number_means_other_things_elsewhere(status: int, service: Service, code: str) -> None:
    assert codes_of_status(status, service)[0] == code
