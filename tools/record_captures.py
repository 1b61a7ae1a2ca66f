"""Remake the captures of DCMTK's tools that the tests of the codec decode.

Run `python -m tools.record_captures` from the root of the repository; it needs DCMTK's tools.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.captures import record_all

CAPTURES = Path(__file__).parent.parent / "tests" / "ul" / "captures"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for capture in record_all(Path(folder)):
            for side, data in (("requestor", capture.requestor), ("acceptor", capture.acceptor)):
                path = CAPTURES / f"{capture.name}.{side}.bin"
                path.write_bytes(data)
                print(f"{path.name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
