"""The entry point. `--version` is answered before anything heavy is imported: command start is felt by everyone."""

from __future__ import annotations

import gc
import sys

from harness import __version__


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        print(f"dicom-harness {__version__}")
        return
    # Next to nothing of what is loaded ever becomes garbage, and to look for it would be a tenth of the start.
    gc.set_threshold(50_000)
    from harness.cli.main import cli

    try:
        cli(prog_name="dicom-harness")
    finally:
        # What is left at the end goes with the process, and need not be looked through.
        gc.freeze()
