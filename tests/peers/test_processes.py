"""What starts a process ends it: when it dies early, never answers, or when we are killed ourselves."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers import base, process
from harness.peers.process import ProcessPeer
from harness.peers.recipes import PROCESSES
from tests.support.peers import processes_in, python_peer, recipe_input

SECONDS = 30.0

FORKS_AND_LISTENS = """
import os, signal, socket, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
time.sleep(60)
"""

STARTS_A_PEER_AND_IS_KILLED = """
import os, signal, sys
from pathlib import Path
from harness.peers.process import ProcessPeer
from harness.peers.recipes import PROCESSES
from tests.support.peers import processes_in, recipe_input

folder = Path(sys.argv[1])
ProcessPeer("dcmqrscp", PROCESSES["dcmqrscp"], recipe_input(folder)).start()
assert processes_in(folder)
os.kill(os.getpid(), int(sys.argv[2]))
"""


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_one_that_dies_at_once_shows_its_log(tmp_path: Path) -> None:
    peer = python_peer(tmp_path, "import sys; print('no license found'); sys.exit(3)")
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    assert caught.value.reason == "python ended before it answered a C-ECHO, with exit status 3"
    assert caught.value.log_tail == "no license found"


def test_one_that_is_killed_at_once(tmp_path: Path) -> None:
    peer = python_peer(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(PeerStartError, match="by signal 11"):
        peer.start()


def test_of_a_long_log_the_end_is_shown(tmp_path: Path) -> None:
    peer = python_peer(tmp_path, "print(*range(100_000), sep='\\n')")
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    lines = caught.value.log_tail.splitlines()
    assert lines == [str(number) for number in range(100_000 - base.LOG_TAIL_LINES, 100_000)]


@pytest.mark.parametrize(
    ("code", "reason", "seconds"),
    [
        # The last attempt may be too short for a machine that does much else, and then tells just that.
        pytest.param("import time; time.sleep(60)", "(refused|no TCP connection)", 1, id="no listener"),
        pytest.param(
            "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)",
            "within",
            5,
            id="silent",
        ),
    ],
)
def test_one_that_never_answers_is_stopped_at_the_deadline(
    tmp_path: Path, code: str, reason: str, seconds: float
) -> None:
    peer = python_peer(tmp_path, code)
    begun = time.monotonic()
    with pytest.raises(PeerStartError, match=f"did not answer a C-ECHO within {seconds} s: .*{reason}"):
        peer.start(seconds)
    assert time.monotonic() - begun < base.START_SECONDS
    assert processes_in(tmp_path) == []


def test_one_that_will_not_end_is_killed_with_what_it_forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(process, "wait_for_echo", lambda *_: eventually(lambda: len(processes_in(tmp_path)) == 3))
    peer = python_peer(tmp_path, FORKS_AND_LISTENS)
    peer.start()
    assert len(processes_in(tmp_path)) == 3
    peer.stop()
    assert processes_in(tmp_path) == []


@pytest.mark.peer("dcmqrscp")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_none_outlives_us(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", STARTS_A_PEER_AND_IS_KILLED, str(tmp_path), str(int(number))]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == -number
    assert eventually(lambda: processes_in(tmp_path) == [])


@pytest.mark.peer("dcmqrscp")
def test_one_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    peer = ProcessPeer("dcmqrscp", PROCESSES["dcmqrscp"], recipe_input(tmp_path))
    starter = threading.Thread(target=peer.start)
    starter.start()
    starter.join()
    try:
        base.wait_for_echo(peer.address, "HARNESS", peer.alive, SECONDS)
    finally:
        peer.stop()


def test_an_interrupt_while_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        assert processes_in(tmp_path)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "wait_for_echo", interrupted)
    with pytest.raises(KeyboardInterrupt):
        python_peer(tmp_path, "import time; time.sleep(60)").start()
    assert processes_in(tmp_path) == []


def test_a_port_that_is_taken_is_not_taken_for_the_server(tmp_path: Path) -> None:
    peer = python_peer(tmp_path, "import time; time.sleep(60)")
    with (
        socket.create_server(("127.0.0.1", peer.address.port)),
        pytest.raises(PeerStartError, match=f"python cannot have port {peer.address.port}: Address already in use"),
    ):
        peer.start()


def test_a_program_that_cannot_be_executed(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("no program")
    peer = ProcessPeer("program", lambda _: ([str(program)], ""), recipe_input(tmp_path))
    with pytest.raises(PeerStartError, match="program cannot be started: Permission denied"):
        peer.start()
    assert processes_in(tmp_path) == []


def test_no_file_descriptor_is_lost(tmp_path: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def fail(code: str) -> None:
        with pytest.raises(PeerStartError):
            python_peer(tmp_path, code).start()

    fail("")
    before = count()
    for _ in range(3):
        fail("")
    # What earlier tests left may be closed meanwhile.
    assert count() <= before
