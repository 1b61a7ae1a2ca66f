"""Pages in HTML: one file each, that works offline, prints, and loads nothing from anywhere.

A content security policy in the file forbids every request and every script but its own, so that even a text that got
through the escaping could do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.reporting.text import duration, moment, number_of, printable

if TYPE_CHECKING:
    from jinja2 import Environment, Template

TEMPLATES = Path(__file__).parent / "templates"

Extend = Callable[["Environment"], None]
"""Adds what a template needs beside what all have."""


def page(name: str, *, script: bool = False, extend: Extend | None = None, **values: Any) -> str:
    """A page from its template, with the style of the report, one of its own, and a script of its own if it has one."""
    styles = dict.fromkeys(("report.css", f"{name}.css"))
    css, code = "".join(map(_asset, styles)), _asset(f"{name}.js") if script else ""
    allowed = [f"style-src '{_digest(css)}'", *([f"script-src '{_digest(code)}'"] if script else [])]
    return _template(f"{name}.html.j2", extend).render(
        css=_as_it_is(css),
        script=_as_it_is(code),
        policy="; ".join(["default-src 'none'", *allowed, "base-uri 'none'"]),
        **values,
    )


@cache
def _template(name: str, extend: Extend | None) -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    from harness.reporting.template_cache import TemplateCache

    environment = Environment(
        loader=FunctionLoader(_source),
        bytecode_cache=TemplateCache(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    environment.filters |= {"duration": duration, "moment": moment, "number_of": number_of, "title": _title}
    if extend is not None:
        extend(environment)
    return environment.get_template(name)


def _source(name: str) -> str:
    """A template without its indentation, which would be a fifth of a report."""
    return re.sub(r"^[ ]+", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.MULTILINE)


def _title(text: str) -> str:
    """A text as a sentence begins; the rest stays what it is."""
    return text[:1].upper() + text[1:]


def _shown(value: object) -> object:
    """What a template shows of a value: nothing that steers a reader's program."""
    # Markup (our own style, script and macros) passes: a plain text in its place would be escaped.
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _asset(name: str) -> str:
    """A style or script of ours."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _as_it_is(text: str) -> str:
    """A text of ours that is not to be escaped."""
    from markupsafe import Markup

    return Markup(text)


def _digest(text: str) -> str:
    """How a content security policy names a text that it allows."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
