"""A peer that cannot be started is an error of the run: exit status 3, with the reason and the end of its log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.namespaces import PRIVILEGED_PORT, without_privileges
from tests.support.runs import run_files, run_text

SCENARIO = "scenarios:\n  - {id: one, peer: own, steps: [{echo: {}}, {echo: {}}]}\n"


@pytest.mark.peer("dcmqrscp")
def test_a_server_that_ends_at_once(tmp_path: Path) -> None:
    text = "version: 1\npeers: {own: {process: {recipe: dcmqrscp, options: [--no-such-option]}}}\n" + SCENARIO
    ran = run_text(tmp_path, text, "--allow-commands")
    assert ran.status == 3, ran.output
    assert "ended before it answered a C-ECHO" in ran.check("1/echo")["reason"]
    assert ran.check("2/echo")["verdict"] == "blocked"
    peer = ran.results["peers"]["own"]
    assert peer["error"]
    assert any("option" in line for line in peer["log_tail"])
    assert "ended before it answered" in ran.output


@pytest.mark.peer("dcmqrscp")
def test_a_recipe_that_cannot_do_what_is_asked(tmp_path: Path) -> None:
    text = "version: 1\npeers: {own: {process: {recipe: dcmqrscp, prefer: HTJ2K}}}\n" + SCENARIO
    ran = run_text(tmp_path, text)
    assert ran.status == 3
    assert "no option for" in ran.check("1/echo")["reason"]


def test_our_storage_scp_cannot_listen(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = f"version: 1\nlocal: {{listen: {port}}}\npeers: {{own: {{reference: {{}}}}}}\n" + SCENARIO
        ran = run_text(tmp_path, text)
    assert ran.status == 3
    assert f"our Storage SCP cannot listen on 127.0.0.1:{port}" in ran.check("1/echo")["reason"]
    assert "another program has this port" in ran.output


def test_our_storage_scp_may_not_listen_there(tmp_path: Path) -> None:
    file = tmp_path / "low.yaml"
    file.write_text(
        f"version: 1\nlocal: {{listen: {PRIVILEGED_PORT}}}\npeers: {{own: {{reference: {{}}}}}}\n" + SCENARIO
    )
    done = without_privileges(["run", file, "--report-dir", tmp_path / "reports"])
    assert done.returncode == 3, done.stderr
    assert "ports below 1024 need a privilege" in " ".join(done.stdout.split())


def test_a_failing_peer_shows_the_end_of_its_log(tmp_path: Path) -> None:
    text = "version: 1\npeers: {own: {reference: {}}}\nscenarios:\n  - id: one\n    peer: own\n    steps:\n"
    ran = run_text(tmp_path, text + "      - associate: {called_ae_title: WRONG}\n")
    assert ran.status == 1
    assert ran.results["peers"]["own"]["log_tail"]


def test_peers_of_the_same_name_in_two_files_are_two_peers(tmp_path: Path) -> None:
    for name, title in (("one", "FIRST"), ("two", "SECOND")):
        (tmp_path / f"{name}.yaml").write_text(
            f"version: 1\npeers: {{archive: {{reference: {title}}}}}\n"
            "scenarios: [{id: echo, peer: archive, steps: [{echo: {}}]}]\n"
        )
    ran = run_files(tmp_path, tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert ran.status == 0
    titles = {name: peer["address"].partition("@")[0] for name, peer in ran.results["peers"].items()}
    assert titles == {"archive": "FIRST", "archive (two)": "SECOND"}
    assert all(peer["implementation_class_uid"] for peer in ran.results["peers"].values())
