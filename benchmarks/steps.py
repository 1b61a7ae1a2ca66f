"""The harness's own time per step on a warm association (aim: under 2 ms), beside the answer time of the peer."""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pairs import conditions
from harness.engine.events import Event, StepFinished
from harness.engine.options import RunOptions
from harness.engine.runner import Runner
from harness.results.model import RunResult
from harness.scenario.load import load_scenarios

STEPS = 300


def main() -> None:
    print(conditions())
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "steps.yaml"
        steps = "\n".join("      - {echo: {}, association: shared}" for _ in range(STEPS))
        path.write_text(
            "version: 1\npeers: {bundled: {reference: {}}}\n"
            f"scenarios:\n  - id: many\n    peer: bundled\n    steps:\n{steps}\n"
        )
        files = load_scenarios([path])
        run = RunResult("benchmark", datetime.now(UTC), "benchmark", "")
        moments: list[float] = []

        def listen(event: Event) -> None:
            if isinstance(event, StepFinished):
                moments.append(time.perf_counter())

        Runner(run, RunOptions(Path(name) / "reports"), [listen]).execute(files)
    whole = [(later - earlier) * 1000 for earlier, later in itertools.pairwise(moments[1:])]
    peer = [step.seconds * 1000 for step in run.steps[2:]]
    median, answered = statistics.median(whole), statistics.median(peer)
    print(
        f"{STEPS} echo steps on one association: {median:.2f} ms per step, "
        f"of which the peer answered in {answered:.2f} ms"
    )
    print(f"the harness's own share: {median - answered:.2f} ms per step")


if __name__ == "__main__":
    main()
