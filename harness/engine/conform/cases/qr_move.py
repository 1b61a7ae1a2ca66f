"""C-MOVE of the Query/Retrieve service class, as far as it can be tested without being a destination (PS3.4 C.4.2)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import Tag
from harness.dimse.messages import c_move_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ENDED, failure, status
from harness.engine.conform.retrieving import finish, take
from harness.engine.conform.searching import contexts_of, identifier_of
from harness.engine.conform.storing import archive
from harness.standard.status import Service
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

_MOVE = STUDY_ROOT.move_uid
_NOBODY = "ZZ_NO_SUCH_AE"
_UNKNOWN_DESTINATION = 0xA801
_FAILURE = failure(Service.MOVE)


def _move(destination: str | None) -> Callable[[Bench], Seen]:
    """A C-MOVE of a study of ours to a destination, or without one."""

    def script(bench: Bench) -> Seen:
        identifier = identifier_of("STUDY", {"StudyInstanceUID": archive(bench)[0].study_instance_uid})
        with bench.established(contexts_of(_MOVE)) as talk:
            request = c_move_rq(talk.next_message_id(), _MOVE, destination or "")
            if destination is None:
                del request.elements[Tag.MOVE_DESTINATION]
            return finish(talk, talk.context_of(_MOVE).context_id, request, identifier, take).seen

    return script


def _case(name: str, title: str, requirement: str, destination: str | None, *allowed: Outcome) -> Case:
    strict = destination is None or requirement.endswith("status")
    return Case(
        f"qr/move/{name}",
        title,
        (requirement,),
        allowed,
        _move(destination),
        Profile.STRICT if strict else Profile.ACCEPTANCE,
        Conduct.BREAKS if destination is None else Conduct.WRITES,
        (supports(CT_IMAGE_STORAGE), supports(_MOVE, IMPLICIT_VR_LE)),
    )


CASES = (
    _case(
        "unknown-destination",
        "A C-MOVE to a destination that nobody knows fails",
        "qr/move-unknown-destination",
        _NOBODY,
        status(_UNKNOWN_DESTINATION),
        _FAILURE,
        *ENDED,
    ),
    _case(
        "unknown-destination-status",
        "The status for a destination that nobody knows is A801H",
        "qr/move-unknown-destination-status",
        _NOBODY,
        status(_UNKNOWN_DESTINATION),
    ),
    _case("no-destination", "A C-MOVE without a destination", "qr/move-destination-missing", None, _FAILURE, *ENDED),
)
