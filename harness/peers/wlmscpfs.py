"""Recipe for DCMTK's wlmscpfs: a Modality Worklist SCP whose items are files, one folder per AE title."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.errors import PeerStartError
from harness.peers.base import RecipeInput
from harness.peers.dcmtk import BANNER
from harness.peers.programs import find_program
from harness.reference.worklist_items import UnusableItem, worklist_items
from harness.services.identifier import encode_identifier
from harness.services.part10 import file_meta_bytes
from harness.standard.attributes import Attributes
from harness.standard.uids import EXPLICIT_VR_LE
from harness.standard.worklist import MODALITY_WORKLIST_FIND

SAMPLES = ("share/doc/dcmtk/examples/wlistdb/OFFIS", "share/dcmtk*/wlistdb/OFFIS")
"""Where Debian's package and DCMTK's own installation keep the sample database, below the prefix of its programs."""

DUMP = ".dump"
_ITEM_SUFFIXES = frozenset((".wl", ".dcm", DUMP))
_DUMP_SECONDS = 30
ITEMS = "items"
"""The folder of worklist items, where a recipe needs one besides the database."""

_NO_FOLDER = frozenset((".", ".."))


def wlmscpfs(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a wlmscpfs with a database of its own in the folder, the same for each of its AE titles."""
    program, version = find_program("wlmscpfs", BANNER)
    database = given.folder / "worklist"
    items = worklist_files(given.worklist) if given.worklist else sample_files(program.parent.parent)
    for folder in database_folders(given, str(database)):
        build_database(items, Path(folder))
    return [str(program), *wlmscpfs_arguments(given, str(database)), str(given.port)], version


def wlmscpfs_arguments(given: RecipeInput, database: str) -> Sequence[str]:
    """What follows the program's name, but for the port.

    Without `--keep-char-set` it returns the text of its files without saying in which character set it is.
    """
    return ["--verbose", "--disable-host-lookup", "--keep-char-set", *given.options, "--data-files-path", database]


def database_folders(given: RecipeInput, database: str) -> list[str]:
    """The folder of each AE title, which is named like it. Raises `PeerStartError` for a title that names no folder."""
    for title in given.ae_titles:
        if "/" in title or title in _NO_FOLDER:
            raise PeerStartError(f"wlmscpfs keeps the worklist of an AE title in a folder named like it, not `{title}`")
    return [f"{database}/{title}" for title in given.ae_titles]


def worklist_files(paths: Iterable[Path]) -> list[Path]:
    """The files of worklist items: those named, and in folders `*.wl`, `*.dcm` and `*.dump`.

    Raises `PeerStartError` for a folder without any.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix in _ITEM_SUFFIXES)
        if not inside:
            raise PeerStartError(f"the folder {path} has no worklist items: no file *.wl, *.dcm or *.dump")
        found += inside
    return found


def written_items(entries: Iterable[str | Attributes], folder: Path) -> tuple[Path, ...]:
    """The files and folders that are named, and items written out, which become files in the folder.

    Raises `PeerStartError` for an item that no worklist can have.
    """
    files = []
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, str):
            files.append(Path(entry))
            continue
        try:
            items = worklist_items([entry])
        except UnusableItem as error:
            raise PeerStartError(str(error)) from None
        for position, item in enumerate(items):
            file = folder / f"item-{number}-{position}.wl"
            meta = file_meta_bytes(MODALITY_WORKLIST_FIND, item.StudyInstanceUID, EXPLICIT_VR_LE, "HARNESS")
            file.write_bytes(meta + encode_identifier(item, EXPLICIT_VR_LE))
            files.append(file)
    return tuple(files)


def sample_files(prefix: Path) -> list[Path]:
    """The sources of DCMTK's sample database. Raises `PeerStartError` when the installation lacks them."""
    for pattern in SAMPLES:
        if found := sorted(prefix.glob(f"{pattern}/*{DUMP}")):
            return found
    where = " or ".join(f"{prefix}/{pattern}" for pattern in SAMPLES)
    raise PeerStartError(f"DCMTK's sample worklist is not installed: no {where}; name items with `worklist:`")


def container_items(given: RecipeInput) -> Mapping[str, bytes]:
    """The files of own items, by their names in the container; none for the sample database, which its image has.

    Raises `PeerStartError`.
    """
    files = worklist_files(given.worklist)
    return {f"{ITEMS}/{number:05d}{file.suffix}": read_item(file) for number, file in enumerate(files, start=1)}


def prepare_database(given: RecipeInput, inside: str, storage: str) -> str:
    """The shell command that does in a container what `build_database` does here."""
    items = f"{inside}/{ITEMS}" if given.worklist else f"/usr/{SAMPLES[0]}"
    folders = shlex.join(database_folders(given, storage))
    return (
        f'for folder in {folders}; do touch "$folder/lockfile"; for item in {items}/*; do '
        'target="$folder/$(basename "$item").wl"; case "$item" in */lockfile) continue ;; '
        f'*{DUMP}) dump2dcm --write-xfer-little "$item" "$target" ;; *) cp "$item" "$target" ;; esac; '
        '[ -e "$target" ] || exit 1; done; done'
    )


def build_database(items: Sequence[Path], folder: Path) -> None:
    """Fill the folder of an AE title: dumps are made DICOM files by dump2dcm, DICOM files are copied.

    Raises `PeerStartError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lockfile").touch()
    for number, item in enumerate(items, start=1):
        target = folder / f"{number:05d}.wl"
        content = read_item(item)
        if item.suffix == DUMP:
            _from_dump(item, target)
        else:
            target.write_bytes(content)


def read_item(item: Path) -> bytes:
    """The bytes of a file. Raises `PeerStartError`."""
    try:
        return item.read_bytes()
    except OSError as error:
        raise PeerStartError(f"the worklist item {item} cannot be read: {error.strerror}") from None


def _from_dump(dump: Path, target: Path) -> None:
    program, _ = find_program("dump2dcm", BANNER)
    command = [str(program), "--write-xfer-little", str(dump), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DUMP_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PeerStartError(f"dump2dcm did not finish with {dump}") from None
    # It exits 0 when it has written nothing.
    if done.returncode or not target.exists():
        raise PeerStartError(f"dump2dcm makes no worklist item of {dump}", done.stdout + done.stderr)
