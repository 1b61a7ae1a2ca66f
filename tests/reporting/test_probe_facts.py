"""What a probe found beside its matrix, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.observe.ending import Ending, EndingKind
from harness.observe.habits import Again, Choice, Habits, Preference
from harness.observe.limits import AtOnce, IdentityFacts, Limits, Timer
from harness.observe.look import TlsFacts
from harness.observe.probe import Matrix, PeerFacts, Probe
from harness.observe.rungs import TitleAnswer, TitleFacts
from harness.reporting.probe_facts import choice_text, doubts, fact_texts
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_2000, transfer_syntaxes


@pytest.mark.parametrize(
    ("preference", "text"),
    [
        (Preference((), Choice.FIRST, 3, 3), "the first proposed"),
        (Preference((), Choice.FIRST, 3, 2), "the first proposed (2 of 3 compared with each other)"),
        (
            Preference((), Choice.OWN, 3, 3, ((JPEG_2000,), (IMPLICIT_VR_LE, EXPLICIT_VR_LE))),
            "its own order: JPEG 2000, then Implicit VR Little Endian or Explicit VR Little Endian",
        ),
        (
            Preference((), Choice.OWN, 7, 7, tuple((uid,) for uid in transfer_syntaxes()[:7])),
            "its own order: Implicit VR Little Endian, then Explicit VR Little Endian, then "
            "Encapsulated Uncompressed Explicit VR Little Endian, and 4 more",
        ),
    ],
)
def test_choices(preference: Preference, text: str) -> None:
    assert choice_text(preference) == text


ENDED = Ending(EndingKind.ABORTED, "A-ABORT")


@pytest.mark.parametrize(
    ("limits", "texts"),
    [
        (Limits(), {}),
        (Limits(why_no_titles="it needs a word"), {"AE titles": "not asked about; it needs a word"}),
        (
            Limits(TitleFacts(TitleAnswer.REFUSED, TitleAnswer.ACCEPTED)),
            {"AE titles": "a called AE title that nobody has is refused; a calling one is accepted"},
        ),
        (
            Limits(identity=IdentityFacts(TitleAnswer.ACCEPTED, answered=True, without=TitleAnswer.REFUSED)),
            {
                "user identities": "a user name that nobody has is accepted with a response; "
                "an association without one is refused"
            },
        ),
        (
            Limits(tls=TlsFacts(encrypted=True, version="TLSv1.3", cipher_suite="X")),
            {"TLS": "encrypted with TLSv1.3, X"},
        ),
        (Limits(at_once=AtOnce(9, 9)), {"associations at once": "all of 9 stood"}),
        (
            Limits(at_once=AtOnce(9, 4, ENDED, 2, recovered=False)),
            {
                "associations at once": "4 stood; the next was not accepted: A-ABORT; 2 of them were ended by the "
                "peer; none is accepted since"
            },
        ),
        (
            Limits(artim=Timer(30.04, ENDED), idle=Timer(75.0)),
            {"waits for a request": "30.0 s: A-ABORT", "waits for traffic": "longer than 75 s"},
        ),
    ],
)
def test_limits(limits: Limits, texts: dict[str, str]) -> None:
    matrix = Matrix((), (), {})
    probe = Probe("PEER@host:104", "HARNESS", datetime.now(UTC), 1.0, 1, PeerFacts(), matrix, limits=limits)
    found = dict(fact_texts(probe))
    assert {label: found[label] for label in texts} == texts
    assert len(found) == 2 + len(texts)


def test_negotiation_that_is_not_accepted() -> None:
    peer = PeerFacts(asked_window=(16, 16), negotiation_ended=ENDED)
    probe = Probe("PEER@host:104", "HARNESS", datetime.now(UTC), 1.0, 1, peer, Matrix((), (), {}))
    assert dict(fact_texts(probe))["negotiation of these"] == "not accepted: A-ABORT"


def test_doubts() -> None:
    assert list(doubts(Habits(made_up_sop_class=3, made_up_transfer_syntax=4))) == []
    (any_class,) = doubts(Habits(made_up_sop_class=0))
    assert "any SOP class" in any_class
    (any_syntax,) = doubts(Habits(made_up_transfer_syntax=0))
    assert "any transfer syntax" in any_syntax
    cell = (CT_IMAGE_STORAGE, JPEG_2000)
    (differing,) = doubts(Habits(again=(Again(cell, 2, 0), Again(cell, 0, 0))))
    assert differing == (
        "CT Image Storage in JPEG 2000 was answered with no-reason among many presentation contexts, and with "
        "acceptance alone"
    )
