"""Bad input: a located message, exit status 2, and nothing is contacted or written."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.main import cli


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Whoever is contacted in spite of a mistake arrives here."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.setblocking(False)
        yield sock


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["run", str(path), "--report-dir", str(path.parent / "reports"), *options])


HEAD = "version: 1\npeers: {{p: {{address: 'A@127.0.0.1:{port}', environment: test}}}}\n"
ECHO = "scenarios:\n  - id: a\n    peer: p\n    steps:\n      - echo: {}\n"

BAD = {
    "not UTF-8": ECHO.encode() + b"  - id: \xff\n",
    "empty": b"",
    "a list": b"- 1\n- 2\n",
    "over 1 MiB": ECHO.encode() + b"#" * (1 << 20),
    "exploding aliases": b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("b"), ord("i"))),
    "unknown key": (ECHO + "        expct: {}\n").encode(),
    "duplicate key": (ECHO + "        echo: {}\n").encode(),
    "wrong type": ECHO.replace("echo: {}", "echo: {repeat: many}").encode(),
    "unknown SOP class": ECHO.replace(
        "echo: {}", "negotiate: {abstract_syntax: CT Imge, transfer_syntaxes: [RLE Lossless]}"
    ).encode(),
    "missing file": ECHO.replace("echo: {}", "store: {files: [not-there.dcm]}").encode(),
    "port out of range": ECHO.replace("peer: p", "peer: q").encode() + b"",
}


@pytest.mark.parametrize("name", BAD)
def test_a_located_message_and_exit_status_2(tmp_path: Path, listener: socket.socket, name: str) -> None:
    path = tmp_path / "bad.yaml"
    head = HEAD.format(port=listener.getsockname()[1]).encode()
    text = BAD[name]
    if name == "port out of range":
        head = b"version: 1\npeers: {q: {address: 'A@127.0.0.1:65536'}}\n"
    path.write_bytes(text if name in ("empty", "a list", "exploding aliases") else head + text)
    result = run(path)
    assert result.exit_code == 2, result.output
    assert re.search(rf"^{re.escape(str(path))}:\d+:\d+: .+", result.stderr, re.MULTILINE), result.stderr
    assert not (tmp_path / "reports").exists()
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_every_mistake_of_a_file_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "version: 1\npeers: {p: {address: nowhere}}\nscenarios:\n"
        "  - id: Bad Id\n    peer: q\n    steps:\n      - ecko: {}\n      - echo: {repeat: 0}\n"
    )
    result = run(path)
    assert len(re.findall(rf"^{re.escape(str(path))}:\d+:\d+: ", result.stderr, re.MULTILINE)) >= 5, result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "no-such-file.yaml"], "there is no file or folder no-such-file.yaml"),
        (["run", "ok.yaml", "--peer", "p"], "is not NAME=AE@HOST:PORT"),
        (["run", "ok.yaml", "--peer", "p=A@host"], "names no port"),
        (["run", "ok.yaml", "--only", "nothing"], "no scenario fits --only nothing"),
        (["run", "ok.yaml", "--tag", "nothing"], "no scenario fits --tag nothing"),
        (["run", "ok.yaml", "--peers", "none.yaml"], "there is no peers file none.yaml"),
        (["run"], "Missing argument"),
        (["run", "ok.yaml", "--no-such-option"], "No such option"),
        (["nonsense"], "there is no command `nonsense`"),
        (["valdate"], "there is no command `valdate`; did you mean `validate`?"),
        (["validate", "no-such-file.yaml"], "there is no file or folder"),
    ],
)
def test_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ok.yaml").write_text(HEAD.format(port=104) + ECHO)
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert words in result.stderr + result.stdout


def test_validate_and_list_contact_nobody(tmp_path: Path, listener: socket.socket) -> None:
    path = tmp_path / "ok.yaml"
    path.write_text(HEAD.format(port=listener.getsockname()[1]) + ECHO)
    for arguments in (["validate", str(path)], ["run", "--list", str(path)], ["run", "--dry-run", str(path)]):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
    with pytest.raises(BlockingIOError):
        listener.accept()
