"""Pages beside the report: one file each, that works offline and loads nothing from anywhere."""

from __future__ import annotations

from typing import Any

from harness.reporting.html import TEMPLATES, asset, digest, shown
from harness.reporting.text import duration, moment, number_of


def page(template: str, style: str, **values: Any) -> str:
    """A page from its template, with the style of the report and one of its own.

    A content security policy in it forbids every request and every script.
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
    environment.filters |= {"duration": duration, "moment": moment, "number_of": number_of}
    css = asset("report.css") + asset(style)
    policy = f"default-src 'none'; style-src '{digest(css)}'; base-uri 'none'"
    return environment.get_template(template).render(css=css, policy=policy, **values)
