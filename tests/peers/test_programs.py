"""A program is found by absolute path and believed by its version banner."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers import programs
from harness.peers.programs import find_program


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_one_that_is_not_there() -> None:
    with pytest.raises(PeerStartError, match="the program no-such-server is not installed"):
        find_program("no-such-server", "banner")


def test_an_impostor_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "first", "server-of-theirs", "echo server-of-theirs v3.0.4")
    right = program(tmp_path / "second", "server-of-theirs", "echo; echo '$dcmtk: server-of-theirs v3.6.7 $' >&2")
    monkeypatch.setenv("PATH", f"{tmp_path}/first:{tmp_path}/second")
    assert find_program("server-of-theirs", "$dcmtk:") == (right, "$dcmtk: server-of-theirs v3.6.7 $")


def test_only_an_impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "impostor", "echo something else")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerStartError, match="impostor is not the impostor that says"):
        find_program("impostor", "$dcmtk:")


def test_one_that_does_not_say_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that does too much else: nothing is known of the program, which may be the right one."""
    path = program(tmp_path, "slow-server", "exec /bin/sleep 60")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_VERSION_SECONDS", 0.2)
    with pytest.raises(PeerStartError, match=f"{path} --version did not end within 0.2 s"):
        find_program("slow-server", "$dcmtk:")


def test_the_working_directory_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "from-here", "echo banner")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ":.:")
    with pytest.raises(PeerStartError, match="not installed"):
        find_program("from-here", "banner")


@pytest.mark.peer("dcmqrscp")
def test_dcmtk_itself() -> None:
    path, version = find_program("dcmqrscp", "$dcmtk:")
    assert path.is_absolute()
    assert version.startswith("$dcmtk: dcmqrscp v")
