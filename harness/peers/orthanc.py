"""Recipe for Orthanc: its configuration is the same for a process and a container."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from harness.errors import PeerStartError
from harness.peers.base import RecipeInput
from harness.peers.programs import find_program
from harness.peers.wlmscpfs import DUMP, ITEMS, build_database, read_item, worklist_files
from harness.tls.contexts import ClientCertificate, TlsSettings

BANNER = "Orthanc"
WORKLIST_PLUGIN = "/usr/share/orthanc/plugins/libModalityWorklists.so"
TRUSTED = "trusted.pem"
_SERVICES = ("Store", "Find", "FindWorklist", "Get", "Move")


def orthanc_configuration(given: RecipeInput, storage: str) -> str:
    """The text of an Orthanc configuration without web server; the known AEs are its DICOM modalities.

    Worklist items lie in a folder beside its storage, for the plugin that comes with Debian's package.
    It checks calling AE titles not on the association but on each service.
    """
    modalities = {
        f"known{index}": {
            "AET": ae.ae_title,
            "Host": ae.host,
            "Port": ae.port,
            **({"UseDicomTls": True} if ae.ae_title in given.over_tls else {}),
        }
        for index, ae in enumerate(given.knows)
    }
    return json.dumps(
        {
            "Name": given.ae_titles[0],
            "StorageDirectory": storage,
            "IndexDirectory": storage,
            "HttpServerEnabled": False,
            "RemoteAccessAllowed": False,
            "Plugins": [WORKLIST_PLUGIN] if given.worklist else [],
            "Worklists": {"Enable": bool(given.worklist), "Database": str(PurePosixPath(storage).parent / ITEMS)},
            "DicomAet": given.ae_titles[0],
            "DicomPort": given.port,
            "DicomCheckCalledAet": given.check_ae_titles,
            "DicomCheckModalityHost": False,
            "DicomModalities": modalities,
            # Whoever is waiting for it to answer has to see its answer.
            "DicomAlwaysAllowEcho": True,
            **{f"DicomAlwaysAllow{service}": not given.check_ae_titles for service in _SERVICES},
            "DicomScpTimeout": 30,
            # Its own default, Latin1, would drop every other character from its answers.
            "DefaultEncoding": "Utf8",
            "UnknownSopClassAccepted": True,
            "OverwriteInstances": True,
            **_tls(given.tls),
        },
        indent=2,
    )


def _tls(tls: TlsSettings | None) -> dict[str, object]:
    """Orthanc uses its certificate in both directions, and wants all that it trusts in one file."""
    if tls is None:
        return {}
    return {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": str(tls.certificate),
        "DicomTlsPrivateKey": str(tls.key or tls.certificate),
        "DicomTlsTrustedCertificates": TRUSTED,
        "DicomTlsRemoteCertificateRequired": tls.client_certificate is ClientCertificate.REQUIRED,
    }


def orthanc(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of an Orthanc with its own configuration and storage in the folder."""
    program, version = find_program("Orthanc", BANNER)
    storage = given.folder / "storage"
    storage.mkdir(exist_ok=True)
    if given.worklist:
        if not Path(WORKLIST_PLUGIN).exists():
            raise PeerStartError(f"this Orthanc has no worklist: its plugin {WORKLIST_PLUGIN} is not installed")
        build_database(worklist_files(given.worklist), given.folder / ITEMS)
    if given.tls is not None:
        trusted = "\n".join(path.read_text("latin-1") for path in given.tls.authorities)
        (given.folder / TRUSTED).write_text(trusted, "latin-1")
    configuration = given.folder / "orthanc.json"
    configuration.write_text(orthanc_configuration(given, str(storage)))
    return [str(program), *given.options, str(configuration)], version


def container_items(given: RecipeInput) -> Mapping[str, bytes]:
    """The files of worklist items, by their names in the container. Raises `PeerStartError`."""
    files = worklist_files(given.worklist)
    for file in files:
        if file.suffix == DUMP:
            raise PeerStartError(
                f"the image of Orthanc has no dump2dcm for the worklist item {file}; make it a DICOM file"
            )
    return {f"{ITEMS}/{number:05d}.wl": read_item(file) for number, file in enumerate(files, start=1)}
