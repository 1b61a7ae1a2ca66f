"""Every mistake in the files of an end has its own sentence, and its setting."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.tls.contexts import ClientCertificate, TlsMistake, TlsSettings, tls_client, tls_server
from harness.tls.profiles import PROFILES, TlsProfile
from tests.support.certificates import PASSPHRASE, Certificates, make_certificates


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    made = make_certificates(tmp_path_factory.mktemp("pki"))
    (made.folder / "empty.pem").write_text("")
    text = (made.folder / "server.key").read_text()
    (made.folder / "damaged.key").write_text(text[:60] + "!!!" + text[63:])
    return made


def mistake(made: Callable[[TlsSettings], object], settings: TlsSettings) -> TlsMistake:
    with pytest.raises(TlsMistake) as caught:
        made(settings)
    return caught.value


@pytest.mark.parametrize(
    ("given", "part", "words"),
    [
        ({"certificate": "missing.pem"}, "certificate", "there is no file"),
        ({"certificate": "."}, "certificate", "is a folder"),
        ({"certificate": "\0"}, "certificate", "is not a name of a file"),
        ({"certificate": "empty.pem"}, "certificate", "holds no certificate in PEM form"),
        ({"certificate": "server.pem"}, "certificate", "name the file of the private key as `key`"),
        ({"certificate": "server.pem", "key": "missing.key"}, "key", "there is no file"),
        ({"certificate": "server.pem", "key": "ca.pem"}, "key", "`ca.pem` holds no private key in PEM form"),
        ({"certificate": "server.pem", "key": "client.key"}, "key", "does not belong to the certificate"),
        ({"certificate": "server.pem", "key": "rsa.key"}, "key", "does not belong to the certificate"),
        ({"certificate": "server.pem", "key": "damaged.key"}, "key", "the file is damaged"),
        ({"certificate": "locked.pem", "key": "locked.key"}, "key", "is encrypted; give its passphrase"),
        (
            {"certificate": "locked.pem", "key": "locked.key", "passphrase": "wrong"},
            "passphrase",
            "cannot be decrypted",
        ),
        ({"key": "server.key"}, "certificate", "a certificate is missing"),
    ],
)
def test_own_certificate(pki: Certificates, given: dict[str, str], part: str, words: str) -> None:
    settings = TlsSettings(
        certificate=pki.folder / given["certificate"] if "certificate" in given else None,
        key=pki.folder / given["key"] if "key" in given else None,
        passphrase=given.get("passphrase", ""),
        client_certificate=ClientCertificate.IGNORED,
    )
    for made in (tls_client, tls_server):
        found = mistake(made, settings)
        assert found.part == part
        assert words in str(found)
        assert "wrong" not in str(found)


def test_a_file_that_may_not_be_read(pki: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    found = mistake(tls_client, TlsSettings(certificate=pki.folder / "server.pem"))
    assert (found.part, str(found)) == ("certificate", "`server.pem` cannot be read: Permission denied")


def test_authorities(pki: Certificates) -> None:
    found = mistake(tls_client, TlsSettings(authorities=(pki.ca, pki.folder / "server.key")))
    assert (found.part, found.index) == ("ca", 1)
    assert str(found) == "`server.key` holds no certificate in PEM form"
    found = mistake(tls_client, TlsSettings(authorities=(pki.folder / "missing.pem",)))
    assert (found.part, found.index) == ("ca", 0)


def test_a_damaged_authority(pki: Certificates, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    assert "cannot be read" in str(mistake(tls_client, TlsSettings(authorities=(path,))))


def test_client_certificates_need_a_ca(pki: Certificates) -> None:
    found = mistake(tls_server, pki.settings("server", authorities=()))
    assert found.part == "client_certificate"
    assert "write `client_certificate: ignored`" in str(found)


def test_a_key_that_is_too_weak_for_the_profile(tmp_path: Path) -> None:
    settings = _weak(tmp_path)
    found = mistake(tls_client, settings)
    assert found.part == "certificate"
    assert "too weak for the BCP 195 RFC 8996, 9325 profile" in str(found)


def _weak(folder: Path) -> TlsSettings:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "weak")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    path = folder / "weak.pem"
    path.write_bytes(certificate.public_bytes(s.Encoding.PEM) + private)
    return TlsSettings(certificate=path)


def test_certificate_and_key_in_one_file_and_under_a_passphrase(pki: Certificates, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text((pki.folder / "server.pem").read_text() + (pki.folder / "server.key").read_text())
    tls_server(pki.settings(certificate=both))
    tls_server(pki.settings("locked", passphrase=PASSPHRASE))


def test_the_passphrase_does_not_show() -> None:
    assert PASSPHRASE not in repr(TlsSettings(passphrase=PASSPHRASE))


@pytest.mark.parametrize("profile", TlsProfile)
def test_suites_are_those_of_the_profile(pki: Certificates, profile: TlsProfile) -> None:
    context = tls_client(pki.settings(profile=profile)).context
    offered = {str(cipher["name"]) for cipher in context.get_ciphers() if cipher["protocol"] != "TLSv1.3"}
    assert offered == set(PROFILES[profile].cipher_suites)


def test_a_client_without_authorities_trusts_those_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ssl.Purpose] = []
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self, purpose: asked.append(purpose))
    tls_client(TlsSettings())
    tls_client(TlsSettings(verify=False))
    assert asked == [ssl.Purpose.SERVER_AUTH]
