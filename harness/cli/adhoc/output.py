"""What a step brought: printed as a table or as JSON, and kept as DICOM files."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from harness.errors import UsageError
from harness.observe.outcomes import (
    FindObservation,
    Match,
    Observation,
    ReceivedInstance,
    RetrieveObservation,
    StoreObservation,
)
from harness.reporting.matches import match_table, matches_json, received_json, received_table, stored_json
from harness.reporting.table import table_lines
from harness.reporting.text import number_of, printable
from harness.services.part10 import file_meta_bytes
from harness.standard.status import is_stored

_FILE_NAME = re.compile(r"[0-9][0-9.]{0,63}")


class Output:
    """How to show and where to keep. Raises `UsageError` for a folder that cannot be had."""

    def __init__(self, form: str, folder: Path | None) -> None:
        if form == "dicom" and folder is None:
            raise UsageError("`--output dicom` needs `--out DIR`, the folder for the files")
        self._form = form
        self._folder = folder
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"`--out {folder}`: {error.strerror}") from None

    @property
    def pure(self) -> bool:
        """Whether the standard output is for another program."""
        return self._form != "table"

    def matches(self, observation: Observation, paths: Sequence[tuple[str, ...]]) -> str:
        """Show the matches of a query with the attributes that were asked for. Raises OSError."""
        assert isinstance(observation, FindObservation)
        matches = observation.matches
        asked = observation.traces[0].contexts[0].abstract_syntax if observation.traces else ""
        kept = [self._keep_match(number, match, asked) for number, match in enumerate(matches, start=1)]
        if self._form == "json":
            _print([matches_json(matches)])
        elif self._form == "dicom":
            _print(map(str, kept))
        else:
            _print(table_lines(*match_table(matches, paths)))
        return number_of(len(matches), "match", "matches")

    def received(self, observation: Observation) -> str:
        """Show the instances that arrived here. Raises OSError."""
        assert isinstance(observation, RetrieveObservation)
        received = observation.received
        kept = [self._keep_instance(number, instance) for number, instance in enumerate(received, start=1)]
        if self._form == "json":
            _print([received_json(received, kept if self._folder is not None else ())])
        elif self._form == "dicom":
            _print(map(str, kept))
        else:
            _print(table_lines(*received_table(received, kept if self._folder is not None else ())))
        return _summary(observation)

    def stored(self, observation: Observation) -> str:
        """Show what became of each file."""
        assert isinstance(observation, StoreObservation)
        stored = sum(is_stored(instance.status) for instance in observation.instances)
        if self._form == "json":
            _print([stored_json(observation)])
        total = len(observation.instances) + len(observation.refused)
        summary = f"{stored} of {number_of(total, 'file')} stored"
        passed_over = len(observation.passed_over)
        return f"{summary}, {passed_over} passed over" if passed_over else summary

    def _keep_match(self, number: int, match: Match, sop_class_uid: str) -> Path:
        """A match as a DICOM file, as DCMTK's findscu makes them; its SOP class is that of the query."""
        name = f"match-{number:04}.dcm"
        if self._folder is None:
            return Path(name)
        instance = f"2.25.{uuid.uuid4().int}"
        head = file_meta_bytes(sop_class_uid, instance, match.transfer_syntax_uid, "")
        return _written(self._folder / name, lambda path: path.write_bytes(head + match.data))

    def _keep_instance(self, number: int, instance: ReceivedInstance) -> Path:
        """An instance as it came, named by its UID unless that is none."""
        uid = instance.sop_instance_uid
        name = f"{uid if _FILE_NAME.fullmatch(uid) else f'instance-{number:04}'}.dcm"
        if self._folder is None:
            return Path(name)
        return _written(self._folder / name, lambda path: shutil.copyfile(instance.path, path))


def _summary(observation: RetrieveObservation) -> str:
    counters = observation.counters
    words = [
        f"{number} {name}"
        for name, number in (
            ("completed", counters.completed),
            ("failed", counters.failed),
            ("with warnings", counters.warning),
        )
        if number is not None and (number or name == "completed")
    ]
    if observation.to_us:
        words.append(f"{len(observation.received)} received")
    return ", ".join(words)


def _written(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file beside its place and move it there: what is there is whole. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(printable(line))
