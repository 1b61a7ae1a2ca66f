"""C-FIND as cases need it: identifiers of any kind, and all that comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.dimse.exchange import is_pending
from harness.dimse.messages import c_find_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.model import Kind, Reacted, Seen
from harness.engine.conform.talk import Talk, words_of
from harness.observe.data_set import decode_data_set
from harness.services.identifier import build_identifier, encode_identifier
from harness.standard.attributes import Attributes
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MOST_MATCHES = 10_000


@dataclass(slots=True)
class Answers:
    """Everything that answered one C-FIND."""

    matches: list[Dataset] = field(default_factory=list)
    pending_without_identifier: int = 0
    final_with_identifier: bool = False
    status: int | None = None
    text: str = ""

    @property
    def seen(self) -> Seen:
        """The final response."""
        return Seen(Kind.ANSWERED, f"{len(self.matches)} matches and a final {self.text}", status=self.status)

    def values(self, keyword: str) -> list[str]:
        """A value of each match, as text; empty where it has none."""
        return [str(match.get(keyword, "") or "") for match in self.matches]


def contexts_of(sop_class_uid: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """One for Verification and one for a service, in Implicit VR Little Endian."""
    return (VERIFICATION, (IMPLICIT_VR_LE,)), (sop_class_uid, (IMPLICIT_VR_LE,))


def identifier_of(level: str, keys: Attributes, returned: Attributes | tuple[str, ...] = ()) -> bytes:
    """An identifier on the wire."""
    return encode_identifier(build_identifier(level, keys, returned), IMPLICIT_VR_LE)


def answers_to(talk: Talk, sop_class_uid: str, identifier: bytes) -> Answers:
    """Query, and take all responses up to the final one. Raises `Reacted` when anything else comes."""
    context_id = talk.context_of(sop_class_uid).context_id
    talk.command(context_id, c_find_rq(talk.next_message_id(), sop_class_uid), identifier)
    return gathered(talk)


def gathered(talk: Talk) -> Answers:
    """All responses up to the final one."""
    answers = Answers()
    while len(answers.matches) < MOST_MATCHES:
        message = talk.message()
        if not is_pending(message.command.status):
            answers.status, answers.text = message.command.status, words_of(message.command)
            answers.final_with_identifier = bool(message.data)
            return answers
        if message.data:
            answers.matches.append(decode_data_set(message.data, IMPLICIT_VR_LE))
        else:
            answers.pending_without_identifier += 1
    raise Reacted(Seen(Kind.OTHER, f"more than {MOST_MATCHES} matches"))


def search(
    bench: Bench, sop_class_uid: str, level: str, keys: Attributes, returned: Attributes | tuple[str, ...] = ()
) -> Answers:
    """Query on an association of its own. Raises `Reacted` when the final response is no success."""
    with bench.established(contexts_of(sop_class_uid)) as talk:
        answers = answers_to(talk, sop_class_uid, identifier_of(level, keys, returned))
        if answers.status != 0:
            raise Reacted(answers.seen)
        talk.release()
    return answers
