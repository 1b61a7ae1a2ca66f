"""`tls:` of peers, of ourselves and of the reference SCP: how it is written, and its files checked at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from harness.scenario.fields import OneOrMore, Spec, Text, Truth, kind_of, one_of, text_of
from harness.scenario.scope import Scope
from harness.scenario.variables import NodePath
from harness.tls.contexts import ClientCertificate, TlsMistake, TlsSettings, tls_client, tls_server
from harness.tls.profiles import TlsProfile

_PROFILES = [profile.value for profile in TlsProfile]
_MODES = [mode.value for mode in ClientCertificate]

ProfileName = Annotated[str, one_of(_PROFILES, "TLS profile of PS3.15 Annex B"), WithJsonSchema({"enum": _PROFILES})]
ModeName = Annotated[str, one_of(_MODES, "way to treat client certificates"), WithJsonSchema({"enum": _MODES})]


class TlsSpec(Spec):
    """One end of TLS connections; files are PEM, and named relative to this file."""

    profile: ProfileName = Field(
        TlsProfile.RFC8996.value,
        description="Secure transport connection profile: BCP 195 (PS3.15 B.9, down to TLS 1.0), non-downgrading "
        "(B.10), extended (B.11), RFC 8996 and 9325 (B.12, the default), or that one modified (B.13).",
    )
    certificate: Text | None = Field(None, description="Own certificate, with what lies between it and its CA.")
    key: Text | None = Field(None, description="Its private key; by default in the file of the certificate.")
    passphrase: Text | None = Field(
        None, description="Passphrase of the key; write `${env.NAME}` to keep it out of the file."
    )
    ca: OneOrMore[Text] = Field(
        [], description="Certificates of those who are trusted: CAs, or the other end's own certificate."
    )

    def settings(self) -> TlsSettings:
        """As the ends of connections want it."""
        return TlsSettings(
            profile=TlsProfile(self.profile),
            certificate=Path(self.certificate) if self.certificate is not None else None,
            key=Path(self.key) if self.key is not None else None,
            passphrase=self.passphrase or "",
            authorities=tuple(map(Path, self.ca)),
            **self._of_this_end(),
        )

    def _of_this_end(self) -> dict[str, Any]:
        return {}

    def check(self) -> None:
        """Read the files. Raises `TlsMistake`."""


def _server_name(value: Any) -> str:
    text = text_of(value)
    try:
        if text and not text.startswith(".") and text.encode("idna"):
            return text
    except UnicodeError:
        pass
    raise ValueError(f"`{text}` is no name of a server; write a host name or an IP address")


class TlsClientSpec(TlsSpec):
    """TLS towards a peer: we are the client. Without `ca` those are trusted whom the system trusts."""

    server_name: Annotated[str, BeforeValidator(_server_name)] | None = Field(
        None, description="Name to ask for (SNI) and to expect in the certificate; by default the host of the address."
    )
    verify: Truth = Field(True, description="Check the certificate of the peer.")
    verify_name: Truth = Field(True, description="Check the name in the certificate of the peer too.")

    def _of_this_end(self) -> dict[str, Any]:
        return {
            "server_name": self.server_name or "",
            "verify": self.verify,
            "verify_name": self.verify_name,
        }

    def check(self) -> None:
        """Read the files. Raises `TlsMistake`."""
        tls_client(self.settings())


class TlsServerSpec(TlsSpec):
    """TLS of a listener: nothing else is taken there. It needs a certificate."""

    client_certificate: ModeName = Field(
        ClientCertificate.REQUIRED.value,
        description="Whether clients must have a certificate of the `ca` (`required`), may have one (`checked`), or "
        "are not asked (`ignored`).",
    )

    def _of_this_end(self) -> dict[str, Any]:
        return {"client_certificate": ClientCertificate(self.client_certificate)}

    def check(self) -> None:
        """Read the files. Raises `TlsMistake`."""
        tls_server(self.settings())


def _true_or_mapping(value: Any) -> Any:
    if value == "true":
        return {}
    if not isinstance(value, dict | TlsSpec):
        raise ValueError(f"expected `true` or `{{ca: …, certificate: …, key: …}}`, found {kind_of(value)}")
    return value


TlsTowardsPeer = Annotated[TlsClientSpec, BeforeValidator(_true_or_mapping)]

_S = TypeVar("_S", bound=TlsSpec)


def located_tls(scope: Scope, path: NodePath, spec: _S) -> _S:
    """The same with its files where they are from anywhere; what is wrong with them is noted at its place."""
    folder = scope.document.path.parent.absolute()
    update: dict[str, Any] = {"ca": [str(folder / name) for name in spec.ca]}
    for part in ("certificate", "key"):
        name = getattr(spec, part)
        if name is not None:
            update[part] = str(folder / name)
    located = spec.model_copy(update=update)
    try:
        located.check()
    except TlsMistake as mistake:
        where: NodePath = (*path, mistake.part)
        if mistake.index is not None and isinstance(scope.document.at(where), list):
            where = (*where, mistake.index)
        if scope.document.at(where) is None:
            scope.document.note(path, str(mistake), at_key=True)
        else:
            scope.document.note_value(where, str(mistake))
    return located
