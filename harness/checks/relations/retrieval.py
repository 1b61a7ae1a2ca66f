"""What is found, and what is moved (PS3.4 C.4.2.3.1)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.relations.asking import Asking, Finding, Undecidable
from harness.checks.relations.comparing import Comparison, counted, steadily
from harness.checks.relations.levels import instances_of, series_of, series_uids
from harness.checks.relations.sampling import sample
from harness.observe.outcomes import RetrieveObservation
from harness.observe.relations import Limits, Retrieval

_SUCCESS = (0x0000, 0xB000)
"""Final statuses after which sub-operations tell something: all or some of them succeeded."""
_STUDIES = 2


def retrieval(limits: Limits) -> Asking[Finding]:
    """A C-MOVE of a small study to ourselves has a sub-operation for each instance that queries find."""
    chosen = yield from sample(limits)
    studies = chosen.inside(_STUDIES, limits.instances)[:_STUDIES]
    return (yield from steadily(lambda: _compare(studies, limits), advice=True))


def _compare(studies: Sequence[str], limits: Limits) -> Asking[Comparison]:
    compared = Comparison()
    total = 0
    for study in studies:
        instances = yield from _instances(study)
        if len(instances) > limits.instances:
            raise Undecidable(f"a study has more than {limits.instances} instances, the most that are moved")
        total += len(instances)
        moved = yield Retrieval(study)
        assert isinstance(moved, RetrieveObservation)
        _note(compared, study, instances, moved)
    compared.text = f"{counted(total, 'instance', 'instances')} of {counted(len(studies))} found, and as many moved"
    return compared


def _instances(study: str) -> Asking[frozenset[str]]:
    instances: frozenset[str] = frozenset()
    for series in series_uids((yield from series_of(study))):
        instances |= (yield from instances_of(study, series)).entities
    return instances


def _note(compared: Comparison, study: str, instances: frozenset[str], moved: RetrieveObservation) -> None:
    if moved.unsent:
        raise Undecidable(moved.unsent)
    if moved.status not in _SUCCESS:
        raise Undecidable(
            f"a C-MOVE to us was answered with status {moved.status or 0:04X}H: the archive has to know our AE title, "
            "host and `listen` port"
        )
    counters = moved.counters
    if counters.completed is not None:
        operations = counters.completed + (counters.failed or 0) + (counters.warning or 0)
        if operations != len(instances):
            compared.note(
                f"studies with {operations} sub-operations where {len(instances)} instances are found", [study]
            )
    if not counters.failed:
        came = {instance.sop_instance_uid for instance in moved.received}
        compared.note("instances that are found, and did not come", instances - came)
        compared.note("instances that came, and are not found", came - instances)
