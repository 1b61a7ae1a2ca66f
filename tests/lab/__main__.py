"""`make lab`: every fault, and the diagnosis that it yields."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.lab.catalogue import FAULTS
from tests.lab.fault import Fault, Way
from tests.lab.judge import Found, judge_again
from tests.support.engine import absence_of_engine


def main(words: list[str]) -> int:
    """Print the table fault, diagnosis, right or wrong. Exit status 1 when one is wrong.

    With words, only of the faults that have one of them in name, code or product. Without a Docker engine nothing is
    asked of those in containers.
    """
    right = asked = 0
    faults = [fault for fault in FAULTS if not words or any(word in _words(fault) for word in words)]
    for number, fault in enumerate(faults, 1):
        if fault.container and (absence := absence_of_engine()):
            print(f"{number:>3}  {fault.name:<62} not made: {absence}")
            continue
        with tempfile.TemporaryDirectory(prefix="lab-") as folder:
            found = judge_again(fault, Path(folder))
        for way, one in found.items():
            asked += 1
            right += one.is_right(fault)
            print(_row(number, fault, way, one), flush=True)
    share = f"{right / asked:.1%}" if asked else "none was asked"
    print(f"{len(faults)} faults, {right} of {asked} answers right: top-1 share {share}")
    return 0 if right == asked else 1


def _words(fault: Fault) -> str:
    return f"{fault.name} {fault.code} {fault.product}"


def _row(number: int, fault: Fault, way: Way, found: Found) -> str:
    verdict = "right" if found.is_right(fault) else f"WRONG, it is {fault.code} {found.complaint}"
    product = f" ({fault.product})" if fault.product else ""
    others = f" or {', '.join(found.others)}" if found.others else ""
    return f"{number:>3}  {fault.name + product:<62} {way:<9} {found.code}{others}: {verdict}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
