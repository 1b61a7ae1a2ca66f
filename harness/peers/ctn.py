"""Recipe for simple_storage, the Storage SCP of the Central Test Node (CTN)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import PeerStartError
from harness.peers.base import RecipeInput
from harness.peers.programs import find_program

BANNER = "Usage: simple_storage"
VERSION_BANNER = "CTN Version"

_OPTION_LETTERS = "-"


def ctn(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a simple_storage that writes to the folder.

    It rejects every called AE title but its own, accepts any calling one, and takes uncompressed data sets only.
    Raises `PeerStartError`.
    """
    program, _ = find_program("simple_storage", BANNER)
    _, version = find_program("ctn_version", VERSION_BANNER)
    title = given.ae_titles[0]
    if title.startswith(_OPTION_LETTERS):
        raise PeerStartError(f"simple_storage takes `{title}` for an option; give it another AE title")
    storage = given.folder / "storage"
    storage.mkdir(exist_ok=True)
    # A process for each association, or a slow one would keep all others waiting.
    command = [str(program), "-f", "-s", "-c", title, "-x", str(storage), *given.options, str(given.port)]
    return command, version.removeprefix("This is ")
