"""The one gate through which every text passes that may hold values of a peer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

_HIDDEN = "…"
_SECRET = "<secret>"
_TOKEN = re.compile(r"[^\s\[\](){}<>,;\"'=|]+")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,3})?%?")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?")
_UPPER_LEVEL = re.compile(r"[A-Z]:?")
_STATUS = re.compile(r"(?:0x)?[0-9A-Fa-f]{4}H?:?")

# Words that servers write about themselves. Anything else in a log line could be a patient's name.
_ORDINARY = frozenset(
    """
    a abort aborted aborting accept accepted accepting ack acknowledged address ae ae-title aetitle after again all already
    an and application are as assoc associate association associations at attribute attributes available bad because been
    begin being bind binding but by c-cancel c-echo c-find c-get c-move c-store called caller calling can cannot cfind class
    client close closed closing cmove command commandline completed config configuration connect connected connection
    context contexts could create created creating cstore data database dataset dcmqrscp dcmtk debug decode default delete
    description destination device dicom dicom-data-set did dimse directory disabled does done dul echo element empty
    enabled end entity error errors establish established exceeded exception exit exited exiting expected fail failed
    failing failure fatal file files find first for format found from function general get handle handler has have header
    host http if image implicit in incoming index info information initialization initialized input instance instances
    internal into invalid io is it job jobs last length level library limit line list listen listening little endian load
    loaded loading local lock locked log lua main match matches max maximum memory message missing mode modality modified
    move moved moves name negotiated negotiation network new no none not now null number object of ok on only open opened
    orthanc other out outgoing output over parameter parameters parse password path pdu peer pending permission permitted
    plugin port presentation priority process processing protocol proposed query read reading ready reason receive received
    receiving recognized refused reject rejected release released releasing remaining remote remove request requested
    requestor resource response result retrieve root rsp rq running scp scu second seconds send sending sent series server
    service session set setting signal size socket sop source start started starting state status stop stopped stopping
    storage store stored storescp storing string study sub-operation success successful support supported syntax syntaxes
    system table tag tcp temporary terminated terminating that the there this thread threads time timeout title to too
    transfer transport try trying type unable unexpected unknown unrecognized unsupported until use used user using valid
    value vendor verification version very vr waiting warning was were when which while will with without word worklist
    write writing wrong explicit big
    """.split()
)


class Redactor:
    """Decides what may be shown.

    `known` are the values that the run itself sent or that the scenario states; `secrets` never show. With
    `show_values` only secrets are hidden.
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
        self._site_key = site_key

    def allow(self, *values: str) -> None:
        """Add values that the run makes or sends itself."""
        self._known.update(value.strip() for value in values)

    def value(self, text: str, vr: str = "") -> str:
        """An attribute value of a peer: as it is when known, else its VR and length."""
        if self._show_values or text.strip() in self._known or not text.strip():
            return self.without_secrets(text)
        unit = "character" if len(text) == 1 else "characters"
        return f"<{vr + ', ' if vr else ''}{len(text)} {unit}>"

    def log_line(self, line: str) -> str:
        """A line of a peer's log: ordinary technical words, small numbers and known values; the rest is hidden."""
        if self._show_values:
            return self.without_secrets(line)
        return _TOKEN.sub(self._log_token, self.without_secrets(line))

    def _log_token(self, found: re.Match[str]) -> str:
        token = found[0]
        bare = token.strip(".:!?-/\\*#$&")
        if not bare or bare in self._known or bare.lower() in _ORDINARY or token == _SECRET.strip("<>"):
            return token
        shapes = (_NUMBER, _TIME, _UPPER_LEVEL, _STATUS)
        return token if any(shape.fullmatch(bare) for shape in shapes) else _HIDDEN

    def without_secrets(self, text: str) -> str:
        """A text of our own, with any secret in it replaced."""
        for secret in self._secrets:
            text = text.replace(secret, _SECRET)
        return text

    def digest(self, text: str) -> str:
        """A hash by which equal values can be recognized within one site, and nothing else: 16 hexadecimal digits."""
        return hmac.new(self._site_key, text.encode(), hashlib.sha256).hexdigest()[:16]
