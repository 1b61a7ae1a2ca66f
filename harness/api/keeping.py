"""What a run is held against, and what is kept of it beside its reports: of all commands that test, and of `run`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.engine.baseline import Baseline, recorded
from harness.errors import UsageError
from harness.results.addresses import AddressMask
from harness.results.history import History
from harness.results.model import RunResult


@dataclass(frozen=True, slots=True)
class Keeping:
    """What was asked for: known deviations, former runs to compare with, a bundle of evidence, no addresses.

    `baseline` are deviations that are known, `record_baseline` a new file for those that are found; `compare_with` is
    a former run or a folder of runs, `evidence` a new ZIP file. With `redact_addresses` no file tells a host.
    """

    baseline: Path | None = None
    record_baseline: Path | None = None
    compare_with: Path | None = None
    evidence: Path | None = None
    redact_addresses: bool = False

    def begin(self, beginnings: Iterable[str]) -> Kept:
        """Read what is there, before anybody is contacted; `beginnings` are those of the ids that checks can have.

        Raises `UsageError`, also for files that would be written over, and `ScenarioError`.
        """
        _check_new(self.evidence, "--evidence", "and evidence is not written over")
        _check_new(self.record_baseline, "--record-baseline", "and may hold what somebody wrote")
        mask = AddressMask() if self.redact_addresses else None
        return Kept(self, _known(self.baseline, beginnings), _history(self.compare_with, mask), mask)


@dataclass(slots=True)
class Kept:
    """What was read, and what came of the rest: the `seal` of the bundle, and what was written besides."""

    asked: Keeping
    known: Baseline
    history: History | None
    mask: AddressMask | None
    seal: str = ""
    written: list[Path] = field(default_factory=list)

    @contextmanager
    def folder(self, directory: Path | None) -> Iterator[Path | None]:
        """The folder for reports: the one that was asked for, or for a bundle alone one that is gone afterwards."""
        if directory is not None or self.asked.evidence is None:
            yield directory
            return
        with TemporaryDirectory(prefix="dicom-harness-") as folder:
            yield Path(folder)

    def finish(self, run: RunResult, reports: Mapping[str, Path], sources: Mapping[str, str]) -> None:
        """Write bundle and baseline, as far as they are wanted; what cannot be written is an error of the run.

        `sources` are the texts of the files that said what to do, by their names in the bundle.
        """
        if self.asked.evidence is not None:
            self._write_evidence(run, self.asked.evidence, reports, sources)
        if self.asked.record_baseline is not None:
            try:
                self.asked.record_baseline.write_text(recorded(run), encoding="utf-8")
            except OSError as error:
                _note(run, self.asked.record_baseline, error)
            else:
                self.written.append(self.asked.record_baseline)

    def _write_evidence(
        self, run: RunResult, path: Path, reports: Mapping[str, Path], sources: Mapping[str, str]
    ) -> None:
        from harness.reporting.evidence import write_evidence
        from harness.scenario.masked import text_without_secrets

        texts = {name: text_without_secrets(text) for name, text in sources.items()}
        if self.mask is not None:
            texts = {name: self.mask.text(text) for name, text in texts.items()}
        try:
            self.seal = write_evidence(run, path, reports, texts)
        except OSError as error:
            _note(run, path, error)


def source_of(kind: str, path: Path | None) -> dict[str, str]:
    """The text of a file, by its name in the bundle; none of no file. Raises OSError."""
    if path is None:
        return {}
    return {f"{kind}/{path.name}": path.read_text(encoding="utf-8", errors="backslashreplace").removeprefix("\ufeff")}


def _check_new(path: Path | None, option: str, why: str) -> None:
    """Say before anything runs that a file cannot be written. Raises `UsageError`."""
    if path is None:
        return
    if path.exists():
        raise UsageError(f"{option}: {path} is there already, {why}")
    if not path.parent.is_dir():
        raise UsageError(f"{option}: there is no folder {path.parent}")


def _known(path: Path | None, beginnings: Iterable[str]) -> Baseline:
    if path is None:
        return Baseline()
    from harness.scenario.baseline import read_baseline

    baseline = Baseline(read_baseline(path))
    if strangers := baseline.strangers(beginnings):
        raise UsageError(f"{path}: no check can have the id {', '.join(strangers)}; reports have the ids of checks")
    return baseline


def _history(path: Path | None, mask: AddressMask | None) -> History | None:
    """The former runs to compare with, masked as this one will be."""
    if path is None:
        return None
    from harness.results.addresses import mask_addresses
    from harness.results.history import load_history

    history = load_history(path)
    if mask is not None:
        for run in history.runs:
            mask_addresses(run, mask)
    return history


def _note(run: RunResult, path: Path, error: OSError) -> None:
    reason = f"{path} could not be written: {error.strerror}"
    run.internal_error = "; ".join(filter(None, (run.internal_error, reason)))
