"""Is an evidence bundle still what was written?"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from harness.errors import UsageError
from harness.reporting.evidence import SUMS_NAME

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_LARGEST_SUMS = 16 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of the files of a bundle. The `seal` is the SHA-256 of its list of hashes."""

    unchanged: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    seal: str

    @property
    def is_intact(self) -> bool:
        """Whether each file is there, unchanged and alone."""
        return not (self.changed or self.missing or self.added)


def verify_evidence(path: Path) -> Verified:
    """Hold the files of a bundle against the hashes in it. Raises `UsageError` for what is no evidence bundle."""
    try:
        with ZipFile(path) as bundle:
            return _verified(bundle, path)
    except (OSError, BadZipFile) as problem:
        raise UsageError(f"{path} is no evidence bundle: {problem}") from problem


def _verified(bundle: ZipFile, path: Path) -> Verified:
    sums, text = _sums(bundle, path)
    present = Counter(bundle.namelist())
    del present[SUMS_NAME]
    twice = {name for name, number in present.items() if number > 1}
    same = {name for name in present if name in sums and name not in twice and _digest(bundle, name) == sums[name]}
    return Verified(
        tuple(sorted(same)),
        tuple(sorted((present.keys() & sums.keys()) - same)),
        tuple(sorted(sums.keys() - present.keys())),
        tuple(sorted(present.keys() - sums.keys())),
        hashlib.sha256(text).hexdigest(),
    )


def _sums(bundle: ZipFile, path: Path) -> tuple[dict[str, str], bytes]:
    """The hashes by name, and the text that has them."""
    entries = [info for info in bundle.infolist() if info.filename == SUMS_NAME]
    if len(entries) != 1 or entries[0].file_size > _LARGEST_SUMS:
        raise UsageError(f"{path} is no evidence bundle: it has no {SUMS_NAME}, or more than one")
    try:
        text = bundle.read(entries[0])
        lines = [_LINE.fullmatch(line) for line in text.decode().splitlines()]
    except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, UnicodeDecodeError, EOFError) as problem:
        raise UsageError(f"{path} is no evidence bundle: its {SUMS_NAME} cannot be read: {problem}") from problem
    if not all(lines):
        raise UsageError(f"{path} is no evidence bundle: its {SUMS_NAME} is not as sha256sum writes it")
    return {line[2]: line[1] for line in lines if line}, text


def _digest(bundle: ZipFile, name: str) -> str:
    """The hash of a file; of one that cannot be unpacked, none."""
    digest = hashlib.sha256()
    try:
        with bundle.open(name) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return ""
    return digest.hexdigest()
