"""How a run is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.engine.baseline import Baseline
from harness.engine.plan import Selection
from harness.engine.policy import Permissions
from harness.results.addresses import AddressMask
from harness.results.history import History


@dataclass(slots=True)
class RunOptions:
    """Choices of the command line. `report_directory` takes the capture files; all of them with `trace`.

    Without a report directory nothing is written. `baseline` is what is known to fail, `history` what to compare with.
    With an `address_mask` captures and reports tell no host.
    """

    report_directory: Path | None
    selection: Selection = field(default_factory=Selection)
    permissions: Permissions = field(default_factory=Permissions)
    trace: bool = False
    show_values: bool = False
    baseline: Baseline = field(default_factory=Baseline)
    history: History | None = None
    address_mask: AddressMask | None = None
