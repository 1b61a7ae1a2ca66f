"""Sends an object in each accepted pair of SOP class and transfer syntax for which one can be made."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.engine.probe.asking import Asking
from harness.engine.probe.offering import Offer, packed_offers
from harness.engine.probe.request import ProbeRequest
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.observe.ending import Ending
from harness.observe.exercise import Exercise, Exercised, Left, SentStudy
from harness.observe.outcomes import StoredInstance
from harness.observe.probe import Cell, Matrix
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.store import store
from harness.standard.families import Family, family_of
from harness.standard.images import SYNTAXES, why_not
from harness.standard.status import is_stored
from harness.standard.uids import new_uid
from harness.testdata.generator import generate
from harness.testdata.modalities import TEMPLATES
from harness.testdata.spec import PATIENT_ID_MARK, GenerateSpec

MOST_ENDED = 8
"""Associations that may end while an object is sent, before no more objects are."""

_TIME_IS_UP = "the time of the probe was up"
_KINDS = {template.sop_class_uid: kind for kind, template in TEMPLATES.items()}


def new_study() -> SentStudy:
    """A study that nobody has, of a patient who is marked as synthetic."""
    return SentStudy(new_uid(), f"{PATIENT_ID_MARK}{secrets.token_hex(4).upper()}")


def exercise(
    matrix: Matrix, study: SentStudy, request: ProbeRequest, asking: Asking, most: int = MAXIMUM_CONTEXTS
) -> Exercise:
    """Send what can be made, in one study; it stays at the peer. No association has more than `most` contexts."""
    accepted = [(sop_class, syntax) for sop_class in matrix.sop_classes for syntax in matrix.accepted(sop_class)]
    results = {cell: Exercised(why=_impossible(cell) or _TIME_IS_UP) for cell in accepted}
    possible = [cell for cell in accepted if not _impossible(cell)]
    with TemporaryDirectory() as folder:
        sending = _Sending(study, request, asking, Path(folder))
        # What is not reached in time says so already.
        with suppress(TimeoutError):
            for group in packed_offers([(sop_class, (syntax,)) for sop_class, syntax in possible], most):
                sending.send(group, [cell for cell in possible if _is_due(cell, group, sending.results)])
    return Exercise(results | sending.results, "", study, tuple(sending.left))


def _is_due(cell: Cell, group: Sequence[Offer], results: Mapping[Cell, Exercised]) -> bool:
    """Whether an association is to carry it: the default transfer syntax of a SOP class may be in more than one."""
    return (cell[0], (cell[1],)) in group and cell not in results


def _impossible(cell: Cell) -> str:
    """Why there is no object for a pair; empty where one can be made."""
    sop_class, syntax = cell
    if family_of(sop_class) is not Family.STORAGE:
        return "not a storage SOP class"
    kind = _KINDS.get(sop_class)
    if kind is None:
        return "no object of this SOP class can be generated"
    if syntax not in SYNTAXES:
        return "no object in this transfer syntax can be generated"
    reason = why_not(TEMPLATES[kind].image, syntax)
    return f"the object that is generated cannot be in this transfer syntax: {reason}" if reason else ""


class _Sending:
    """Makes the objects of an association, sends them, and tries those that it had no time for on another one."""

    def __init__(self, study: SentStudy, request: ProbeRequest, asking: Asking, folder: Path) -> None:
        self.results: dict[Cell, Exercised] = {}
        self.left: list[Left] = []
        self._attributes = {
            "PatientID": study.patient_id,
            "StudyInstanceUID": study.study_instance_uid,
            "StudyID": "PROBE",
            "AccessionNumber": "",
        }
        self._request = request
        self._asking = asking
        self._folder = folder
        self._ended = 0

    def send(self, group: Sequence[Offer], cells: Sequence[Cell]) -> None:
        """Send an object for each pair; `group` are the contexts of the association, which has one for each.

        Raises TimeoutError when the time of the whole probe is up.
        """
        files = {cell: file for cell in cells if (file := self._made(cell)) is not None}
        while files and self._ended < MOST_ENDED:
            files = self._sent(group, files)
        for cell in files:
            self.results[cell] = Exercised(why=f"not sent: {MOST_ENDED} associations ended while objects were sent")

    def _made(self, cell: Cell) -> FileMeta | None:
        sop_class, syntax = cell
        spec = GenerateSpec(_KINDS[sop_class], transfer_syntax_uid=syntax, attributes=self._attributes)
        try:
            (made,) = generate(spec, self._folder)
        except ValueError as error:
            self.results[cell] = Exercised(why=f"not made: {error}")
            return None
        return read_file_meta(made.path)

    def _sent(self, group: Sequence[Offer], files: Mapping[Cell, FileMeta]) -> dict[Cell, FileMeta]:
        """Send over one association; what is still to be sent when it ends is returned.

        Raises TimeoutError when the time of the whole probe is up; what was answered until then is known.
        """
        request = self._request
        proposal = Proposal(
            request.calling_ae_title, request.address.ae_title, tuple(group), user_identity=request.user_identity
        )
        with self._asking.open(proposal) as association:
            if not association.established:
                self._ended += 1
                self.results |= dict.fromkeys(files, Exercised(why=f"not sent: {association.ending}"))
                return {}
            for cell, file in files.items():
                self._asking.at_most(0.0)
                observation = store(association, [file])
                self._note(cell, observation.instances[0], observation.ending)
                if observation.ending is not None:
                    self._ended += 1
                    break
        return {cell: file for cell, file in files.items() if cell not in self.results}

    def _note(self, cell: Cell, instance: StoredInstance, ending: Ending | None) -> None:
        if instance.context_id is None:
            self.results[cell] = Exercised(why=f"not sent: {instance.unsent}")
            return
        why = f"no answer: {ending}" if instance.status is None else ""
        self.results[cell] = Exercised(instance.status, why, sent=True)
        if instance.status is None or is_stored(instance.status):
            self.left.append(Left(instance.sop_class_uid, instance.sop_instance_uid, instance.status))
