"""The JSON Schemas of what programs read: `results.json`, and what commands print with `--json`."""

from __future__ import annotations

from pathlib import Path

SCHEMAS = {
    name: Path(__file__).with_name(f"{name}.schema.json")
    for name in ("results", "compare", "probe", "diagnose", "capture", "store")
}
"""By name: the file of a run, and what `compare`, `probe`, `diagnose`, `diagnose --pcap` and `store` print."""
