"""Compute the kill matrix: `python -m tests.kill_matrix`. Exits with 1 when it is not complete."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.engine.conform.model import Case
from harness.proxy.catalogue import FAULTS
from tests.kill_matrix.case_kills import behind, case_kills, good_peer, judging
from tests.kill_matrix.lint_kills import lint_kills
from tests.kill_matrix.matrix import DECIDING, Matrix, all_checks, load
from tests.kill_matrix.page import write_pages
from tests.kill_matrix.run_kills import PATIENT, SECONDS, run_kills
from tests.support.proxied import called_back, speak


def main() -> int:
    """All of it; what is missing is printed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=SECONDS, help="deadline of each answer [%(default)s]")
    options.add_argument("--jobs", type=int, default=4, help="faults that are tried at once [%(default)s]")
    options.add_argument("--new", action="store_true", help="only faults and cases that were not there the last time")
    given = options.parse_args()
    before = load()
    matrix = load() if given.new else Matrix()
    cases = [case for case in DECIDING if case.id not in matrix.tried]
    new = [fault for fault in FAULTS if fault not in matrix.kills]
    matrix.forget_rules()
    with tempfile.TemporaryDirectory() as folder:
        _lint(matrix, Path(folder))
        _runs(matrix, Path(folder), new, given.seconds)
    wanted = {fault: [case for case in judging(fault) if fault in new or case in cases] for fault in FAULTS}
    _cases(matrix, wanted, given.seconds, given.jobs)
    matrix.tried.update(all_checks())
    matrix.save()
    # As it is read back, new faults stand where they belong, not behind all others.
    matrix = load()
    _confirm(matrix, before)
    matrix.save()
    write_pages(matrix)
    return _told(matrix)


def _seconds(fault: str, wanted: float) -> float:
    """A deadline; of what is permitted nobody may be accused, however busy the machine is."""
    return PATIENT if FAULTS[fault].permitted else wanted


def _lint(matrix: Matrix, folder: Path) -> None:
    conversations = [speak(folder / "we-call"), *called_back(folder / "it-calls")]
    for fault in FAULTS:
        matrix.add(fault, lint_kills(conversations, fault))


def _runs(matrix: Matrix, folder: Path, faults: Sequence[str], seconds: float) -> None:
    """One after the other: each is a run of the command line in this process."""
    for fault in faults:
        with good_peer() as peer, behind([fault], peer) as sabotaged:
            matrix.add(fault, run_kills(folder / fault, sabotaged, _seconds(fault, seconds)))


def _cases(matrix: Matrix, wanted: Mapping[str, Sequence[Case]], seconds: float, jobs: int) -> None:
    def kills(fault: str) -> dict[str, str]:
        with good_peer() as peer:
            return case_kills(wanted[fault], fault, peer, _seconds(fault, seconds))

    faults = [fault for fault, cases in wanted.items() if cases]
    with ThreadPoolExecutor(jobs) as pool:
        for fault, found in zip(faults, pool.map(kills, faults), strict=True):
            matrix.add(fault, found)
            print(f"{fault}: {len(matrix.kills[fault])}", flush=True)


def _confirm(matrix: Matrix, before: Matrix) -> None:
    """Try the pairs once more that the tests will try and did not before.

    On a busy machine a case may fail for want of time alone.
    """
    with good_peer() as peer:
        for case in DECIDING:
            while (fault := matrix.specific_fault_of(case.id)) not in ("", before.specific_fault_of(case.id)):
                if case.id in case_kills([case], fault, peer):
                    break
                del matrix.kills[fault][case.id]


def _told(matrix: Matrix) -> int:
    uncaught = [name for name, found in matrix.kills.items() if not found and not FAULTS[name].permitted]
    accused = [name for name, found in matrix.kills.items() if found and FAULTS[name].permitted]
    toothless = [check for check in all_checks() if not matrix.faults_of(check)]
    for title, names in (
        ("faults that nothing catches", uncaught),
        ("permitted, and accused all the same", accused),
        ("checks that catch nothing", toothless),
    ):
        print(f"{title}: {', '.join(names) or 'none'}")
    return 1 if uncaught or accused or toothless else 0


if __name__ == "__main__":
    sys.exit(main())
