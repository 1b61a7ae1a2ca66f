"""The console: live progress on a terminal, plain lines elsewhere. rich is imported on terminals only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from harness.engine.events import (
    Event,
    PeerStarting,
    PeerUpdated,
    RunFinished,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from harness.reporting.check_text import Line
from harness.reporting.console_text import heading, peer_lines, scenario_lines, summary_lines
from harness.reporting.outline import scenario_view
from harness.reporting.text import VERDICT_MARKS, one_line, printable
from harness.results.model import PeerRecord, RunResult, ScenarioRecord, StepResult, Verdict

if TYPE_CHECKING:
    from rich.progress import Progress

_STYLES = {
    "pass": "green",
    "fail": "bold red",
    "warning": "yellow",
    "skipped": "bright_black",
    "blocked": "magenta",
    "error": "bold magenta",
    "strong": "bold",
    "dim": "dim",
    "": "",
}


class Surface(Protocol):
    """Where lines go."""

    def show(self, lines: Iterable[Line]) -> None:
        """Show lines for good."""

    def begin(self, steps: int) -> None:
        """The run begins."""

    def progress(self, text: str, done: int) -> None:
        """Say what is under way, where that can be taken back."""

    def end(self) -> None:
        """Nothing is under way any more; may be called twice."""


class Console:
    """A listener that tells the run as it goes, a scenario at a time."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._run: RunResult | None = None
        self._open: dict[str, tuple[ScenarioRecord, list[StepResult]]] = {}
        self._shown_peers: dict[str, PeerRecord] = {}
        self._done = 0

    def __call__(self, event: Event) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self._run = event.run
                self._surface.show(heading(event.run, event.scenarios, event.steps))
                self._surface.begin(event.steps)
            case PeerStarting():
                self._surface.progress(f"starting {event.name} ({event.kind})", self._done)
            case PeerUpdated():
                self._peer(event.peer)
            case ScenarioStarted():
                self._open[event.scenario.id] = (event.scenario, [])
            case StepStarted() | StepProgressed():
                self._surface.progress(f"{event.scenario.id}  {event.title}", self._done)
            case StepFinished():
                self._done += 1
                self._open.setdefault(event.scenario.id, (event.scenario, []))[1].append(event.step)
            case ScenarioFinished():
                self._scenario(event.scenario.id)
            case RunFinished():
                # After an interruption a scenario may be left unfinished.
                for identifier in list(self._open):
                    self._scenario(identifier)
                self._surface.end()

    def summarize(self, result: RunResult, reports: Mapping[str, Path]) -> None:
        """Show the end of the run, when its reports are written."""
        self._surface.end()
        self._surface.show(summary_lines(result, reports))

    def close(self) -> None:
        """Give the terminal back, whatever happened."""
        self._surface.end()

    def _peer(self, peer: PeerRecord) -> None:
        before = self._shown_peers.get(peer.name)
        if before is None or (peer.error and peer.error != before.error):
            self._surface.show(peer_lines(peer))
        self._shown_peers[peer.name] = peer

    def _scenario(self, identifier: str) -> None:
        record, steps = self._open.pop(identifier)
        strict = self._run is not None and self._run.strict
        self._surface.show(scenario_lines(scenario_view(record, steps, strict=strict)))


class PlainSurface:
    """Lines of text and nothing else, flushed at once so that a log shows them in time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines; what the stream cannot encode is escaped."""
        text = "".join(printable("".join(text for text, _ in line)).rstrip() + "\n" for line in lines)
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        self._stream.flush()

    def begin(self, steps: int) -> None:
        """Nothing to prepare."""

    def progress(self, text: str, done: int) -> None:
        """Nothing: what is written cannot be taken back."""

    def end(self) -> None:
        """Nothing to take back."""


class LiveSurface:
    """A terminal: marks, colors, and one line of progress at the bottom that goes away."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        from rich.console import Console as RichConsole

        self._console = RichConsole(file=stream, no_color=not color, highlight=False, soft_wrap=True)
        self._progress: Progress | None = None

    def show(self, lines: Iterable[Line]) -> None:
        """Print lines above the progress."""
        from rich.text import Text

        for line in lines:
            pieces = [(self._marked(text, style), _STYLES[style]) for text, style in line]
            self._console.print(Text.assemble(*pieces))

    @staticmethod
    def _marked(text: str, style: str) -> str:
        word = text.strip()
        mark = VERDICT_MARKS[Verdict(word)] + " " if word and word == style else ""
        return mark + printable(text)

    def begin(self, steps: int) -> None:
        """Show the line of progress."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
        )
        self._progress = Progress(*columns, console=self._console, transient=True)
        self._progress.add_task("", total=steps)
        self._progress.start()

    def progress(self, text: str, done: int) -> None:
        """Update the line of progress."""
        if self._progress is not None:
            width = max(20, self._console.width - 50)
            self._progress.update(self._progress.task_ids[0], description=one_line(text)[:width], completed=done)

    def end(self) -> None:
        """Take the line of progress away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def console_for(stream: TextIO | None = None, environment: Mapping[str, str] | None = None) -> Console:
    """The console that suits a stream (standard output): live on a terminal, without color where `NO_COLOR` is set."""
    stream = sys.stdout if stream is None else stream
    environment = os.environ if environment is None else environment
    able = environment.get("TERM", "") not in ("", "dumb") and "utf" in (stream.encoding or "").lower()
    if stream.isatty() and able:
        return Console(LiveSurface(stream, color=not environment.get("NO_COLOR")))
    return Console(PlainSurface(stream))
