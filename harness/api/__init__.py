"""What Python programs and tests use, and the command line and the pytest plugin beside them.

`from harness import load, loads, run, Peer` is the way in; docs/python-api.md shows it.
"""

from __future__ import annotations

from harness.api.loading import addresses, load, loads
from harness.api.peer import Peer
from harness.api.result import Result
from harness.api.running import carry_out, carry_out_kept, run

__all__ = ["Peer", "Result", "addresses", "carry_out", "carry_out_kept", "load", "loads", "run"]
