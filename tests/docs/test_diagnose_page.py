"""The page about `diagnose`: its codes are those that the ladder gives, and its example looks as the command does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from harness.diagnosis.catalogue import CAUSES
from harness.dimse.messages import c_store_rq, response_to
from harness.net.negotiation import accept
from harness.observe.rungs import RungName
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from harness.ul.pdu import PDV, AssociateRJ, PDataTF
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that
from tests.support.packet_files import write_pcap
from tests.support.packets import conversation
from tests.support.spoken import OPEN, RELEASED, WE_CLOSE, request, they, we

PAGE = (Path(__file__).parents[2] / "docs" / "diagnose.md").read_text()
_CODE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
_NO_CODES = {"store-negotiation"}


def test_every_code_on_the_page_can_be_given() -> None:
    assert set(_CODE.findall(PAGE)) - _NO_CODES <= CAUSES.keys()


def test_every_rung_is_on_the_page_in_order() -> None:
    assert re.findall(r"^\| ([a-z ]+) \|", PAGE, re.MULTILINE)[1:10] == [name.value for name in RungName]


def test_the_example_looks_like_the_command() -> None:
    def shape(text: str) -> list[str]:
        return re.findall(r"^(?:holds|broken) +[a-z]+ +", text, re.MULTILINE)

    with peer_that("rejection", title="ARCHIVE") as address:
        shown = adhoc("diagnose", address)
    assert shape(shown.output) == shape(PAGE)
    last = "rejected-permanent, by service-user: called AE title not recognized (1/1/7)"
    assert last in shown.output
    assert last in PAGE


def test_the_example_of_a_capture_looks_like_the_command(tmp_path: Path) -> None:
    begun = datetime(2026, 11, 21, 10, 0, 1, tzinfo=UTC).timestamp()
    asked, store = request("ARCHIVE", "MODALITY"), c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3")
    accepted = accept(asked, lambda context: IMPLICIT_VR_LE)
    image = PDataTF((PDV(3, False, True, bytes(1000)),))
    stored = (*OPEN, we(asked), they(accepted), we(store, 3), we(image), they(response_to(store, 0), 3), *RELEASED)
    rejected = (*OPEN, we(request("PACS", "MODALITY")), they(AssociateRJ(1, 1, 7)), *WE_CLOSE)
    packets = [
        *conversation(*stored, seconds=begun, port=40000),
        *conversation(*rejected, seconds=begun + 0.014, port=40001),
        *conversation(*rejected, seconds=begun + 0.021, port=40002),
    ]
    path = write_pcap(tmp_path / "traffic.pcapng", packets)
    shown = adhoc("diagnose", "--pcap", path).output.splitlines()
    example = PAGE.partition("$ dicom-harness diagnose --pcap traffic.pcapng\n")[2].partition("```")[0].splitlines()
    for line in example:
        beginning, _, end = line.partition("…")
        assert any(one.startswith(beginning) and one.endswith(end) for one in shown), (line, shown)


def test_the_help_fits_a_terminal() -> None:
    lines = adhoc("diagnose", "--help").output.splitlines()
    assert max(map(len, lines)) <= 80
