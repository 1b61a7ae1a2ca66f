"""The entry point. What is asked most is answered before the rest is imported: command start is felt by everyone."""

from __future__ import annotations

import gc
import sys

from harness import __version__


def main() -> None:
    """Run the command line."""
    words = sys.argv[1:]
    if words == ["--version"]:
        print(f"dicom-harness {__version__}")
        return
    # Next to nothing of what is loaded ever becomes garbage, and to look for it would be a tenth of the start.
    gc.set_threshold(50_000)
    try:
        _run(words)
    finally:
        # What is left at the end goes with the process, and need not be looked through.
        gc.freeze()


def _run(words: list[str]) -> None:
    if words[:1] == ["echo"]:
        from harness.cli.adhoc.plain import echo_alone

        status = echo_alone(words[1:])
        if status is not None:
            sys.exit(status)
    from harness.cli.main import cli

    cli(prog_name="dicom-harness")
