"""Hypothesis strategies for PDUs and their items."""

from __future__ import annotations

from hypothesis import strategies as st

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items

byte = st.integers(0, 255)
short = st.integers(0, 0xFFFF)
uids = st.lists(st.integers(0, 99999), min_size=2, max_size=8).map(lambda parts: ".".join(map(str, parts)))
titles = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=1, max_size=16)
context_ids = st.integers(0, 127).map(lambda number: 2 * number + 1)

proposed_contexts = st.builds(i.ProposedContext, context_ids, uids, st.lists(uids, min_size=1, max_size=4).map(tuple))
accepted_contexts = st.builds(i.ContextResult, context_ids, st.just(0), uids)
refused_contexts = st.builds(i.ContextResult, context_ids, st.integers(1, 4), uids)
user_items = st.one_of(
    st.builds(i.MaximumLength, st.integers(0, 0xFFFFFFFF)),
    st.builds(i.ImplementationClassUID, uids),
    st.builds(i.ImplementationVersionName, titles),
    st.builds(i.AsynchronousOperationsWindow, short, short),
    st.builds(i.RoleSelection, uids, st.integers(0, 1), st.integers(0, 1)),
    st.builds(i.ExtendedNegotiation, uids, st.binary(max_size=20)),
    st.builds(i.CommonExtendedNegotiation, uids, uids, st.lists(uids, max_size=3).map(tuple)),
    st.builds(i.UserIdentityRQ, st.integers(1, 5), st.integers(0, 1), st.binary(max_size=40), st.binary(max_size=40)),
    st.builds(i.UserIdentityAC, st.binary(max_size=40)),
    st.builds(i.RawItem, st.integers(0x60, 0xFF), st.binary(max_size=20)),
)

fields = titles.map(p.title_field)
requests = st.builds(
    lambda called, calling, contexts, users: p.AssociateRQ(called, calling, association_items(contexts, users)),
    fields,
    fields,
    st.lists(proposed_contexts, max_size=5),
    st.lists(user_items, max_size=5),
)
acceptances = st.builds(
    lambda called, calling, contexts, users: p.AssociateAC(called, calling, association_items(contexts, users)),
    fields,
    fields,
    st.lists(st.one_of(accepted_contexts, refused_contexts), max_size=5),
    st.lists(user_items, max_size=5),
)
fragments = st.binary(max_size=40).map(lambda data: data if len(data) % 2 == 0 else data + b"\0")
data_pdus = st.lists(
    st.builds(p.PDV, context_ids, st.booleans(), st.booleans(), fragments), min_size=1, max_size=4
).map(lambda pdvs: p.PDataTF(tuple(pdvs)))
pdus = st.one_of(
    requests,
    acceptances,
    data_pdus,
    st.builds(p.AssociateRJ, byte, byte, byte),
    st.builds(p.AAbort, byte, byte),
    st.just(p.ReleaseRQ()),
    st.just(p.ReleaseRP()),
)
