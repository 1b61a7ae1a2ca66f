"""From a TCP connection to an encrypted one."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

_CLAUSE = "PS3.15 Annex B"

CAUSES = (
    Cause(
        "tls-version",
        Stage.TLS,
        Blame.UNDECIDED,
        "No TLS version in common",
        "Both ends speak TLS, and there is no version that both allow. Older systems know TLS 1.0 or 1.1 only, which "
        "newer ones refuse for good reasons.",
        (
            "Ask for the versions that the other side allows, and bring the older end up to TLS 1.2.",
            "Until then, choose a profile that allows older versions, if the site accepts that (`profile: bcp195`).",
        ),
        "We offer the TLS versions named here and {address} takes none of them: {evidence}. Which does it allow?",
        decides="The TLS settings of both ends: whichever allows no version from 1.2 on has to change.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-cipher-suite",
        Stage.TLS,
        Blame.UNDECIDED,
        "No cipher suite in common",
        "Both ends speak TLS of the same version, and have no set of algorithms in common.",
        (
            "Ask for the cipher suites that the other side allows, and compare them with those in the evidence.",
            "Choose the TLS profile that the site has agreed on, on both ends.",
        ),
        "{address} finds no cipher suite in common with us: {evidence}. Which ones does it allow?",
        decides="The TLS settings of both ends, held against the profile that was agreed on.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-chain-untrusted",
        Stage.TLS,
        Blame.UNDECIDED,
        "The certificate is of an issuer that is not trusted",
        "A certificate was shown whose issuer is not on the list of those that are trusted. Either the list lacks the "
        "issuer, or the certificate is not the right one.",
        (
            "Get the certificate of the issuing CA (not just that of the server) and add it to `ca:`.",
            "Check with the other side, on another way than this connection, that the certificate is theirs.",
        ),
        "We cannot verify the certificate on {address}: {evidence}. Please send us the CA certificate, and the "
        "fingerprint of your certificate.",
        decides="The fingerprint of the certificate, told by telephone.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-name-mismatch",
        Stage.TLS,
        Blame.UNDECIDED,
        "The certificate is for another name",
        "The certificate is trusted, and was made for another host name than the one we connect to.",
        (
            "Connect by the name that is in the certificate, if it is the same machine.",
            "Ask for a certificate with the name that is used (subject alternative name).",
            "Where the site accepts it, leave the name unchecked (`verify_name: false`).",
        ),
        "The certificate on {address} is for another name: {evidence}. By which name should we connect?",
        decides="Whether the name in the certificate leads to the same machine.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-certificate-expired",
        Stage.TLS,
        Blame.UNDECIDED,
        "A certificate has expired",
        "The certificate was valid until a moment that has passed by our clock. Where our clock is ahead, a good "
        "certificate looks like that.",
        (
            "Hold our clock, in the evidence, against one that is right.",
            "Have the certificate renewed.",
        ),
        "The TLS certificate between us and {address} is not valid today: {evidence}. Please renew it.",
        decides="The dates in the certificate, and the clocks of both machines.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-certificate-not-yet-valid",
        Stage.TLS,
        Blame.UNDECIDED,
        "A certificate is valid only from later on",
        "By our clock the certificate is not valid yet. Either our clock is behind, as after a battery has failed or "
        "where no time server is reached, or the clock of whoever issued the certificate was ahead.",
        (
            "Hold our clock, in the evidence, against one that is right, and have it set by a time server (NTP).",
            "If our clock is right, have the certificate issued again.",
        ),
        "The TLS certificate on {address} is not valid yet: {evidence}. From when on is it valid, and was it issued by "
        "a machine whose clock is right?",
        decides="A clock that is known to be right, held against ours and against the beginning of the certificate.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-client-certificate-wanted",
        Stage.TLS,
        Blame.OURS,
        "The peer wants a certificate of us",
        "The peer lets nobody in without a certificate of its own, and we have shown none.",
        (
            (
                "Get a certificate and key from whoever runs the site's certificates, and name them (`certificate:`, "
                "`key:`)."
            ),
            "Have its issuer added to those that the peer trusts.",
        ),
        "{address} wants a client certificate. Which CA has to issue it, and may we have one?",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-client-certificate-refused",
        Stage.TLS,
        Blame.UNDECIDED,
        "The peer refuses our certificate",
        "We have shown a certificate, and the peer does not take it: it does not trust its issuer, or something in "
        "it is not as the peer wants it.",
        (
            "Ask the other side to add the issuer of our certificate to those that it trusts.",
            "Check that our certificate is valid today and meant for clients (extended key usage).",
        ),
        "{address} refuses our client certificate: {evidence}. Does it trust the issuer?",
        decides="The log of the peer, which says why.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-handshake-timeout",
        Stage.TLS,
        Blame.UNDECIDED,
        "The TLS handshake does not end",
        "The connection stands, and the answer to our TLS handshake never came: a service that hangs, or one that "
        "expects plain DICOM and waits for more.",
        (
            "Try without TLS, if the site allows plain DICOM.",
            "Ask the other side to look into its log, and to restart the service.",
        ),
        "{address} does not answer our TLS handshake. Does it speak TLS on this port?",
        decides="Whether the same port answers plain DICOM.",
        clause=_CLAUSE,
    ),
    Cause(
        "tls-failed",
        Stage.TLS,
        Blame.UNDECIDED,
        "The TLS handshake failed",
        "The encrypted connection did not come to stand, and what was seen does not say why.",
        (
            "Ask the other side for the line that its log has at this moment.",
            "Try another TLS profile.",
        ),
        "The TLS handshake with {address} fails: {evidence}. What does your log say?",
        decides="The log of the peer.",
        clause=_CLAUSE,
    ),
)
