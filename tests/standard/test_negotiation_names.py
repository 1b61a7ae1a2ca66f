"""Names of rejections, aborts and presentation context results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom.pdu import A_ABORT_RQ, A_ASSOCIATE_RJ

from harness.standard.negotiation import (
    ABORT_REASONS,
    CONTEXT_RESULTS,
    REASONS,
    RESULTS,
    Abort,
    Rejection,
    UnknownCode,
    context_result_name,
    reason_codes,
    result_code,
    source_code,
)

DEFINED = [(source, reason) for source, reasons in REASONS.items() for reason in reasons]


def test_a_rejection_reads_as_a_sentence() -> None:
    assert str(Rejection(1, 1, 7)) == "rejected-permanent, by service-user: called AE title not recognized (1/1/7)"
    assert str(Rejection(2, 3, 2)) == (
        "rejected-transient, by service-provider-presentation: local limit exceeded (2/3/2)"
    )


def test_reserved_codes_keep_their_number() -> None:
    rejection = Rejection(9, 0, 5)
    assert (rejection.result_name, rejection.source_name, rejection.reason_name) == (
        "reserved-9",
        "reserved-0",
        "reserved-5",
    )


def test_the_same_reason_number_depends_on_the_source() -> None:
    assert Rejection(1, 1, 2).reason_name == "application-context-name-not-supported"
    assert Rejection(1, 2, 2).reason_name == "protocol-version-not-supported"
    assert Rejection(2, 3, 2).reason_name == "local-limit-exceeded"


@pytest.mark.parametrize(("source", "reason"), DEFINED)
def test_reasons_agree_with_pynetdicom(source: int, reason: int) -> None:
    theirs = A_ASSOCIATE_RJ()
    theirs.result, theirs.source, theirs.reason_diagnostic = 1, source, reason
    assert _letters(Rejection(1, source, reason).reason_name) == _letters(theirs.reason_str)


@pytest.mark.parametrize("reason", ABORT_REASONS)
def test_abort_reasons_agree_with_pynetdicom(reason: int) -> None:
    theirs = A_ABORT_RQ()
    theirs.source, theirs.reason_diagnostic = 2, reason
    spoken = {"nopreason": "reasonnotspecified", "noreasongiven": "reasonnotspecified"}
    said = _letters(theirs.reason_str)
    assert _letters(Abort(2, reason).reason_name) == spoken.get(said, said)


def test_no_other_reason_is_defined() -> None:
    for source in range(1, 4):
        for reason in range(256):
            defined = (source, reason) in DEFINED
            assert Rejection(1, source, reason).reason_name.startswith("reserved-") is not defined


@given(st.sampled_from([1, 2]), st.sampled_from(DEFINED))
def test_names_lead_back_to_the_codes(result: int, place: tuple[int, int]) -> None:
    rejection = Rejection(result, *place)
    assert Rejection.from_names(rejection.result_name, rejection.source_name, rejection.reason_name) == rejection
    assert place in reason_codes(rejection.reason_name)


def test_a_reason_may_have_several_sources() -> None:
    assert reason_codes("no-reason-given") == ((1, 1), (2, 1))
    assert reason_codes("temporary-congestion") == ((3, 1),)


def test_codes_of_results_and_sources() -> None:
    assert [result_code(name) for name in RESULTS.values()] == [1, 2]
    assert source_code("service-provider-acse") == 2


@pytest.mark.parametrize(
    ("names", "message", "suggestion"),
    [
        (("permanently", "service-user", "no-reason-given"), "`permanently` is no result", "permanent"),
        (("permanent", "service-users", "no-reason-given"), "`service-users` is no source", "service-user"),
        (
            ("permanent", "service-user", "temporary-congestion"),
            "`temporary-congestion` is no reason by service-user",
            None,
        ),
    ],
)
def test_unknown_names(names: tuple[str, str, str], message: str, suggestion: str | None) -> None:
    with pytest.raises(UnknownCode, match=message) as caught:
        Rejection.from_names(*names)
    assert next(iter(caught.value.suggestions), None) == suggestion


def test_an_unknown_reason_suggests_from_every_source() -> None:
    with pytest.raises(UnknownCode) as caught:
        reason_codes("local-limit")
    assert caught.value.suggestions == ["local-limit-exceeded"]


def test_an_abort_by_the_service_user_has_no_reason() -> None:
    assert Abort(0, 5).reason_name == "reason-not-specified"
    assert str(Abort(2, 6)) == "A-ABORT by service-provider, invalid pdu parameter value (2/6)"
    assert Abort(1, 3).source_name == "reserved-1"


def test_context_results() -> None:
    assert [context_result_name(code) for code in CONTEXT_RESULTS] == list(CONTEXT_RESULTS.values())
    assert context_result_name(5) == "reserved-5"
    assert context_result_name(None) == "not answered"


def _letters(text: str) -> str:
    american = text.lower().replace("recognised", "recognized")
    return "".join(character for character in american if character.isalpha())
