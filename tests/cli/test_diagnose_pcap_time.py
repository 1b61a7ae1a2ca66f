"""`dicom-harness diagnose --pcap`: what costs time in the traffic of real programs."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from harness.dimse.messages import response_to
from harness.net.association import Association
from tests.cli.test_diagnose_pcap import explain
from tests.support.adhoc import adhoc
from tests.support.archives import make
from tests.support.paced import running, serving
from tests.support.sniffing import captured

pytestmark = [pytest.mark.slow, pytest.mark.peer("dumpcap", "echoscu", "storescu", "storescp")]


def hints(found: dict[str, Any]) -> list[str]:
    return [hint["code"] for hint in found["hints"]]


@pytest.mark.timed
@pytest.mark.parametrize(
    ("no_delay", "expected"), [("0", ["delayed-acknowledgement-40ms"]), ("1", [])], ids=["as shipped", "remedy"]
)
def test_two_programs_that_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_delay: str, expected: list[str]
) -> None:
    """Neither of them is ours: nothing acknowledges at once here."""
    monkeypatch.setenv("TCP_NODELAY", no_delay)
    path = tmp_path / "echoes.pcapng"
    with running(tmp_path, "storescp") as address:
        command = ["/usr/bin/echoscu", "--repeat", "10", "127.0.0.1", str(address.port)]
        for _ in range(3):
            with captured(path, f"tcp port {address.port}"):
                subprocess.run(command, check=True, timeout=60)
            found = explain(path)
            # A machine that is busy blurs milliseconds.
            if hints(found) == expected:
                break
    assert (found["code"], hints(found)) == ("nothing-wrong", expected)
    if expected:
        assert "ECHOSCU -> ANY-SCP@127.0.0.1:" in found["hints"][0]["evidence"][0]
        assert "hint: Each answer takes 40 ms" in adhoc("diagnose", "--pcap", path).output


@pytest.mark.parametrize(("at_once", "expected"), [(1, ["association-per-image"]), (3, [])])
def test_an_association_per_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, expected: list[str]
) -> None:
    monkeypatch.setenv("TCP_NODELAY", "1")
    files = [str(file.path) for file in make(tmp_path / "source", instances=3)]
    path = tmp_path / "stores.pcapng"
    with running(tmp_path, "storescp") as address, captured(path, f"tcp port {address.port}"):
        for start in range(0, 3, at_once):
            command = ["/usr/bin/storescu", "127.0.0.1", str(address.port), *files[start : start + at_once]]
            subprocess.run(command, check=True, timeout=60)
    found = explain(path)
    # Where the machine stalls, other times are remarkable as well.
    told = [hint for hint in found["hints"] if hint["code"] == "association-per-image"]
    assert (found["code"], [hint["code"] for hint in told]) == ("nothing-wrong", expected)
    if expected:
        assert told[0]["request"].startswith('"STORESCU" (127.0.0.1:'), "who called is who can mend it"


def test_an_association_that_is_accepted_late(tmp_path: Path) -> None:
    def serve(association: Association) -> None:
        message = association.receive(30)
        association.send(message.context_id, response_to(message.command, 0))
        association.receive(30)

    path = tmp_path / "late.pcapng"
    with serving(serve, before=lambda: time.sleep(1.2)) as address, captured(path, f"tcp port {address.port}"):
        subprocess.run(["/usr/bin/echoscu", "127.0.0.1", str(address.port)], check=True, timeout=60)
    found = explain(path)
    assert (found["code"], hints(found)) == ("nothing-wrong", ["slow-accept"])
