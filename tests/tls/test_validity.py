"""The dates of certificates, read as cryptography reads them; nothing else is taken for a certificate."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from harness.tls.validity import validity_in, validity_of
from tests.support.certificates import FUTURE, make_certificates


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("pki")).folder


@pytest.mark.parametrize("name", ["server", "rsa", "expired", "future", "ca"])
def test_both_ways_to_write_a_time(folder: Path, name: str) -> None:
    """From 2050 on it is a GeneralizedTime (RFC 5280 4.1.2.5)."""
    read = x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())
    validity = validity_in(folder / f"{name}.pem")
    assert validity is not None
    assert (validity.begins, validity.ends) == (read.not_valid_before_utc, read.not_valid_after_utc)


def test_the_dates_in_words(folder: Path) -> None:
    assert str(validity_in(folder / "future.pem")) == "valid from 2060-01-01 00:00 to 2061-01-01 00:00 UTC"


def test_a_year_of_the_last_century(folder: Path) -> None:
    der = ssl.PEM_cert_to_DER_cert((folder / "expired.pem").read_text().split("-----END")[0] + ssl.PEM_FOOTER)
    validity = validity_of(der.replace(b"200101000000Z", b"990101000000Z"))
    assert validity is not None
    assert validity.begins == FUTURE.replace(year=1999)


def test_files_without_a_certificate(folder: Path) -> None:
    assert validity_in(folder / "server.key") is None
    assert validity_in(folder / "nowhere.pem") is None


@given(st.binary(max_size=60))
def test_noise(data: bytes) -> None:
    assert validity_of(data) is None


@given(st.data())
def test_damage_never_raises(folder: Path, data: st.DataObject) -> None:
    whole = bytearray(ssl.PEM_cert_to_DER_cert((folder / "ca.pem").read_text()))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    validity_of(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
