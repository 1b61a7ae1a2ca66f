"""Runs of scenario files: the one way in which the command line, the pytest plugin and Python code run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.api.loading import PathLike, PeerLike, load
from harness.api.result import Result
from harness.engine.options import RunOptions
from harness.engine.plan import Selection, unmatched_patterns
from harness.engine.policy import Permissions
from harness.engine.runner import Listener, Runner
from harness.errors import UsageError
from harness.reporting.write import write_reports
from harness.results.addresses import mask_addresses
from harness.results.begin import new_result
from harness.results.model import RunResult
from harness.scenario.model import ScenarioFile


def run(
    files: PathLike | Sequence[PathLike | ScenarioFile],
    *,
    peers_file: PathLike | None = None,
    peers: Mapping[str, PeerLike] | None = None,
    tags: Iterable[str] = (),
    only: Iterable[str] = (),
    exclude: Iterable[str] = (),
    report_dir: PathLike | None = None,
    allow_writes: Iterable[str] = (),
    allow_commands: bool = False,
    strict: bool = False,
    trace: bool = False,
    show_values: bool = False,
    on_event: Listener | None = None,
) -> Result:
    """Run scenario files, or what `load` made of them, and say what came of it.

    The options are those of `dicom-harness run`, and so is what may be done to whom: writing to a peer that is no test
    peer needs its `allow` and its name in `allow_writes`. Without `report_dir` nothing is written. `on_event` is told
    of everything as it happens (`harness.engine.events`).

    Raises `ScenarioError` and `UsageError` before anybody is contacted; afterwards whatever a peer does, and also what
    could not be tested, is in the result. A KeyboardInterrupt passes when the reports are written.
    """
    loaded = _loaded(files, peers_file, peers)
    selection = Selection(frozenset(tags), tuple(only), tuple(exclude))
    if unmatched := unmatched_patterns(loaded, selection):
        raise UsageError(f"no scenario fits {', '.join(unmatched)}")
    begun = new_result("harness.run", strict=strict)
    permissions = Permissions(frozenset(allow_writes), allow_commands)
    directory = None if report_dir is None else Path(report_dir)
    options = RunOptions(directory, selection, permissions, trace, show_values)
    result = Result(begun, carry_out(loaded, begun, options, [] if on_event is None else [on_event]))
    if begun.interrupted:
        raise KeyboardInterrupt
    return result


def carry_out(
    files: Sequence[ScenarioFile], begun: RunResult, options: RunOptions, listeners: Sequence[Listener] = ()
) -> dict[str, Path]:
    """Run files, and write the reports whatever happened; the paths of the reports by their short names.

    Nothing is raised: an interruption, and a defect of ours, are in the result.
    """
    if options.report_directory is not None:
        options.report_directory.mkdir(parents=True, exist_ok=True)
    Runner(begun, options, listeners).execute(files)
    begun.ended = datetime.now(UTC).astimezone()
    if options.address_mask is not None:
        mask_addresses(begun, options.address_mask)
    if options.report_directory is None:
        return {}
    return write_reports(begun, options.report_directory, history=options.history)


def _loaded(
    files: PathLike | Sequence[PathLike | ScenarioFile],
    peers_file: PathLike | None,
    peers: Mapping[str, PeerLike] | None,
) -> list[ScenarioFile]:
    given = files if isinstance(files, Sequence) and not isinstance(files, str) else [files]
    loaded = [file for file in given if isinstance(file, ScenarioFile)]
    paths = [path for path in given if not isinstance(path, ScenarioFile)]
    if loaded and (paths or peers_file is not None or peers):
        raise UsageError("files that are loaded already have their peers; say the peers to `load`, and load all files")
    return loaded or load(*paths, peers_file=peers_file, peers=peers)
