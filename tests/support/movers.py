"""An archive that moves by having DCMTK's storescu send: all files on one association, or each on one of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness.dimse.command import Value
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.peers.dcmtk import BANNER
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from tests.support.accepting import accepting


@contextmanager
def moving(files: Sequence[Path], port: int, *, at_once: int) -> Iterator[AEAddress]:
    """A peer that sends the files to `HARNESS` at this port when it is asked to move, so many per association."""
    storescu, _ = find_program("storescu", BANNER)

    def send(association: Association) -> None:
        while True:
            message = association.receive(30)
            more: dict[int, Value] = {}
            if message.command.command_field == Command.C_MOVE_RQ:
                for start in range(0, len(files), at_once):
                    words = ["-aet", "PEER", "-aec", "HARNESS", "127.0.0.1", str(port)]
                    words += map(str, files[start : start + at_once])
                    subprocess.run([str(storescu), *words], check=True, timeout=60)
                more = {Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: len(files), Tag.NUMBER_OF_FAILED_SUBOPERATIONS: 0}
            association.send(message.context_id, response_to(message.command, 0, more=more))

    with accepting(send) as address:
        yield address
