"""From certificate files to what a handshake needs. Every mistake in them is found here, before anything is sent."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from harness.tls.profiles import PROFILES, TlsProfile

if TYPE_CHECKING:
    import ssl

_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
_KEY = "PRIVATE KEY-----"


class ClientCertificate(StrEnum):
    """What a TLS server does about the certificate of the client."""

    REQUIRED = "required"
    CHECKED = "checked"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """One end of TLS connections. Client and server are the roles in TLS, not those in DICOM (PS3.15 B.12).

    `key` is looked for in the file of the certificate when not given. `authorities` are PEM files of those whom this
    end trusts: CAs, or the other end's own certificate; a client without any trusts those of the system.
    `server_name` is what a client asks for (SNI) and expects in the certificate; by default the host that it
    connects to.
    """

    profile: TlsProfile = TlsProfile.RFC8996
    certificate: Path | None = None
    key: Path | None = None
    passphrase: str = field(default="", repr=False)
    authorities: tuple[Path, ...] = ()
    server_name: str = ""
    verify: bool = True
    verify_name: bool = True
    client_certificate: ClientCertificate = ClientCertificate.REQUIRED


class TlsMistake(ValueError):
    """Something about the files of an end is wrong; `part` names the setting, `index` the authority."""

    def __init__(self, part: str, text: str, index: int | None = None) -> None:
        super().__init__(text)
        self.part = part
        self.index = index


@dataclass(frozen=True, slots=True)
class TlsClient:
    """The end that opens the connection. With an empty `server_name` the host takes its place."""

    context: ssl.SSLContext
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class TlsServer:
    """The end that accepts the connection."""

    context: ssl.SSLContext


def tls_client(settings: TlsSettings) -> TlsClient:
    """What a client needs. Raises `TlsMistake`."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _apply_profile(context, settings.profile)
    context.check_hostname = settings.verify and settings.verify_name
    context.verify_mode = ssl.CERT_REQUIRED if settings.verify else ssl.CERT_NONE
    _load_authorities(context, settings)
    if settings.verify and not settings.authorities:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if settings.certificate is not None or settings.key is not None:
        _load_certificate(context, settings)
    return TlsClient(context, settings.server_name)


def tls_server(settings: TlsSettings) -> TlsServer:
    """What a server needs, a certificate of its own first of all. Raises `TlsMistake`."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _apply_profile(context, settings.profile)
    _load_certificate(context, settings)
    _load_authorities(context, settings)
    if settings.client_certificate is not ClientCertificate.IGNORED:
        if not settings.authorities:
            raise TlsMistake(
                "client_certificate",
                "client certificates can be checked only against a `ca`; name one, or write `client_certificate: "
                "ignored`",
            )
        required = settings.client_certificate is ClientCertificate.REQUIRED
        context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    return TlsServer(context)


def _apply_profile(context: ssl.SSLContext, profile: TlsProfile) -> None:
    import ssl

    rules = PROFILES[profile]
    with warnings.catch_warnings():
        # Python warns of TLS 1.0, which the oldest profile is for.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion[rules.minimum]
    context.maximum_version = ssl.TLSVersion[rules.maximum or "MAXIMUM_SUPPORTED"]
    context.set_ciphers(":".join(rules.cipher_suites) + f":@SECLEVEL={rules.security_level}")
    # A peer's own certificate may be named as the one to trust, whoever issued it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _load_authorities(context: ssl.SSLContext, settings: TlsSettings) -> None:
    import ssl

    for index, path in enumerate(settings.authorities):
        if _CERTIFICATE not in _text("ca", path, index):
            raise TlsMistake("ca", f"`{path.name}` holds no certificate in PEM form", index)
        try:
            context.load_verify_locations(path)
        except (ssl.SSLError, OSError):
            raise TlsMistake("ca", f"`{path.name}` holds a certificate that cannot be read", index) from None


def _load_certificate(context: ssl.SSLContext, settings: TlsSettings) -> None:
    import ssl

    if settings.certificate is None:
        raise TlsMistake("certificate", "a certificate is missing: name its file, in PEM form, as `certificate`")
    certificate, key = settings.certificate, settings.key or settings.certificate
    if _CERTIFICATE not in _text("certificate", certificate):
        raise TlsMistake("certificate", f"`{certificate.name}` holds no certificate in PEM form")
    where = "key" if settings.key is not None else "certificate"
    key_text = _text(where, key)
    if _KEY not in key_text:
        advice = "" if settings.key is not None else "; name the file of the private key as `key`"
        raise TlsMistake(where, f"`{key.name}` holds no private key in PEM form{advice}")
    try:
        # A function, not the passphrase itself: without one OpenSSL would ask at the terminal.
        context.load_cert_chain(certificate, key, lambda: settings.passphrase)
    except (ssl.SSLError, OSError) as error:
        raise _certificate_mistake(error, settings, where, "ENCRYPTED" in key_text) from None


def _certificate_mistake(error: OSError, settings: TlsSettings, where: str, is_encrypted: bool) -> TlsMistake:
    reason = getattr(error, "reason", None) or ""
    if reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"):
        return TlsMistake(where, "the private key does not belong to the certificate")
    if reason.endswith(("KEY_TOO_SMALL", "MD_TOO_WEAK")):
        title = PROFILES[settings.profile].title
        return TlsMistake("certificate", f"the certificate is too weak for the {title} profile: {reason.lower()}")
    if is_encrypted and settings.passphrase:
        return TlsMistake("passphrase", "the private key cannot be decrypted with this passphrase")
    if is_encrypted:
        return TlsMistake(where, "the private key is encrypted; give its passphrase as `passphrase: ${env.NAME}`")
    return TlsMistake(where, "the certificate or its private key cannot be read: the file is damaged")


def _text(part: str, path: Path, index: int | None = None) -> str:
    try:
        return path.read_text("latin-1")
    except IsADirectoryError:
        raise TlsMistake(part, f"`{path.name}` is a folder, not a file", index) from None
    except FileNotFoundError:
        raise TlsMistake(part, f"there is no file `{path.name}`", index) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not a name of a file"
        raise TlsMistake(part, f"`{path.name}` cannot be read: {reason}", index) from None
