"""What a file says of a reference SCP, as the settings of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.net.negotiation import OUR_MAXIMUM_LENGTH
from harness.peers.base import LOOPBACK
from harness.reference.settings import AcceptedIdentity, Access, FurtherTitle, Quota, ReferenceSettings, Refusals
from harness.scenario.defects import Defect
from harness.scenario.reference import QuotaOptions, ReferenceOptions, RefuseOptions, StoreOptions
from harness.standard.ae import AEAddress
from harness.standard.attributes import Attributes
from harness.standard.commitment import Delivery
from harness.standard.negotiation import Rejection
from harness.tls.contexts import TlsClient, tls_client, tls_server

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def settings_of(
    options: ReferenceOptions,
    destinations: Mapping[str, AEAddress],
    *,
    host: str = LOOPBACK,
    port: int = 0,
    folder: Path | None = None,
    over_tls: Iterable[str] = (),
) -> ReferenceSettings:
    """Settings for an SCP that listens there and keeps its instances in `folder`.

    `destinations` are the addresses of the move destinations, by the words with which `knows` names them.
    `over_tls` are those of them that take TLS, beside those that the options name.
    Raises ValueError and `ScenarioError` for worklist items that cannot be used, and for a destination that takes TLS
    when the SCP has none.
    """
    return ReferenceSettings(
        ae_title=options.ae_title,
        host=host,
        port=port,
        folder=folder,
        check_called_ae_title=options.check_called_ae_title,
        calling_ae_titles=frozenset(options.calling_ae_titles),
        sop_classes=frozenset(options.sop_classes),
        transfer_syntaxes=frozenset(options.transfer_syntaxes),
        move_destinations=_by_title(destinations.values()),
        maximum_length=OUR_MAXIMUM_LENGTH if options.max_pdu_length is None else options.max_pdu_length,
        identities=tuple(AcceptedIdentity(*identity.fields()) for identity in options.user_identities),
        move_tls=_move_tls(options, [destinations[known].ae_title for known in (*options.over_tls, *over_tls)]),
        tls=tls_server(options.tls.settings()) if options.tls is not None else None,
        commitment=Delivery(options.commitment),
        access=Access(options.access),
        quota=_quota(options.quota),
        further=tuple(_further(store, destinations) for store in options.stores),
        worklist=_worklist(options.worklist),
        refusals=_refusals(options.refuse),
        defects=frozenset(map(Defect, options.defects)),
    )


def _move_tls(options: ReferenceOptions, titles: Sequence[str]) -> dict[str, TlsClient]:
    """How the SCP reaches destinations that take TLS: with its own certificate, trusting those whom it trusts.

    The names in their certificates are not looked at: it calls the addresses that it was given.
    """
    if not titles:
        return {}
    if options.tls is None:
        raise ValueError(f"{', '.join(titles)} takes TLS, for which the reference SCP needs a `tls` of its own")
    return dict.fromkeys(titles, tls_client(replace(options.tls.settings(), verify_name=False)))


def _further(store: StoreOptions, destinations: Mapping[str, AEAddress]) -> FurtherTitle:
    return FurtherTitle(
        store.ae_title,
        Access(store.access),
        frozenset(store.calling_ae_titles),
        _quota(store.quota),
        None if store.knows is None else _by_title(destinations[known] for known in store.knows),
    )


def _by_title(addresses: Iterable[AEAddress]) -> dict[str, AEAddress]:
    return {address.ae_title: address for address in addresses}


def _worklist(entries: Sequence[str | Attributes]) -> tuple[Dataset, ...]:
    if not entries:
        return ()
    from harness.reference.worklist_items import worklist_items

    return worklist_items(Path(entry) if isinstance(entry, str) else entry for entry in entries)


def _quota(quota: QuotaOptions) -> Quota:
    return Quota(quota.studies, quota.bytes, quota.when_full == "remove-oldest-study")


def _refusals(refuse: RefuseOptions) -> Refusals:
    association = refuse.association
    rejection = None
    if association is not None:
        rejection = Rejection.from_names(association.result, association.source, association.reason)
    return Refusals(rejection, **refuse.model_dump(exclude={"association"}))
