"""Runs of scenario files: the one way in which the command line, the pytest plugin and Python code run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness.api.keeping import Keeping, Kept, source_of
from harness.api.loading import PathLike, PeerLike, load
from harness.api.result import Result
from harness.engine.options import RunOptions
from harness.engine.plan import Selection, unmatched_patterns
from harness.engine.policy import Permissions
from harness.engine.runner import Listener, Runner
from harness.engine.shards import Shard, narrowed
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
    shard: str | None = None,
    report_dir: PathLike | None = None,
    allow_writes: Iterable[str] = (),
    allow_commands: bool = False,
    strict: bool = False,
    trace: bool = False,
    show_values: bool = False,
    evidence: PathLike | None = None,
    compare_with: PathLike | None = None,
    redact_addresses: bool = False,
    baseline: PathLike | None = None,
    record_baseline: PathLike | None = None,
    on_event: Listener | None = None,
) -> Result:
    """Run scenario files, or what `load` made of them, and say what came of it.

    The options are those of `dicom-harness run`, and so is what may be done to whom: writing to a peer that is no test
    peer needs its `allow` and its name in `allow_writes`. Without `report_dir` no reports are written. `on_event` is
    told of everything as it happens (`harness.engine.events`).

    Raises `ScenarioError` and `UsageError` before anybody is contacted; afterwards whatever a peer does, and also what
    could not be tested, is in the result. A KeyboardInterrupt passes when the reports are written.
    """
    loaded = _loaded(files, peers_file, peers)
    selection = selected(loaded, Selection(frozenset(tags), tuple(only), tuple(exclude)), shard)
    keeping = Keeping(_path(baseline), _path(record_baseline), _path(compare_with), _path(evidence), redact_addresses)
    kept = keeping.begin(check_beginnings(loaded))
    begun = new_result("harness.run", strict=strict)
    permissions = Permissions(frozenset(allow_writes), allow_commands)
    options = RunOptions(_path(report_dir), selection, permissions, trace, show_values)
    reports = carry_out_kept(loaded, begun, options, kept, [] if on_event is None else [on_event], _path(peers_file))
    if begun.interrupted:
        raise KeyboardInterrupt
    return Result(begun, reports, kept.seal)


def selected(files: Sequence[ScenarioFile], selection: Selection, shard: str | None) -> Selection:
    """What is run of some files. Raises `UsageError` for patterns that fit nothing, and for no such part."""
    if unmatched := unmatched_patterns(files, selection):
        raise UsageError(f"no scenario fits {', '.join(unmatched)}; see --list")
    return narrowed(files, selection, Shard.parse(shard) if shard is not None else None)


def check_beginnings(files: Sequence[ScenarioFile]) -> list[str]:
    """What the ids of all checks of these files begin with."""
    return [f"{scenario.id}/" for file in files for scenario in file.scenarios]


def carry_out_kept(
    files: Sequence[ScenarioFile],
    begun: RunResult,
    options: RunOptions,
    kept: Kept,
    listeners: Sequence[Listener] = (),
    peers_file: Path | None = None,
) -> dict[str, Path]:
    """As `carry_out`, held against what is known, with a bundle of evidence or a new baseline where one is wanted.

    Without a report directory no reports are left, and none are told of.
    """
    directory = options.report_directory
    options.baseline, options.history, options.address_mask = kept.known, kept.history, kept.mask
    sources = {f"scenarios/{file.path.name}": file.text for file in files}
    sources |= source_of("peers", peers_file) | source_of("baseline", kept.asked.baseline)
    with kept.folder(directory) as folder:
        options.report_directory = folder
        reports = carry_out(files, begun, options, listeners)
        kept.finish(begun, reports, sources)
    return reports if directory is not None else {}


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


def _path(given: PathLike | None) -> Path | None:
    return None if given is None else Path(given)


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
