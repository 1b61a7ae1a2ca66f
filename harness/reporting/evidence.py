"""The evidence of a run in one ZIP file: reports, captures, what was asked for, versions, and a hash of each of them.

`SHA256SUMS` in it is as `sha256sum --check` wants it. Its own hash, the seal, stands for the whole bundle: written on
the paper that is signed, it shows whether anybody has made another bundle since.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import ssl
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from harness.results.model import RunResult

SUMS_NAME = "SHA256SUMS"
VERSIONS_NAME = "versions.json"

_PACKAGES = ("click", "jinja2", "junit-xml", "pydantic", "pydicom", "pynetdicom", "PyYAML", "rich", "testcontainers")
_QUERIES = "queries"


def write_evidence(result: RunResult, path: Path, reports: Mapping[str, Path], sources: Mapping[str, str]) -> str:
    """Write the bundle and return its seal.

    `reports` are the files of the run, all in one folder, which also has its captures; `sources` are texts by their
    names in the bundle, without secrets. The file is there as a whole or not at all. Raises OSError.
    """
    members = {name: file.read_bytes() for name, file in _files(result, reports)}
    members |= {name: text.encode("utf-8", "backslashreplace") for name, text in sources.items()}
    members[VERSIONS_NAME] = (json.dumps(_versions(result), indent=2) + "\n").encode()
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(members.items())).encode()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with ZipFile(beside, "w", ZIP_DEFLATED) as bundle:
            for name, data in (*sorted(members.items()), (SUMS_NAME, sums)):
                bundle.writestr(_member(result, name), data, ZIP_DEFLATED)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return hashlib.sha256(sums).hexdigest()


def _files(result: RunResult, reports: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """The reports, and the captures and queries of this run; a folder may hold those of others, too."""
    folders = {path.parent for path in reports.values()}
    for path in reports.values():
        yield path.name, path
    for folder in folders:
        captures = {association.wire for step in result.steps for association in step.associations}
        for name in sorted(filter(None, captures)):
            if (folder / name).is_file():
                yield name, folder / name
        details = " ".join(line for step in result.steps for line in step.details)
        for path in sorted((folder / _QUERIES).glob("*.dcm")):
            if f"{_QUERIES}/{path.name}" in details:
                yield f"{_QUERIES}/{path.name}", path


def _member(result: RunResult, name: str) -> ZipInfo:
    """The entry of a file, with the time of the run, so that the same files make the same bundle."""
    info = ZipInfo(name, max(result.started.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    info.external_attr = 0o644 << 16
    return info


def _versions(result: RunResult) -> dict[str, Any]:
    return {
        "run": result.run_id,
        "tool": result.tool,
        "python": result.python,
        "system": platform.platform(),
        "openssl": ssl.OPENSSL_VERSION,
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "peers": {
            name: {
                "version": peer.version,
                "implementation_version_name": peer.implementation_version_name,
                "implementation_class_uid": peer.implementation_class_uid,
            }
            for name, peer in result.peers.items()
        },
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
