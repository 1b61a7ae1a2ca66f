"""What stands in the values of templates for what differs from study to study and from instance to instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.standard.attributes import AttributeValue

_UID = "uid:"


def filled(value: AttributeValue, uid_of: Callable[[str], str], texts: Mapping[str, str]) -> AttributeValue:
    """A value with UIDs for `uid:NAME`, from `uid_of`, and texts for `{NAME}`."""
    if not isinstance(value, str):
        return [{key: filled(inner, uid_of, texts) for key, inner in item.items()} for item in value]
    if value.startswith(_UID):
        return uid_of(value.removeprefix(_UID))
    for name, text in texts.items():
        value = value.replace(f"{{{name}}}", text)
    return value
