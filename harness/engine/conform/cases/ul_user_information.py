"""The sub-items of the User Information item: what is answered, and what must not be (PS3.8 Annex D; PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.engine.conform.bench import Bench, with_user
from harness.engine.conform.cases.build import WORKS, demand, held, violated
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Profile, Reacted, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, REJECTED, met
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION, is_valid_uid
from harness.ul import items as i
from harness.ul import pdu as p

_CT = ((VERIFICATION, (IMPLICIT_VR_LE,)), (CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,)))
_FIND = ((VERIFICATION, (IMPLICIT_VR_LE,)), (STUDY_ROOT.find_uid, (IMPLICIT_VR_LE,)))
_USERNAME, _USERNAME_AND_PASSCODE = 1, 2
_STRANGER = b"ZZ-CONFORM"


def _acceptance(bench: Bench, request: p.AssociateRQ) -> p.AssociateAC:
    """The A-ASSOCIATE-AC. Raises `Reacted` when something else came."""
    with bench.talk() as talk:
        seen = talk.request(request)
        if talk.acceptance is None:
            raise Reacted(seen)
        talk.release()
        return talk.acceptance


def _plain(bench: Bench) -> p.AssociateAC:
    return _acceptance(bench, bench.request())


def _none_unasked(name: str, title: str, requirement: str, kind: type[i.UserItem]) -> Case:
    """An answer that nobody asked for must not come."""

    def script(bench: Bench) -> Seen:
        found = any(type(item) is kind for item in _plain(bench).user_items)
        return held(not found, "there is one" if found else "there is none")

    return demand(f"ul/user-information/{name}", title, requirement, "no such sub-item", script)


def _maximum_length(bench: Bench) -> Seen:
    length = _plain(bench).maximum_length
    return held(length is not None, f"maximum length {length}")


def _implementation_class(bench: Bench) -> Seen:
    uid = _plain(bench).implementation_class_uid
    if uid is None:
        return violated("no Implementation Class UID")
    return held(is_valid_uid(uid), f"an Implementation Class UID of {len(uid)} characters")


def _window(offered: tuple[int, int]) -> Callable[[Bench], Seen]:
    """Both numbers of the answer must be at most those offered, where 0 stands for no limit."""

    def script(bench: Bench) -> Seen:
        request = with_user(bench.request(), (i.AsynchronousOperationsWindow(*offered),))
        window = _acceptance(bench, request).asynchronous_operations
        if window is None:
            return held(True, "no window in the answer, which means 1 and 1")
        answered = (window.maximum_invoked, window.maximum_performed)
        within = all(limit == 0 or 0 < got <= limit for got, limit in zip(answered, offered, strict=True))
        return held(within, f"a window of {answered[0]} and {answered[1]}")

    return script


def _roles(scu: int, scp: int) -> Callable[[Bench], Seen]:
    """No role may be answered 1 that was proposed with 0."""

    def script(bench: Bench) -> Seen:
        request = with_user(bench.request(_CT), (i.RoleSelection(CT_IMAGE_STORAGE, scu, scp),))
        answers = _acceptance(bench, request).role_selections
        raised = any(answer.scu_role > scu or answer.scp_role > scp for answer in answers)
        words = ", ".join(f"SCU {answer.scu_role} and SCP {answer.scp_role}" for answer in answers)
        return held(not raised, f"the roles {words}" if answers else "no role selection, which means the default roles")

    return script


def _role_of_no_context(bench: Bench) -> Seen:
    return bench.works(with_user(bench.request(), (i.RoleSelection(CT_IMAGE_STORAGE, 0, 1),)))


def _extended(offered: bytes) -> Callable[[Bench], Seen]:
    """No byte of the answer may be greater than the one offered, nor may there be more."""

    def script(bench: Bench) -> Seen:
        request = with_user(bench.request(_FIND), (i.ExtendedNegotiation(STUDY_ROOT.find_uid, offered),))
        answers = _acceptance(bench, request).extended_negotiations
        if not answers:
            return held(True, "no extended negotiation, which means that nothing of it is supported")
        answer = answers[0].application_information
        within = len(answer) <= len(offered) and all(a <= b for a, b in zip(answer, offered, strict=False))
        return held(within, f"the bytes {answer.hex(' ')}")

    return script


def _common_extended(bench: Bench) -> Seen:
    item = i.CommonExtendedNegotiation(CT_IMAGE_STORAGE, "1.2.840.10008.4.2")
    answer = _acceptance(bench, with_user(bench.request(_CT), (item,)))
    found = any(
        isinstance(item, i.CommonExtendedNegotiation)
        or (isinstance(item, i.RawItem) and item.item_type == i.COMMON_EXTENDED_NEGOTIATION)
        for item in answer.user_items
    )
    return held(not found, "there is one in the answer" if found else "there is none in the answer")


def _with_length(maximum: int) -> Callable[[p.AssociateRQ], p.AssociateRQ]:
    def change(request: p.AssociateRQ) -> p.AssociateRQ:
        *others, user = request.items
        assert isinstance(user, i.UserInformation)
        items = (i.MaximumLength(maximum), *user.items[1:])
        return replace(request, items=(*others, i.UserInformation(items)))

    return change


def _kept(maximum: int) -> Callable[[Bench], Seen]:
    """A C-ECHO whose response does not fit one P-DATA-TF of this length."""

    def script(bench: Bench) -> Seen:
        with bench.talk() as talk:
            seen = talk.request(_with_length(maximum)(bench.request()))
            if seen.kind is not Kind.ACCEPTED:
                return seen
            seen = talk.echo()
            if talk.longest > maximum:
                return violated(f"a P-DATA-TF with a PDU-length of {talk.longest}")
            talk.release()
            return seen

    return script


def _identified(bench: Bench, item: i.UserIdentityRQ, *, answer: bool) -> Seen:
    """What comes of a user identity that nobody has."""
    if bench.target.identity is not None:
        raise Inconclusive("the peer is talked to with a user identity already")
    with bench.talk() as talk:
        seen = talk.request(with_user(bench.request(), (item,)))
        if talk.acceptance is None:
            return seen
        talk.release()
        response = talk.acceptance.user_identity
    if response is None:
        words = "accepted without a response: the user is not asked for" if answer else "accepted without a response"
        return held(True, words)
    length = len(response.server_response)
    return held(answer and not length, f"accepted with a response of {length} bytes")


def _kept_case(maximum: int, conduct: Conduct = Conduct.PROBES) -> Case:
    return Case(
        f"ul/user-information/maximum-length-{maximum}",
        f"P-DATA-TF PDUs keep to a maximum length of {maximum}",
        ("ul/maximum-length-kept-by-acceptor",),
        (met("a C-ECHO is answered in P-DATA-TF PDUs that are no longer"), REJECTED, ABORTED),
        _kept(maximum),
        conduct=conduct,
    )


def _identity_case(name: str, title: str, item: i.UserIdentityRQ, *, answer: bool) -> Case:
    return Case(
        f"ul/user-information/{name}",
        title,
        ("ul/identity-not-unasked", "ul/identity-response-empty"),
        (met("accepted, with an empty response if one was asked for"), REJECTED, ABORTED, CLOSED),
        lambda bench: _identified(bench, item, answer=answer),
        conduct=Conduct.PROBES,
    )


_NOT_RAISED = "no value above the one that was offered"
_STORES, _FINDS = (supports(CT_IMAGE_STORAGE),), (supports(STUDY_ROOT.find_uid),)

CASES = (
    demand(
        "ul/user-information/maximum-length",
        "The acceptor announces its maximum length",
        "ul/maximum-length-in-ac",
        "a Maximum Length sub-item",
        _maximum_length,
    ),
    demand(
        "ul/user-information/implementation-class",
        "The acceptor names its implementation class",
        "ul/implementation-class-in-ac",
        "a valid Implementation Class UID",
        _implementation_class,
    ),
    demand(
        "ul/user-information/maximum-length-zero",
        "A maximum length of 0 stands for no limit",
        "ul/maximum-length-zero",
        WORKS,
        lambda bench: bench.works(_with_length(0)(bench.request())),
    ),
    _kept_case(128, Conduct.READS),
    _kept_case(64),
    _kept_case(32),
    _none_unasked(
        "no-window-unasked",
        "No Asynchronous Operations Window is answered to a request without one",
        "ul/async-not-unasked",
        i.AsynchronousOperationsWindow,
    ),
    _none_unasked(
        "no-role-unasked",
        "No SCP/SCU Role Selection is answered to a request without one",
        "ul/role-not-unasked",
        i.RoleSelection,
    ),
    _none_unasked(
        "no-extended-unasked",
        "No SOP Class Extended Negotiation is answered to a request without one",
        "ul/extended-not-unasked",
        i.ExtendedNegotiation,
    ),
    demand("ul/user-information/window", "A window of 5 and 5", "ul/async-invoked", _NOT_RAISED, _window((5, 5))),
    demand(
        "ul/user-information/window-of-two", "A window of 2 and 3", "ul/async-performed", _NOT_RAISED, _window((2, 3))
    ),
    demand(
        "ul/user-information/window-without-limit",
        "A window without limits is answered by none, or by any",
        "ul/async-invoked",
        _NOT_RAISED,
        _window((0, 0)),
    ),
    demand(
        "ul/user-information/role-scp",
        "The SCP role alone is offered",
        "ul/role-not-raised",
        _NOT_RAISED,
        _roles(0, 1),
        needs=_STORES,
    ),
    demand(
        "ul/user-information/role-both",
        "Both roles are offered",
        "ul/role-not-raised",
        _NOT_RAISED,
        _roles(1, 1),
        needs=_STORES,
    ),
    demand(
        "ul/user-information/role-none",
        "Neither role is offered",
        "ul/role-not-raised",
        _NOT_RAISED,
        _roles(0, 0),
        needs=_STORES,
    ),
    demand(
        "ul/user-information/role-of-no-context",
        "A role selection for a SOP class without a context is ignored",
        "ul/role-class-not-proposed",
        WORKS,
        _role_of_no_context,
        Profile.STRICT,
    ),
    demand(
        "ul/user-information/extended-query",
        "Every option of a query is offered",
        "qr/extended-not-raised",
        _NOT_RAISED,
        _extended(b"\1\1\1\1\1"),
        needs=_FINDS,
    ),
    demand(
        "ul/user-information/extended-query-of-none",
        "No option of a query is offered",
        "qr/extended-not-raised",
        _NOT_RAISED,
        _extended(b"\0\0\0"),
        needs=_FINDS,
    ),
    demand(
        "ul/user-information/extended-query-of-one",
        "A single byte is offered, and more than one is not answered",
        "qr/extended-single-byte",
        _NOT_RAISED,
        _extended(b"\1"),
        needs=_FINDS,
    ),
    demand(
        "ul/user-information/common-extended",
        "SOP Class Common Extended Negotiation has no answer",
        "ul/common-extended-not-answered",
        "no such sub-item",
        _common_extended,
        needs=_STORES,
    ),
    _identity_case(
        "identity-without-response",
        "A user identity that asks for no response gets none",
        i.UserIdentityRQ(_USERNAME, 0, _STRANGER),
        answer=False,
    ),
    _identity_case(
        "identity-with-response",
        "The response to a name and passcode is empty",
        i.UserIdentityRQ(_USERNAME_AND_PASSCODE, 1, _STRANGER, b"no such user"),
        answer=True,
    ),
)
