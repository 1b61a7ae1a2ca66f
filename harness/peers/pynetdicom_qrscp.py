"""Recipe for pynetdicom's qrscp application: an independent SCP that is always there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from harness.peers.base import RecipeInput


def pynetdicom_qrscp(given: RecipeInput) -> tuple[Sequence[str], str]:
    """Command line of a qrscp with its own configuration, index and storage in the folder."""
    storage = given.folder / "storage"
    storage.mkdir(exist_ok=True)
    sections = [
        "[DEFAULT]",
        f"ae_title = {given.ae_titles[0]}",
        f"port = {given.port}",
        "max_pdu = 131072",
        "acse_timeout = 30",
        "dimse_timeout = 30",
        "network_timeout = 30",
        "bind_address = 127.0.0.1",
        f"instance_location = {storage}",
        f"database_location = {given.folder / 'instances.sqlite'}",
    ]
    for ae in given.knows:
        sections += [f"[{ae.ae_title}]", f"ae_title = {ae.ae_title}", f"address = {ae.host}", f"port = {ae.port}"]
    configuration = given.folder / "qrscp.ini"
    configuration.write_text("\n".join(sections) + "\n")
    command = [sys.executable, "-m", "pynetdicom", "qrscp", *given.options, "--config", str(configuration)]
    return command, f"pynetdicom {version('pynetdicom')}"
