"""What may be done to a peer: the rules that keep production archives as they are.

The models of services that a file does not have are not imported for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.scenario.caution import Allow, Environment
from harness.scenario.params.base import LOCAL, AssociationParams, Params, ServiceName
from harness.scenario.peers import PeerSpec
from harness.scenario.servers import RecipeOptions


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the person who started the run allows on the command line.

    `remedy` is how writing is allowed where there is no scenario file that could say so, `options` what the options
    begin with that allow something.
    """

    writes: frozenset[str] = frozenset()
    commands: bool = False
    remedy: str = ""
    options: str = "--"


def refusal_of_step(name: str, spec: PeerSpec, service: ServiceName, params: Params, granted: Permissions) -> str:
    """Why a step may not be sent to a peer, with the remedy; empty when it may."""
    if spec.effective_environment is Environment.TEST:
        return ""
    if service is ServiceName.LOAD:
        environment = spec.effective_environment.value
        return f"`{name}` is {environment}: load is for peers with `environment: test`, and nothing overrides that"
    probe = _refusal_of_probe(name, spec, params) if isinstance(params, AssociationParams) else ""
    if probe:
        return probe
    if service is ServiceName.STORE:
        return _refusal_of_write(name, spec, Allow.STORE, granted) or _refusal_of_files(name, spec, params)
    if service in _WRITES and not _only_listens(service, params):
        return _refusal_of_write(name, spec, _WRITES[service], granted)
    if service is ServiceName.MOVE and not _moves_to_us(params):
        refusal = _refusal_of_write(name, spec, Allow.MOVE, granted)
        if refusal:
            return refusal
    return _refusal_of_scope(name, params) if service in (ServiceName.MOVE, ServiceName.GET) else ""


HARMLESS_LENGTH = 128
"""Bytes: with less room for their answers, servers were seen to keep silent for half a minute."""


def _refusal_of_probe(name: str, spec: PeerSpec, params: AssociationParams) -> str:
    if params.called_ae_title is not None and Allow.PROBE_TITLES not in spec.allow:
        return f"calling `{name}` by another AE title needs `allow: [probe-titles]` at the peer"
    if 0 < (params.max_pdu_length or 0) < HARMLESS_LENGTH and Allow.PROBE_LIMITS not in spec.allow:
        return f"a maximum length below {HARMLESS_LENGTH} bytes for `{name}` needs `allow: [probe-limits]` at the peer"
    return ""


_WRITES = {
    ServiceName.MPPS: Allow.MPPS,
    ServiceName.COMMIT: Allow.COMMIT,
    ServiceName.INSTANCE_AVAILABILITY: Allow.INSTANCE_AVAILABILITY,
}


def _only_listens(service: ServiceName, params: Params) -> bool:
    if service is not ServiceName.INSTANCE_AVAILABILITY:
        return False
    from harness.scenario.params.normalized import AvailabilityParams

    return isinstance(params, AvailabilityParams) and params.wait is not None


def _moves_to_us(params: Params) -> bool:
    from harness.scenario.params.querying import MoveParams

    return isinstance(params, MoveParams) and params.destination == LOCAL


def _refusal_of_write(name: str, spec: PeerSpec, needed: Allow, granted: Permissions) -> str:
    missing = []
    if needed not in spec.allow:
        missing.append(f"`allow: [{needed.value}]` at the peer")
    if name not in granted.writes:
        missing.append(f"`{granted.options}allow-writes {name}`")
    if not missing:
        return ""
    environment = spec.effective_environment.value
    return f"`{name}` is {environment}: writing to it needs {granted.remedy or ' and '.join(missing)}"


def _refusal_of_files(name: str, spec: PeerSpec, params: Params) -> str:
    from harness.scenario.params.storing import StoreParams

    assert isinstance(params, StoreParams)
    if params.files and Allow.STORE_FILES not in spec.allow:
        return f"storing own files on `{name}` needs `allow: [store-files]` at the peer: they may hold patient data"
    return ""


def _refusal_of_scope(name: str, params: Params) -> str:
    """The interlock: without a unique key of its own, a retrieve can move a whole archive."""
    from harness.scenario.params.querying import QueryParams

    assert isinstance(params, QueryParams)
    value = params.keys.get(params.unique_key, "")
    if not isinstance(value, str) or not value.strip() or "*" in value or "?" in value:
        return (
            f"a retrieve from `{name}` needs one value, or a list of UIDs, for {params.unique_key}, without wildcards"
        )
    return ""


def refusal_of_peer(name: str, spec: PeerSpec, granted: Permissions) -> str:
    """Why a peer may not be started, with the remedy; empty when it may."""
    if granted.commands:
        return ""
    options = spec.process or spec.container
    if isinstance(options, RecipeOptions) and options.options:
        return f"`{name}` has command line options of its own, which need {granted.options}allow-commands"
    if spec.container is not None and spec.container.image is not None:
        return f"`{name}` uses an image of its own, which needs {granted.options}allow-commands"
    return ""
