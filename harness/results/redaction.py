"""The one gate through which every text passes that may hold values of a peer."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from harness.standard.uids import is_valid_uid, uid_table

_HIDDEN = "…"
_SECRET = "<secret>"
STANDARD_UID = "1.2.840.10008."
"""The root of what PS3.6 registers: SOP classes, syntaxes and other names, never instances."""

_LOG_PREFIX = re.compile(
    r"""
    (?:\d{4}-\d{2}-\d{2}[ T])? (?:\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\ +)?   # a time of day, perhaps with the date
    (?:[DEFITW]:(?:\ |$) | [DEFITW]\d{4}\ \d{2}:\d{2}:\d{2}\.\d+\ +)?  # DCMTK's severity; Orthanc's, date and time
    """,
    re.VERBOSE,
)
_LOG_PIECE = re.compile(
    r"""
    (?P<dump>\([0-9A-Fa-f]{4},[0-9A-Fa-f]{4}\)\ +[A-Z]{2}\ +)(?P<dumped>.*?)(?=\ +\#|$)  # (0010,0010) PN [...] # ...
    | (?P<allowed>
        \([0-9A-Fa-f]{4},[0-9A-Fa-f]{4}\)       # a tag
        | \b(?:Little|Big)\ Endian\b
        | \b[A-Za-z]\w+\.cpp:\d{1,4}\b          # a place in Orthanc's source
        | \[status:\ (?:Pending|Success|Cancel|(?:Failed|Refused|Error|Warning)(?::\ [A-Z][A-Za-z]+)?)\]
      )
    | (?P<open>\[|(?<!\w)["'])(?P<quoted>.*?)(?:(?P<close>[\]"'])(?!\w)|$)
    | (?P<sign>(?<!=)=\ *)(?P<assigned>[^\s=].*)$
    | (?P<token>[^\s\[\](){}<>,;"'=|]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_TOKEN_SHAPES = re.compile(
    r"""
      [+-]?\d{1,3}(?:\.\d{1,3})?%?           # a small number
    | 0x[0-9A-Fa-f]{1,8}                     # a status
    | [0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}          # a condition of DCMTK
    | 127\.0\.0\.1 | ::1                     # loopback
    """,
    re.VERBOSE,
)


class Redactor:
    """Decides what may be shown.

    `known` are the values that the run itself sent or that the scenario states; `secrets` never show. With
    `show_values` only secrets are hidden. Without a `site_key` digests can be compared within one run only.
    """

    def __init__(
        self,
        known: Iterable[str] = (),
        secrets: Iterable[str] = (),
        *,
        show_values: bool = False,
        site_key: bytes = b"",
    ) -> None:
        self._known = {text.strip() for text in known}
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)
        self._show_values = show_values
        self._site_key = site_key or os.urandom(32)

    def allow(self, *values: str) -> None:
        """Add values that the run makes or sends itself."""
        self._known.update(value.strip() for value in values)

    def value(self, text: str, vr: str = "") -> str:
        """An attribute value of a peer: as it is when known, else its VR and length.

        Of several values (joined by backslashes, PS3.5 6.4) all must be known. Registered UIDs are shown.
        """
        if self._show_values or self._is_known(text) or all(self._is_known(part) for part in text.split("\\")):
            return self.without_secrets(text)
        unit = "character" if len(text) == 1 else "characters"
        return f"<{vr + ', ' if vr else ''}{len(text)} {unit}>"

    def log_line(self, line: str) -> str:
        """A line of a peer's log: ordinary technical words, small numbers and known values; the rest is hidden.

        Whatever stands in quotes or brackets, after an equals sign or as a value in a dump is shown only if known.
        A value of ordinary words that nothing sets apart is not recognized as a value.
        """
        line = self.without_secrets(line)
        if self._show_values:
            return line
        prefix = _LOG_PREFIX.match(line)
        start = prefix.end() if prefix else 0
        return line[:start] + _LOG_PIECE.sub(self._log_piece, line[start:])

    def without_secrets(self, text: str) -> str:
        """A text of our own, with any secret in it replaced."""
        for secret in self._secrets:
            text = text.replace(secret, _SECRET)
        return text

    def digest(self, text: str) -> str:
        """A hash by which equal values can be recognized within one site, and nothing else: 16 hexadecimal digits."""
        return hmac.new(self._site_key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]

    def _is_known(self, text: str) -> bool:
        text = text.strip().rstrip("\0")
        return not text or text in self._known or (text.startswith(STANDARD_UID) and is_valid_uid(text))

    def _log_piece(self, found: re.Match[str]) -> str:
        if found["allowed"] is not None:
            return found[0]
        if found["dump"] is not None:
            return found["dump"] + self._log_value(found["dumped"])
        if found["open"] is not None:
            return found["open"] + self._log_value(found["quoted"]) + (found["close"] or "")
        if found["sign"] is not None:
            return found["sign"] + self._log_value(found["assigned"])
        return self._log_token(found["token"])

    def _log_value(self, text: str) -> str:
        return text if self._is_known(text.strip("[]\"' ")) else _HIDDEN

    def _log_token(self, token: str) -> str:
        bare = token.strip(".:!?-/\\*#$&+")
        return token if self._is_known(bare) or _is_technical(bare) else _HIDDEN


def _is_technical(token: str) -> bool:
    return _TOKEN_SHAPES.fullmatch(token) is not None or token.lower() in _log_words() or token in _keywords()


@cache
def _log_words() -> frozenset[str]:
    """Words that servers write about themselves. Any other word of a log could be a patient's name."""
    return frozenset((Path(__file__).parent / "log_words.txt").read_text(encoding="utf-8").split())


@cache
def _keywords() -> frozenset[str]:
    """Keywords of registered SOP classes and syntaxes: how DCMTK names them."""
    return frozenset(entry.keyword for entry in uid_table().values() if entry.keyword)
