"""What programs say with their exit status when a peer refuses, aborts, or does nothing: the table in the README.

    python -m benchmarks.exit_statuses

Writes EXIT-STATUSES.md. It needs DCMTK and GDCM as Debian installs them, Java, and the wheels of the development
environment.
"""

from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from harness import __version__
from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association
from harness.net.negotiation import accept
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ

PAGE = Path(__file__).with_name("EXIT-STATUSES.md")
UNRECOGNIZED_OPERATION = 0x0211
UNABLE_TO_PROCESS = 0xC001
OUT_OF_RESOURCES = 0xA700
DESTINATION_UNKNOWN = 0xA801
SUCCESS = 0x0000
DEADLINE = 60.0

_COUNTERS = (
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS,
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS,
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS,
)

Serve = Callable[[Association], None]
Words = Callable[[AEAddress, Path], Sequence[str]]


def answering(status: int) -> Serve:
    """Answer each request with this status alone; of sub-operations none was carried out."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            association.send(message.context_id, _response(message.command, status))

    return serve


def _response(request: CommandSet, status: int) -> CommandSet:
    response = response_to(request, status)
    if request.command_field in (Command.C_MOVE_RQ, Command.C_GET_RQ):
        response.elements |= dict.fromkeys(_COUNTERS, 0)
    return response


def aborting(association: Association) -> None:
    """Abort when the first request is there."""
    association.receive(30)
    association.abort()


@contextmanager
def peer(serve: Serve) -> Iterator[AEAddress]:
    """An SCP that accepts everything and then does this."""

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        return accept(request, _first)

    acceptor = Acceptor(negotiate, serve)
    acceptor.start()
    try:
        yield AEAddress("PEER", "127.0.0.1", acceptor.port)
    finally:
        acceptor.stop()


def _first(context: ProposedContext) -> str:
    return context.transfer_syntaxes[0]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a peer does; `tools` are the commands that ask it, by the name of the family of tools."""

    title: str
    serve: Serve
    tools: dict[str, Words]


HARNESS, DCMTK, PYNETDICOM, GDCM, DCM4CHE = "dicom-harness", "DCMTK", "pynetdicom", "GDCM", "dcm4che"
FAMILIES = (HARNESS, DCMTK, PYNETDICOM, GDCM, DCM4CHE)
_STUDY = "1.2.826.0.1.3680043.8.498.1"


def _ours(service: str, *words: str, file: bool = False) -> Words:
    def command(address: AEAddress, folder: Path) -> Sequence[str]:
        start = "from harness.cli.start import main; main()"
        return (sys.executable, "-c", start, service, str(address), *words, *_file(folder, file))

    return command


def _dcmtk(program: str, *words: str, file: bool = False) -> Words:
    def command(address: AEAddress, folder: Path) -> Sequence[str]:
        return (
            f"/usr/bin/{program}",
            "-aec",
            address.ae_title,
            *words,
            address.host,
            str(address.port),
            *_file(folder, file),
        )

    return command


def _pynetdicom(program: str, *words: str, file: bool = False) -> Words:
    def command(address: AEAddress, folder: Path) -> Sequence[str]:
        where = (address.host, str(address.port), *_file(folder, file))
        return (sys.executable, "-m", "pynetdicom", program, *where, "-aec", address.ae_title, *words)

    return command


def _gdcm(*words: str, file: bool = False) -> Words:
    def command(address: AEAddress, folder: Path) -> Sequence[str]:
        where = (address.host, str(address.port), *_file(folder, file))
        return ("/usr/bin/gdcmscu", *words, "--call", address.ae_title, *where)

    return command


def _dcm4che(program: str, *words: str) -> Words:
    def command(address: AEAddress, _folder: Path) -> Sequence[str]:
        spec = importlib.util.find_spec("dcmfetch")
        assert spec is not None
        assert spec.submodule_search_locations
        jar = Path(spec.submodule_search_locations[0]) / "ext" / program
        return ("java", "-jar", str(jar), "-c", str(address), *words)

    return command


def _file(folder: Path, wanted: bool) -> tuple[str, ...]:
    return (str(next(folder.glob("*.dcm"))),) if wanted else ()


_FIND = {
    HARNESS: _ours("find", "-k", "PatientName=*"),
    DCMTK: _dcmtk("findscu", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=*"),
    PYNETDICOM: _pynetdicom("findscu", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=*"),
    GDCM: _gdcm("--find", "--patientroot", "--patient", "--key", "10,10,*"),
    DCM4CHE: _dcm4che("findscu", "-L", "STUDY", "-r", "PatientName"),
}
_MOVE = {
    HARNESS: _ours("move", "-k", f"StudyInstanceUID={_STUDY}"),
    DCMTK: _dcmtk(
        "movescu", "-S", "-aem", "NOBODY", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={_STUDY}"
    ),
    PYNETDICOM: _pynetdicom(
        "movescu", "-S", "-aem", "NOBODY", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={_STUDY}"
    ),
}
_ECHO = {
    HARNESS: _ours("echo"),
    DCMTK: _dcmtk("echoscu"),
    PYNETDICOM: _pynetdicom("echoscu"),
    GDCM: _gdcm("--echo"),
}
FAULTS = (
    Fault("C-ECHO is answered with success", answering(SUCCESS), _ECHO),
    Fault("C-ECHO is answered with a failure", answering(UNRECOGNIZED_OPERATION), _ECHO),
    Fault("C-FIND is answered with a failure", answering(UNABLE_TO_PROCESS), _FIND),
    Fault("The association is aborted in the middle of a C-FIND", aborting, _FIND),
    Fault("C-MOVE: the destination is unknown", answering(DESTINATION_UNKNOWN), _MOVE),
    Fault("C-MOVE: success, and nothing was moved", answering(SUCCESS), _MOVE),
    Fault(
        "C-STORE is answered with *out of resources*",
        answering(OUT_OF_RESOURCES),
        {
            HARNESS: _ours("store", "--environment", "test", file=True),
            DCMTK: _dcmtk("storescu", file=True),
            PYNETDICOM: _pynetdicom("storescu", file=True),
            GDCM: _gdcm("--store", file=True),
        },
    ),
)


def measured() -> dict[str, dict[str, str]]:
    """The exit status of each family by fault; what ends by a signal has its name."""
    found: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        generate(GenerateSpec(rows=8, columns=8), Path(folder), "exit statuses")
        for fault in FAULTS:
            found[fault.title] = {name: _status(fault, words, Path(folder)) for name, words in fault.tools.items()}
    return found


def _status(fault: Fault, words: Words, folder: Path) -> str:
    with peer(fault.serve) as address:
        done = subprocess.run(words(address, folder), capture_output=True, timeout=DEADLINE, check=False, cwd=folder)
    return str(done.returncode) if done.returncode >= 0 else signal.Signals(-done.returncode).name


def table(found: dict[str, dict[str, str]]) -> str:
    """As Markdown: what is 0 though something failed stands out."""
    control, *_ = found
    lines = ["| what the peer does | " + " | ".join(FAMILIES) + " |", "|---" * (len(FAMILIES) + 1) + "|"]
    for title, statuses in found.items():
        cells = [_cell(statuses.get(name, ""), title == control) for name in FAMILIES]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(status: str, is_control: bool) -> str:
    return f"**{status}**" if status and (status == "0") != is_control else status


def versions() -> str:
    """Of all programs, in a sentence."""
    dcmtk = _first_version("/usr/bin/echoscu", "--version")
    gdcm = _first_version("/usr/bin/gdcmscu", "--version")
    return (
        f"dicom-harness {__version__}, DCMTK {dcmtk}, pynetdicom {version('pynetdicom')}, GDCM {gdcm}, "
        f"dcm4che's findscu of dcmfetch {version('dcmfetch')}"
    )


def _first_version(*command: str) -> str:
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", out)
    return found.group() if found else "of unknown version"


def page() -> str:
    """The whole page."""
    return (
        "# Exit statuses\n\n"
        "Made by `python -m benchmarks.exit_statuses`; do not edit it by hand.\n\n"
        "A status of 0 says that all is well. **Bold**: it is said though it is not so, or the other way round. Empty: "
        "there is no such program.\n\n"
        f"{table(measured())}\n\n{versions()}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.read_text())
