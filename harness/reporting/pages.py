"""Pages beside the report: one file each, that works offline and loads nothing from anywhere."""

from __future__ import annotations

from typing import Any

from harness.reporting.html import TEMPLATES, asset, digest, shown
from harness.reporting.text import duration, moment, number_of


def page(name: str, *, script: bool = False, **values: Any) -> str:
    """A page from its template, with the style of the report, one of its own, and a script of its own if it has one.

    A content security policy in it forbids every request and every other script.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from harness.reporting.template_cache import TemplateCache

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=TemplateCache(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=shown,
    )
    environment.filters |= {
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "duration": duration,
        "moment": moment,
        "number_of": number_of,
    }
    css, code = asset("report.css") + asset(f"{name}.css"), asset(f"{name}.js") if script else ""
    allowed = [f"style-src '{digest(css)}'", *([f"script-src '{digest(code)}'"] if script else [])]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'"])
    return environment.get_template(f"{name}.html.j2").render(css=css, script=code, policy=policy, **values)
