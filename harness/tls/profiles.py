"""The secure transport connection profiles of PS3.15 Annex B as data.

The cipher suites are those of TLS 1.2 and below, by OpenSSL's names; Python's `ssl` cannot choose among those of
TLS 1.3, all of which these profiles permit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TlsProfile(StrEnum):
    """What a scenario file calls the profiles."""

    BCP195 = "bcp195"
    NON_DOWNGRADING = "bcp195-non-downgrading"
    EXTENDED = "bcp195-extended"
    RFC8996 = "bcp195-rfc8996"
    MODIFIED = "bcp195-rfc8996-modified"


@dataclass(frozen=True, slots=True)
class ProfileRules:
    """What a profile permits: `minimum` and `maximum` are `ssl.TLSVersion` names, `maximum` empty for the newest."""

    title: str
    clause: str
    minimum: str
    maximum: str
    cipher_suites: tuple[str, ...]
    security_level: int = 2
    """OpenSSL's level: 2 asks for keys of 2048 bits (RSA) and 224 bits (elliptic curves); 0 lets TLS 1.0 work."""


_ECDHE = (
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
)
_DHE = ("DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256")
_MODIFIED = (
    *_ECDHE,
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES256-CCM",
    "ECDHE-ECDSA-AES128-CCM",
)

PROFILES = {
    # B.9 asks for TLS 1.2 and lets an end go down to what an older one has.
    TlsProfile.BCP195: ProfileRules(
        "BCP 195", "PS3.15 B.9 (retired)", "TLSv1", "", (*_ECDHE, *_DHE, "AES128-SHA"), security_level=0
    ),
    TlsProfile.NON_DOWNGRADING: ProfileRules(
        "Non-Downgrading BCP 195", "PS3.15 B.10 (retired)", "TLSv1_2", "", (*_ECDHE, *_DHE)
    ),
    # B.11 lists suites of TLS 1.2 and permits no others.
    TlsProfile.EXTENDED: ProfileRules(
        "Extended BCP 195", "PS3.15 B.11 (retired)", "TLSv1_2", "TLSv1_2", (*_ECDHE, *_DHE)
    ),
    TlsProfile.RFC8996: ProfileRules("BCP 195 RFC 8996, 9325", "PS3.15 B.12", "TLSv1_2", "", _ECDHE),
    TlsProfile.MODIFIED: ProfileRules("Modified BCP 195 RFC 8996, 9325", "PS3.15 B.13", "TLSv1_2", "", _MODIFIED),
}
