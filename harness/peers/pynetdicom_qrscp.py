"""Recipe for pynetdicom's qrscp application: an independent SCP that is always there."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from configparser import ConfigParser

from harness.peers.base import RecipeInput


def pynetdicom_qrscp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a qrscp with its own configuration, index and storage in the folder."""
    # Here, because it takes long to import, and the other recipes are there without it.
    from importlib.metadata import version

    storage = given.folder / "storage"
    storage.mkdir(exist_ok=True)
    configuration = given.folder / "qrscp.ini"
    sections = {
        "DEFAULT": {
            "ae_title": given.ae_titles[0],
            "port": given.port,
            "max_pdu": 131072,
            "acse_timeout": 30,
            "dimse_timeout": 30,
            "network_timeout": 30,
            "bind_address": given.listen,
            "instance_location": storage,
            "database_location": given.folder / "instances.sqlite",
        },
        **{ae.ae_title: {"ae_title": ae.ae_title, "address": ae.host, "port": ae.port} for ae in given.knows},
    }
    written = ConfigParser()
    # A percent sign begins an interpolation.
    written.read_dict({name: _escaped(section) for name, section in sections.items()})
    with configuration.open("w") as file:
        written.write(file)
    command = [sys.executable, "-m", "pynetdicom", "qrscp", *given.options, "--config", str(configuration)]
    return command, f"pynetdicom {version('pynetdicom')}"


def _escaped(section: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value).replace("%", "%%") for key, value in section.items()}
