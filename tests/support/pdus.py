"""Hypothesis strategies for PDUs and their items, all as the standard wants them."""

from __future__ import annotations

import string
from operator import attrgetter

from hypothesis import strategies as st

from harness.standard.negotiation import ABORT_REASONS, REASONS
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items

short = st.integers(0, 0xFFFF)
bit = st.integers(0, 1)
uids = st.one_of(
    st.lists(st.integers(0, 99999), min_size=2, max_size=8).map(lambda parts: ".".join(map(str, parts))),
    st.just("1." + "2" * 62),
)
names = st.text(string.ascii_letters + string.digits + "_- .", min_size=1, max_size=16)
titles = st.text(string.printable[:95].replace("\\", ""), min_size=1, max_size=16).filter(str.strip)
fields = titles.map(p.title_field)
"""AE titles as 16-byte fields, some with leading spaces."""
context_ids = st.integers(0, 127).map(lambda number: 2 * number + 1)
secrets = st.binary(max_size=40)
users = st.binary(min_size=1, max_size=40)
"""Primary fields of user identities; pynetdicom misreads empty ones."""

proposed_contexts = st.builds(
    i.ProposedContext,
    context_ids,
    uids,
    st.lists(uids, min_size=1, max_size=4).map(tuple),
    st.binary(min_size=3, max_size=3),
)
accepted_contexts = st.builds(i.ContextResult, context_ids, st.just(0), uids)
refused_contexts = st.builds(i.ContextResult, context_ids, st.integers(1, 4), st.one_of(uids, st.just("")))

maximum_lengths = st.builds(i.MaximumLength, st.integers(0, 0xFFFFFFFF))
class_uids = st.builds(i.ImplementationClassUID, uids)
version_names = st.builds(i.ImplementationVersionName, names)
windows = st.builds(i.AsynchronousOperationsWindow, short, short)
roles = st.builds(i.RoleSelection, uids, bit, bit)
extended = st.builds(i.ExtendedNegotiation, uids, st.binary(max_size=20))
common_extended = st.builds(i.CommonExtendedNegotiation, uids, uids, st.lists(uids, max_size=3).map(tuple))
identities = st.one_of(
    st.builds(i.UserIdentityRQ, st.sampled_from([1, 3, 4, 5]), bit, users),
    st.builds(i.UserIdentityRQ, st.just(2), bit, users, secrets),
)
identity_answers = st.builds(i.UserIdentityAC, secrets)
unknown_items = st.builds(i.RawItem, st.integers(0x5A, 0xFF), st.binary(max_size=20))
"""Of types that this edition of the standard does not define, which receivers must ignore."""

_by_sop_class = attrgetter("sop_class_uid")
few_unknown = st.lists(unknown_items, max_size=2)


@st.composite
def user_information(draw: st.DrawFn, *, request: bool, unknown: bool = True) -> list[i.UserItem]:
    """The sub-items that one A-ASSOCIATE PDU may have, in any order."""
    drawn: list[i.UserItem] = [draw(maximum_lengths), draw(class_uids)]
    drawn.extend(draw(st.lists(version_names, max_size=1)))
    drawn.extend(draw(st.lists(windows, max_size=1)))
    drawn.extend(draw(st.lists(roles, max_size=2, unique_by=_by_sop_class)))
    drawn.extend(draw(st.lists(extended, max_size=2, unique_by=_by_sop_class)))
    if request:
        drawn.extend(draw(st.lists(common_extended, max_size=2, unique_by=_by_sop_class)))
        drawn.extend(draw(st.lists(identities, max_size=1)))
    else:
        drawn.extend(draw(st.lists(identity_answers, max_size=1)))
    if unknown:
        drawn.extend(draw(few_unknown))
    return draw(st.permutations(drawn))


@st.composite
def requests(draw: st.DrawFn, *, unknown: bool = True) -> p.AssociateRQ:
    """Valid A-ASSOCIATE-RQ PDUs; with `unknown`, some have items that must be ignored."""
    contexts = draw(st.lists(proposed_contexts, min_size=1, max_size=5, unique_by=lambda context: context.context_id))
    items: tuple[i.Item, ...] = association_items(contexts, draw(user_information(request=True, unknown=unknown)))
    if unknown:
        items += tuple(sorted(draw(few_unknown), key=attrgetter("item_type")))
    return p.AssociateRQ(draw(fields), draw(fields), items)


@st.composite
def acceptances(draw: st.DrawFn, *, unknown: bool = True) -> p.AssociateAC:
    """Valid A-ASSOCIATE-AC PDUs; with `unknown`, some have items that must be ignored."""
    results = st.one_of(accepted_contexts, refused_contexts)
    contexts = draw(st.lists(results, min_size=1, max_size=5, unique_by=lambda context: context.context_id))
    items = association_items(contexts, draw(user_information(request=False, unknown=unknown)))
    return p.AssociateAC(draw(fields), draw(fields), items)


@st.composite
def data_pdus(draw: st.DrawFn) -> p.PDataTF:
    """Valid P-DATA-TF PDUs: fragments of one message, none of them empty or odd."""
    context_id, last = draw(context_ids), draw(st.booleans())
    fragments = st.binary(min_size=1, max_size=20).map(lambda half: half * 2)
    commands = draw(st.lists(fragments, max_size=2))
    data = draw(st.lists(fragments, min_size=0 if commands else 1, max_size=2))
    pdvs = [p.PDV(context_id, True, False, fragment) for fragment in commands]
    if commands:
        pdvs[-1] = p.PDV(context_id, True, bool(data) or last, commands[-1])
    pdvs += [p.PDV(context_id, False, False, fragment) for fragment in data]
    if data:
        pdvs[-1] = p.PDV(context_id, False, last, data[-1])
    return p.PDataTF(tuple(pdvs))


rejections = st.sampled_from(
    [p.AssociateRJ(result, source, reason) for result in (1, 2) for source in REASONS for reason in REASONS[source]]
)
aborts = st.sampled_from([p.AAbort(0, 0), *(p.AAbort(2, reason) for reason in ABORT_REASONS)])
pdus: st.SearchStrategy[p.PDU] = st.one_of(
    requests(), acceptances(), rejections, data_pdus(), st.just(p.ReleaseRQ()), st.just(p.ReleaseRP()), aborts
)
