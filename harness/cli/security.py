"""From the options of TLS and user identity, as `take_security` gives them, to what an association takes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.tls.contexts import ClientCertificate, TlsMistake, TlsSettings, tls_client
from harness.ul.items import UserIdentityRQ

_USER = 1
_USER_AND_PASSCODE = 2


def tls_settings_of(security: dict[str, Any]) -> TlsSettings | None:
    """The TLS that the options ask for; None for a plain connection. Raises `UsageError` for files that do not fit."""
    if not any(name.startswith("tls") for name in security):
        return None
    settings = TlsSettings(
        certificate=_path(security.get("tls_certificate")),
        key=_path(security.get("tls_key")),
        authorities=tuple(Path(file) for file in security.get("tls_ca", ())),
        server_name=security.get("tls_server_name", ""),
        verify="tls_no_verify" not in security,
    )
    try:
        tls_client(settings)
    except TlsMistake as mistake:
        raise UsageError(f"--tls-{mistake.part.replace('_', '-')}: {mistake}") from None
    return settings


def listener_tls_of(security: dict[str, Any]) -> TlsSettings:
    """The TLS of our own Storage SCP: our certificate, and of whoever connects one if it is shown.

    Raises `UsageError`.
    """
    settings = tls_settings_of(security)
    if settings is None or settings.certificate is None:
        raise UsageError("--listen-tls needs a certificate of ours: name it with --tls-certificate")
    checked = ClientCertificate.CHECKED if settings.authorities else ClientCertificate.IGNORED
    return replace(settings, client_certificate=checked)


def _path(text: str | None) -> Path | None:
    return Path(text) if text is not None else None


def identity_of(security: dict[str, Any]) -> UserIdentityRQ | None:
    """The user identity to offer. Raises `UsageError`."""
    variable = security.get("passcode_env")
    if "user" not in security:
        if variable is not None:
            raise UsageError("--passcode-env names the passcode of a --user, and none is given")
        return None
    if variable is None:
        return UserIdentityRQ(_USER, 0, security["user"].encode(), b"")
    if variable not in os.environ:
        raise UsageError(f"--passcode-env: there is no environment variable `{variable}`")
    return UserIdentityRQ(_USER_AND_PASSCODE, 0, security["user"].encode(), os.environ[variable].encode())
