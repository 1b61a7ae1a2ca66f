"""Status meanings, and the ways to demand a status."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom import status as theirs

from harness.standard.status import (
    Service,
    StatusCategory,
    UnknownStatus,
    describe_status,
    resolve_status,
    status_names,
)

THEIR_TABLES = {
    Service.ECHO: theirs.VERIFICATION_SERVICE_CLASS_STATUS,
    Service.STORE: theirs.STORAGE_SERVICE_CLASS_STATUS,
    Service.FIND: theirs.QR_FIND_SERVICE_CLASS_STATUS,
    Service.MOVE: theirs.QR_MOVE_SERVICE_CLASS_STATUS,
    Service.GET: theirs.QR_GET_SERVICE_CLASS_STATUS,
    Service.NORMALIZED: theirs.GENERAL_STATUS,
}
INTERESTING_CODES = {0x0001}.union(*THEIR_TABLES.values())
CODES = st.integers(0, 0xFFFF)
SERVICES = st.sampled_from(list(Service))


@pytest.mark.parametrize("service", Service)
def test_categories_agree_with_pynetdicom(service: Service) -> None:
    for code, (category, _) in THEIR_TABLES[service].items():
        assert describe_status(code, service).category.value == category.lower(), f"{code:04X}"


@pytest.mark.parametrize("service", Service)
def test_every_code_that_pynetdicom_explains_is_explained(service: Service) -> None:
    for code, (category, _) in THEIR_TABLES[service].items():
        if category in ("Failure", "Warning"):
            assert describe_status(code, service).text != "not defined for this service", f"{code:04X}"


@pytest.mark.parametrize(
    ("code", "service", "text"),
    [
        (0xA700, Service.STORE, "A700H (failure: out of resources)"),
        (0xA7FF, Service.STORE, "A7FFH (failure: out of resources)"),
        (0xA801, Service.MOVE, "A801H (failure: move destination unknown)"),
        (0xA801, Service.GET, "A801H (failure: not defined for this service)"),
        (0xB000, Service.STORE, "B000H (warning: coercion of data elements)"),
        (0xB000, Service.MOVE, "B000H (warning: sub-operations complete, one or more failures or warnings)"),
        (0x0122, Service.ECHO, "0122H (failure: SOP class not supported)"),
        (0x0000, Service.FIND, "0000H (success)"),
    ],
)
def test_a_code_means_different_things_in_different_services(code: int, service: Service, text: str) -> None:
    assert str(describe_status(code, service)) == text


@pytest.mark.parametrize(
    ("code", "category"),
    [
        (0xA123, "failure"),
        (0xC210, "failure"),
        (0x01FF, "failure"),
        (0x0200, "failure"),
        (0xB123, "warning"),
        (0xFE00, "cancel"),
        (0xFF00, "pending"),
        (0xFF01, "pending"),
        (0xFF02, "unknown"),
        (0x0300, "unknown"),
        (0xD000, "unknown"),
        (0x0002, "unknown"),
    ],
)
def test_codes_that_no_service_defines_have_the_category_of_their_range(code: int, category: str) -> None:
    meaning = describe_status(code, Service.ECHO)
    assert (meaning.category.value, meaning.text) == (category, "not defined for this service")


@pytest.mark.parametrize("category", [c for c in StatusCategory if c is not StatusCategory.UNKNOWN])
def test_a_category_matches_the_codes_of_that_category(category: StatusCategory) -> None:
    matcher = resolve_status(f" {category.value.upper()} ")
    assert str(matcher) == category.value
    codes = (0x0000, 0xFF00, 0xFE00, 0xB000, 0xA700)
    matched = [describe_status(code, Service.STORE).category for code in codes if matcher.matches(code, Service.STORE)]
    assert matched == [category]


@given(CODES, CODES, SERVICES)
def test_a_code_matches_itself_alone(wanted: int, code: int, service: Service) -> None:
    for spelling in (f"{wanted:04X}", f"0x{wanted:04x}", f"{wanted:04X}H"):
        matcher = resolve_status(spelling)
        assert matcher.matches(code, service) is (code == wanted)
        assert matcher.matches(wanted, service)
        assert str(matcher) == f"{wanted:04X}H"


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("A7xx", (0xA700, 0xA7FF), (0xA6FF, 0xA800)),
        ("0xCXXX", (0xC000, 0xCFFF), (0xBFFF, 0xD000)),
        ("b00xH", (0xB000, 0xB00F), (0xB010, 0xAFFF)),
    ],
)
def test_ranges(text: str, inside: tuple[int, int], outside: tuple[int, int]) -> None:
    matcher = resolve_status(text)
    assert [matcher.matches(code, Service.STORE) for code in inside + outside] == [True, True, False, False]


@pytest.mark.parametrize(
    ("name", "service", "matched", "not_matched"),
    [
        ("out-of-resources", Service.STORE, (0xA700, 0xA712), (0xA900,)),
        ("out-of-resources", Service.FIND, (0xA700,), (0xA712,)),
        ("out-of-resources", Service.MOVE, (0xA701, 0xA702), (0xA700,)),
        ("out-of-resources-unable-to-perform-sub-operations", Service.GET, (0xA702,), (0xA701,)),
        ("cannot-understand", Service.STORE, (0xC000, 0xCFFF), ()),
        ("cannot-understand", Service.FIND, (), (0xC000,)),
        ("data-set-does-not-match-sop-class", Service.STORE, (0xA900, 0xA9FF), (0xB007,)),
        ("data-set-does-not-match-sop-class-warning", Service.STORE, (0xB007,), (0xA900,)),
        ("Refused: SOP Class Not Supported", Service.ECHO, (0x0122,), (0x0118,)),
        ("SOPClassNotSupported", Service.STORE, (0x0122,), ()),
        ("Refused: Move Destination unknown", Service.MOVE, (0xA801,), ()),
        ("not authorized", Service.STORE, (0x0124,), ()),
        ("duplicate_sop_instance", Service.NORMALIZED, (0x0111,), ()),
    ],
)
def test_names(name: str, service: Service, matched: tuple[int, ...], not_matched: tuple[int, ...]) -> None:
    matcher = resolve_status(name)
    assert all(matcher.matches(code, service) for code in matched)
    assert not any(matcher.matches(code, service) for code in not_matched)


def test_every_name_resolves_to_itself_and_matches_something() -> None:
    for name in status_names():
        matcher = resolve_status(name)
        assert str(matcher) == name
        assert any(matcher.matches(code, service) for service in Service for code in INTERESTING_CODES), name


@pytest.mark.parametrize("text", ["", "A7", "A7x0", "xxxx", "0x1", "A700A", "unknown", "ok", "0", "A7xxx", "-1"])
def test_what_names_no_status(text: str) -> None:
    with pytest.raises(UnknownStatus):
        resolve_status(text)


def test_suggestions() -> None:
    with pytest.raises(UnknownStatus) as caught:
        resolve_status("sucess")
    assert caught.value.suggestions == ["success"]
    with pytest.raises(UnknownStatus) as caught:
        resolve_status("out of resource")
    assert caught.value.suggestions[0] == "out-of-resources"
