"""What speaks there is not DICOM, or nothing speaks at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.standard.ae import AEAddress
from tests.lab.fault import Fault, Target
from tests.lab.starting import LOOPBACK, listening
from tests.support import servers


@contextmanager
def _python_http(_folder: Path) -> Iterator[Target]:
    with servers.http_server() as port:
        yield Target(AEAddress("PEER", LOOPBACK, port))


FAULTS = (
    Fault(
        "a web server that waits for the end of the line",
        "http-server",
        _python_http,
        product="Python's http.server",
    ),
    Fault(
        "a web server that answers at once",
        "http-server",
        listening(servers.answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ),
    Fault("an SSH server", "ssh-server", listening(servers.greeting(b"SSH-2.0-OpenSSH_9.2p1\r\n"))),
    Fault("a mail server", "smtp-server", listening(servers.greeting(b"220 mail.example.org ESMTP Postfix\r\n"))),
    Fault("an FTP server", "ftp-server", listening(servers.greeting(b"220 (vsFTPd 3.0.5)\r\n"))),
    Fault(
        "an HL7 listener that answers",
        "hl7-listener",
        listening(servers.answering(b"\x0bMSH|^~\\&|A|B|C|D||ACK\r\x1c\r")),
    ),
    Fault(
        "an HL7 listener that waits for its start byte",
        "silent-listener",
        listening(servers.mute),
        others=("no-answer-to-request", "hl7-listener"),
    ),
    Fault("a mailbox server", "not-dicom", listening(servers.greeting(b"+OK POP3 ready\r\n"))),
    Fault("a remote desktop", "not-dicom", listening(servers.greeting(b"RFB 003.008\n"))),
    Fault("noise", "not-dicom", listening(servers.answering(b"\xde\xad\xbe\xef" * 4))),
    Fault("closes after the request", "closed-after-request", listening(servers.hang_up_after_a_word)),
    Fault("resets after the request", "reset-after-request", listening(servers.reset_after_a_word)),
)
