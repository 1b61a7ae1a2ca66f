"""Compiled templates, kept where Python keeps compiled modules: compiling takes longer than all else in a report."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache


class TemplateCache(BytecodeCache):
    """Keeps compiled templates in `__pycache__` of their folder, or wherever Python is told to (`sys.pycache_prefix`).

    jinja2 itself looks whether what is kept fits the source and the versions. A folder that cannot be written to
    costs time and nothing else.
    """

    def __init__(self, templates: Path) -> None:
        self._templates = templates

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket if its template was compiled before."""
        with contextlib.suppress(OSError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, unless Python is told not to write such files."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(bucket.bytecode_to_string())
            beside.replace(path)

    def _path(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(self._templates / f"{bucket.key}.py")))
