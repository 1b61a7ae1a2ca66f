"""Recipes for DCMTK's servers dcmqrscp and storescp."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import PeerStartError
from harness.peers.base import LOOPBACK, RecipeInput
from harness.peers.programs import find_program
from harness.standard.uids import uid_name

BANNER = "$dcmtk:"
STUDIES = 200
"""Studies per storage area: dcmqrscp 3.6.7 dies beyond 500 whatever its configuration says."""

_ACCEPT = {
    "1.2.840.10008.1.2.4.70": "+xs",
    "1.2.840.10008.1.2.4.50": "+xy",
    "1.2.840.10008.1.2.4.51": "+xx",
    "1.2.840.10008.1.2.4.90": "+xv",
    "1.2.840.10008.1.2.4.91": "+xw",
    "1.2.840.10008.1.2.4.80": "+xt",
    "1.2.840.10008.1.2.4.81": "+xu",
    "1.2.840.10008.1.2.5": "+xr",
}
"""Options to accept a compressed transfer syntax; with `-x…` dcmqrscp also proposes it when it sends."""


def syntax_options(prefer: str | None, *, proposes: bool) -> list[str]:
    """Command line options for a preferred transfer syntax. Raises `PeerStartError` for one that DCMTK lacks."""
    if prefer is None:
        return []
    accept = _ACCEPT.get(prefer)
    if accept is None:
        raise PeerStartError(f"DCMTK's servers have no option for {uid_name(prefer)}")
    return [accept, accept.replace("+", "-")] if proposes else [accept]


def dcmqrscp_configuration(given: RecipeInput, storage: str) -> str:
    """The text of a dcmqrscp.cfg: one storage area per AE title, open to the known AEs or to any.

    dcmqrscp uses the called AE title as the name of the storage area, and lists of calling titles per area.
    """
    hosts = [f"known{index} = ({ae.ae_title}, {_host(ae.host)}, {ae.port})" for index, ae in enumerate(given.knows)]
    if hosts:
        hosts.append("everyone = " + ", ".join(f"known{index}" for index in range(len(given.knows))))
    peers = "everyone" if given.check_ae_titles and hosts else "ANY"
    lines = [
        f"NetworkTCPPort  = {given.port}",
        "MaxPDUSize      = 131072",
        "MaxAssociations = 16",
        "HostTable BEGIN",
        *hosts,
        "HostTable END",
        "VendorTable BEGIN",
        "VendorTable END",
        "AETable BEGIN",
        *(f"{title} {storage}/{title} RW ({STUDIES}, 1024mb) {peers}" for title in given.ae_titles),
        "AETable END",
    ]
    return "\n".join(lines) + "\n"


def _host(host: str) -> str:
    """dcmqrscp compares the name that the resolver gives a caller's address, which for loopback is `localhost`."""
    return "localhost" if host == LOOPBACK else host


def dcmqrscp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a dcmqrscp with its own configuration and storage in the folder."""
    program, version = find_program("dcmqrscp", BANNER)
    for title in given.ae_titles:
        (given.folder / "storage" / title).mkdir(parents=True, exist_ok=True)
    configuration = given.folder / "dcmqrscp.cfg"
    configuration.write_text(dcmqrscp_configuration(given, str(given.folder / "storage")))
    options = [*syntax_options(given.prefer, proposes=True), *given.options]
    return [str(program), "--verbose", *options, "--config", str(configuration)], version


def storescp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a storescp that writes to the folder. It checks no AE titles at all."""
    program, version = find_program("storescp", BANNER)
    output = given.folder / "storage"
    output.mkdir(exist_ok=True)
    options = [*syntax_options(given.prefer, proposes=False), *given.options]
    command = [str(program), "--verbose", "--fork", *options, "--output-directory", str(output), str(given.port)]
    return command, version
