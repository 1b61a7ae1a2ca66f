"""Remake `harness/standard/known_products.tsv` from what `tools/conform_products.py` left in `reports/interop`.

A person reads each new row against its clause before it is checked in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "reports" / "interop"
TABLE = ROOT / "harness" / "standard" / "known_products.tsv"
PRODUCTS = {
    "storescp": "DCMTK 3.6.7 storescp",
    "dcmrecv": "DCMTK 3.6.7 dcmrecv",
    "dcmqrscp": "DCMTK 3.6.7 dcmqrscp",
    "wlmscpfs": "DCMTK 3.6.7 wlmscpfs",
    "orthanc": "Orthanc 1.10.1",
    "pynetdicom": "pynetdicom 3.0.4 qrscp",
    "ctn": "CTN 3.2.0 simple_storage",
}
_HEAD = "# implementation version name, id of the conformance case or lint rule, products, what was seen of the first\n"
_UID = re.compile(r"\d+(?:\.\d+){4,}")
_LONGEST = 160


def main() -> None:
    """Write the table."""
    rows: dict[tuple[str, str], tuple[list[str], str]] = {}
    for folder, product in PRODUCTS.items():
        run = json.loads((REPORTS / folder / "results.json").read_text(encoding="utf-8"))
        implementation = run["peers"]["peer"]["implementation_version_name"]
        for subject, seen in _findings(run["checks"]):
            rows.setdefault((implementation, subject), ([], seen))[0].append(product)
    lines = ["\t".join((*key, ", ".join(products), seen)) for key, (products, seen) in sorted(rows.items())]
    TABLE.write_text(_HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def _findings(checks: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What was held against the product, and what was seen; what became of it afterwards is left out."""
    for check in checks:
        case, _, name = check["id"].removeprefix("conform/").rpartition("/")
        if check["verdict"] not in ("fail", "warning") or name == "canary":
            continue
        subject = f"lint/{name}" if case.startswith("lint/") else case
        yield subject, _UID.sub("(a UID)", " ".join(check["observed"].split()))[:_LONGEST]


if __name__ == "__main__":
    main()
