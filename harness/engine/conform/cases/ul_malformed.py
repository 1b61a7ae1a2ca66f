"""A-ASSOCIATE-RQs that break rules: they may be refused in any way, or taken, but not left without an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.engine.conform.bench import Bench, with_user
from harness.engine.conform.cases.build import tolerated, violated
from harness.engine.conform.model import Case, Conduct, Kind, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, REJECTED, SILENT, met
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_items

_ABSTRACT = i.RawItem(i.ABSTRACT_SYNTAX, VERIFICATION.encode("ascii"))
_SYNTAX = i.RawItem(i.TRANSFER_SYNTAX, IMPLICIT_VR_LE.encode("ascii"))
_QUIET = 2.0
"""Seconds without an answer after which a peer counts as silent where it may be."""

Change = Callable[[p.AssociateRQ], p.AssociateRQ]


def context(context_id: int, *sub_items: i.RawItem) -> i.RawItem:
    """A Presentation Context item of whatever is put into it."""
    return i.RawItem(i.PRESENTATION_CONTEXT_RQ, bytes((context_id, 0, 0, 0)) + encode_items(sub_items))


def _request(name: str, title: str, change: Change, *about: str) -> Case:
    return tolerated(f"ul/malformed/{name}", title, lambda bench: change(bench.request()), about=about)


def _contexts(name: str, title: str, *contexts: i.RawItem, about: Sequence[str] = ()) -> Case:
    """With other presentation contexts than a good one."""

    def change(request: p.AssociateRQ) -> p.AssociateRQ:
        application, *_, user = request.items
        return replace(request, items=(application, *contexts, user))

    return _request(name, title, change, *about)


def _user(
    name: str, title: str, change: Callable[[tuple[i.UserItem, ...]], tuple[i.UserItem, ...]], *about: str
) -> Case:
    """With other user information."""

    def changed(request: p.AssociateRQ) -> p.AssociateRQ:
        *others, user = request.items
        assert isinstance(user, i.UserInformation)
        return replace(request, items=(*others, i.UserInformation(change(user.items))))

    return _request(name, title, changed, *about)


def _more(name: str, title: str, *sub_items: i.UserItem) -> Case:
    return _request(name, title, lambda request: with_user(request, sub_items), "ul/user-sub-item-malformed")


def _without(kind: type[i.UserItem]) -> Callable[[tuple[i.UserItem, ...]], tuple[i.UserItem, ...]]:
    return lambda items: tuple(item for item in items if not isinstance(item, kind))


def _other(kind: type[i.UserItem], *instead: i.UserItem) -> Callable[[tuple[i.UserItem, ...]], tuple[i.UserItem, ...]]:
    return lambda items: (*_without(kind)(items), *instead)


def _too_small(maximum: int) -> Case:
    """No P-DATA-TF can be so short, but some are sent by peers that do not look."""

    def script(bench: Bench) -> Seen:
        request = bench.request()
        *others, user = request.items
        assert isinstance(user, i.UserInformation)
        items = (i.MaximumLength(maximum), *_without(i.MaximumLength)(user.items))
        with bench.talk() as talk:
            seen = talk.request(replace(request, items=(*others, i.UserInformation(items))))
            if seen.kind is not Kind.ACCEPTED:
                return seen
            talk.timeout = min(talk.timeout, _QUIET)
            seen = talk.echo()
            if talk.longest > maximum:
                return violated(f"a P-DATA-TF with a PDU-length of {talk.longest}")
            return seen

    return Case(
        f"ul/malformed/maximum-length-{maximum}",
        f"A maximum length of {maximum}, into which no fragment fits, is not exceeded",
        ("ul/maximum-length-kept-by-acceptor", "ul/maximum-length-too-small"),
        (REJECTED, ABORTED, CLOSED, SILENT, met("it is answered in PDUs that are no longer")),
        script,
        Profile.STRICT,
        Conduct.BREAKS,
    )


CASES = (
    _request(
        "called-blank",
        "A called AE title of spaces",
        lambda rq: replace(rq, called=b" " * 16),
        "ul/ae-title-blank-received",
    ),
    _request(
        "calling-blank",
        "A calling AE title of spaces",
        lambda rq: replace(rq, calling=b" " * 16),
        "ul/ae-title-blank-received",
    ),
    _request(
        "called-control",
        "Control characters in the called AE title",
        lambda rq: replace(rq, called=b"\1\2" + b" " * 14),
        "ul/ae-title-characters-received",
    ),
    _request(
        "called-nul-padded",
        "A called AE title that is padded with zeros",
        lambda rq: replace(rq, called=rq.called.rstrip(b" ").ljust(16, b"\0")),
        "ul/ae-title-characters-received",
    ),
    _request(
        "application-context-missing",
        "No Application Context item",
        lambda rq: replace(rq, items=rq.items[1:]),
    ),
    _request(
        "application-context-twice",
        "Two Application Context items",
        lambda rq: replace(rq, items=(rq.items[0], *rq.items)),
    ),
    _request(
        "application-context-padded",
        "An application context name that is padded with a zero",
        lambda rq: replace(
            rq,
            items=(
                i.RawItem(i.APPLICATION_CONTEXT, p.DICOM_APPLICATION_CONTEXT.encode("ascii") + b"\0"),
                *rq.items[1:],
            ),
        ),
        "ul/uid-padding-tolerated",
    ),
    _contexts("no-contexts", "No presentation context"),
    _contexts("id-even", "A presentation context with the id 2", context(2, _ABSTRACT, _SYNTAX)),
    _contexts("id-zero", "A presentation context with the id 0", context(0, _ABSTRACT, _SYNTAX)),
    _contexts(
        "id-twice",
        "Two presentation contexts with the same id",
        context(1, _ABSTRACT, _SYNTAX),
        context(1, i.RawItem(i.ABSTRACT_SYNTAX, b"1.2.3.4"), _SYNTAX),
    ),
    _contexts(
        "one-too-many",
        "129 presentation contexts, of which two have the same id",
        *(context(2 * number + 1, _ABSTRACT, _SYNTAX) for number in range(128)),
        context(1, _ABSTRACT, _SYNTAX),
    ),
    _contexts(
        "no-abstract-syntax",
        "A presentation context without abstract syntax beside a good one",
        context(1, _ABSTRACT, _SYNTAX),
        context(3, _SYNTAX),
    ),
    _contexts(
        "two-abstract-syntaxes",
        "A presentation context with two abstract syntaxes",
        context(1, _ABSTRACT, _ABSTRACT, _SYNTAX),
    ),
    _contexts(
        "no-transfer-syntax",
        "A presentation context without transfer syntax beside a good one",
        context(1, _ABSTRACT, _SYNTAX),
        context(3, _ABSTRACT),
    ),
    _contexts(
        "class-padded-with-zero",
        "An abstract syntax that is padded with a zero",
        context(1, i.RawItem(i.ABSTRACT_SYNTAX, VERIFICATION.encode("ascii") + b"\0"), _SYNTAX),
        about=("ul/uid-padding-tolerated",),
    ),
    _contexts(
        "class-padded-with-space",
        "An abstract syntax that is padded with a space",
        context(1, i.RawItem(i.ABSTRACT_SYNTAX, VERIFICATION.encode("ascii") + b" "), _SYNTAX),
        about=("ul/uid-padding-tolerated",),
    ),
    _contexts(
        "class-too-long",
        "An abstract syntax of 70 characters beside a good one",
        context(1, _ABSTRACT, _SYNTAX),
        context(3, i.RawItem(i.ABSTRACT_SYNTAX, b"1." + b"2" * 68), _SYNTAX),
    ),
    _request("user-information-missing", "No User Information item", lambda rq: replace(rq, items=rq.items[:-1])),
    _request(
        "user-information-twice",
        "Two User Information items",
        lambda rq: replace(rq, items=(*rq.items, rq.items[-1])),
    ),
    _request("items-reversed", "Items in decreasing order", lambda rq: replace(rq, items=rq.items[::-1])),
    _user(
        "maximum-length-missing",
        "No maximum length",
        _without(i.MaximumLength),
        "ul/maximum-length-absent",
    ),
    _too_small(7),
    _too_small(1),
    _user(
        "implementation-class-missing",
        "No Implementation Class UID",
        _without(i.ImplementationClassUID),
        "ul/implementation-class-absent",
    ),
    _user(
        "implementation-class-garbage",
        "An Implementation Class UID that is no UID",
        _other(i.ImplementationClassUID, i.ImplementationClassUID("not.a.uid")),
    ),
    _user(
        "version-name-long",
        "An Implementation Version Name of 40 characters",
        _other(i.ImplementationVersionName, i.ImplementationVersionName("V" * 40)),
    ),
    _user(
        "version-name-empty",
        "An empty Implementation Version Name",
        _other(i.ImplementationVersionName, i.ImplementationVersionName("")),
    ),
    _more(
        "role-twice",
        "Two role selections for the same SOP class",
        i.RoleSelection(VERIFICATION, 1, 0),
        i.RoleSelection(VERIFICATION, 0, 1),
    ),
    _more("identity-of-no-type", "A user identity of type 9", i.UserIdentityRQ(9, 0, b"ZZ-CONFORM")),
    _more(
        "identity-twice",
        "Two user identities",
        i.UserIdentityRQ(1, 0, b"ZZ-CONFORM"),
        i.UserIdentityRQ(1, 0, b"ZZ-OTHER"),
    ),
    _more(
        "identity-overrun",
        "A user identity whose field goes beyond its item",
        i.RawItem(i.USER_IDENTITY_RQ, b"\1\0\xff\xffZZ"),
    ),
    _more("sub-item-overrun", "A sub-item that goes beyond its item", i.RawItem(0x55, b"NAME", 400)),
    _request(
        "item-overrun",
        "An item that goes beyond the PDU",
        lambda rq: replace(rq, items=(*rq.items, i.RawItem(0x77, b"item", 4000))),
    ),
)
