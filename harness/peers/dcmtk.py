"""Recipes for DCMTK's servers dcmqrscp, storescp and dcmrecv."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

from harness.errors import PeerStartError
from harness.peers.base import RecipeInput
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from harness.standard.uids import uid_name
from harness.tls.contexts import ClientCertificate, TlsSettings
from harness.tls.profiles import TlsProfile

BANNER = "$dcmtk:"
STUDIES = 200
"""Studies per storage area: dcmqrscp 3.6.7 dies beyond 500 whatever its configuration says."""

_PROFILE = "storescp.cfg"
_QUOTES = "\"'()"
_LINE_LENGTH = 510

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

_TLS_PROFILES = {
    TlsProfile.BCP195: "--profile-bcp195",
    TlsProfile.NON_DOWNGRADING: "--profile-bcp195-nd",
    TlsProfile.EXTENDED: "--profile-bcp195-ex",
}
_CLIENT_CERTIFICATES = {
    ClientCertificate.REQUIRED: "--require-peer-cert",
    ClientCertificate.CHECKED: "--verify-peer-cert",
    ClientCertificate.IGNORED: "--ignore-peer-cert",
}


def syntax_options(prefer: str | None, *, proposes: bool) -> list[str]:
    """Command line options for a preferred transfer syntax. Raises `PeerStartError` for one that DCMTK lacks."""
    if prefer is None:
        return []
    accept = _ACCEPT.get(prefer)
    if accept is None:
        raise PeerStartError(f"DCMTK's servers have no option for {uid_name(prefer)}")
    return [accept, accept.replace("+", "-")] if proposes else [accept]


def tls_options(tls: TlsSettings | None) -> list[str]:
    """Command line options for TLS. For the profiles that DCMTK 3.6.7 does not know it takes its own default (B.10)."""
    if tls is None:
        return []
    certificate = str(tls.certificate)
    authorities = [option for path in tls.authorities for option in ("--add-cert-file", str(path))]
    profile = _TLS_PROFILES.get(tls.profile)
    return [
        *("--enable-tls", str(tls.key or certificate), certificate),
        *authorities,
        *([profile] if profile else []),
        _CLIENT_CERTIFICATES[tls.client_certificate],
    ]


def dcmqrscp_configuration(given: RecipeInput, storage: str) -> str:
    """The text of a dcmqrscp.cfg: one storage area per AE title, open to the known AEs or to any.

    dcmqrscp uses the called AE title as the name of the storage area, and lists of calling titles per area.
    Raises `PeerStartError` for what that file cannot hold.
    """
    hosts = [f"known{index} = {_peer(ae)}" for index, ae in enumerate(given.knows)]
    peers = "ANY"
    if given.check_ae_titles:
        if not given.knows:
            raise PeerStartError("dcmqrscp can check AE titles only if it knows at least one AE")
        hosts.append("everyone = " + ", ".join(f"known{index}" for index in range(len(given.knows))))
        peers = "everyone"
    areas = zip(given.ae_titles, storage_folders(given, storage), strict=True)
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
        *(f"{_quoted(title)} {_quoted(folder)} RW ({STUDIES}, 1024mb) {peers}" for title, folder in areas),
        "AETable END",
    ]
    too_long = [line for line in lines if len(line) > _LINE_LENGTH]
    if too_long:
        raise PeerStartError(f"dcmqrscp reads at most {_LINE_LENGTH} characters of a line: {too_long[0][:40]}...")
    return "\n".join(lines) + "\n"


def storage_folders(given: RecipeInput, storage: str) -> list[str]:
    """The folder of each storage area. They have numbers, since an AE title may hold what a path must not."""
    return [f"{storage}/{index}" for index in range(len(given.ae_titles))]


def _quoted(text: str) -> str:
    """One value of a dcmqrscp.cfg. There is no way to write a quotation mark or a parenthesis."""
    if set(text) & set(_QUOTES):
        raise PeerStartError(f"the configuration of dcmqrscp cannot hold `{text}`, because of one of {_QUOTES}")
    return f'"{text}"'


def _peer(ae: AEAddress) -> str:
    """An AE by title, host and port; within these parentheses nothing can be quoted."""
    host = _numeric(ae.host)
    for text in (ae.ae_title, host):
        if set(text) & set(_QUOTES + " =,"):
            raise PeerStartError(f"the configuration of dcmqrscp cannot hold `{text}` as an AE that it knows")
    return f"({ae.ae_title}, {host}, {ae.port})"


def _numeric(host: str) -> str:
    """The address of a host, because without name lookup dcmqrscp compares callers by address."""
    try:
        return socket.gethostbyname(host)
    except OSError:
        return host


def dcmqrscp_arguments(given: RecipeInput, configuration: str) -> Sequence[str]:
    """What follows the program's name.

    Without `--disable-host-lookup` it compares the names that this machine's resolver gives to the callers'
    addresses, so whom it knows would depend on where it runs.
    """
    options = [*syntax_options(given.prefer, proposes=True), *given.options]
    return ["--verbose", "--disable-host-lookup", *options, "--config", configuration]


def dcmqrscp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a dcmqrscp with its own configuration and storage in the folder."""
    program, version = find_program("dcmqrscp", BANNER)
    storage = str(given.folder / "storage")
    for folder in storage_folders(given, storage):
        Path(folder).mkdir(parents=True, exist_ok=True)
    configuration = given.folder / "dcmqrscp.cfg"
    configuration.write_text(dcmqrscp_configuration(given, storage))
    return [str(program), *dcmqrscp_arguments(given, str(configuration))], version


def storescp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a storescp that writes to the folder. It checks no AE titles at all."""
    program, version = find_program("storescp", BANNER)
    output = given.folder / "storage"
    output.mkdir(exist_ok=True)
    options = [*syntax_options(given.prefer, proposes=False), *tls_options(given.tls), *given.options]
    command = [str(program), "--verbose", "--fork", *options, "--output-directory", str(output), str(given.port)]
    return command, version


def dcmrecv(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a dcmrecv that writes to the folder, with the profile that DCMTK brings for Storage SCPs.

    It checks no AE titles, serves one association after the other, and takes nearly every transfer syntax. Raises
    `PeerStartError` when the profile is not installed: without one it would accept nothing but Verification.
    """
    program, version = find_program("dcmrecv", BANNER)
    output = given.folder / "storage"
    output.mkdir(exist_ok=True)
    profile = ["--config-file", str(_storage_profile(program)), "Default"]
    titles = ["--aetitle", given.ae_titles[0]]
    options = [
        "--verbose",
        "--disable-host-lookup",
        "--bit-preserving",
        *titles,
        *profile,
        *tls_options(given.tls),
        *given.options,
    ]
    return [str(program), *options, "--output-directory", str(output), str(given.port)], version


def _storage_profile(program: Path) -> Path:
    prefix = program.parent.parent
    found = [*Path("/etc/dcmtk").glob(_PROFILE), *prefix.glob(f"etc/dcmtk*/{_PROFILE}")]
    if not found:
        raise PeerStartError(f"{_PROFILE} is not installed: neither in /etc/dcmtk nor below {prefix}/etc")
    return found[0]
