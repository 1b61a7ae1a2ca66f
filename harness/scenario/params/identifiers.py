"""What all services with an identifier share: keys, their character set, and where else they may come from."""

from __future__ import annotations

import locale
from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from harness.scenario.attributes import MatchingKeys, ReturnKeys
from harness.scenario.fields import Spec, Text, Truth, WholeNumber, kind_of
from harness.scenario.params.base import AssociationParams
from harness.scenario.problems import allowed
from harness.standard.character_sets import TERMS, character_set_of_locale, character_set_terms

LOCALE = "locale"


class Cancel(Spec):
    """A C-CANCEL of the request (PS3.7 9.3.2.3)."""

    after: Annotated[WholeNumber, Field(ge=0, le=1_000_000)] = Field(
        description="Send it after so many pending responses; 0: right after the request."
    )


def _character_set(value: Any) -> str:
    """A value of Specific Character Set (0008,0005). Raises ValueError with a sentence."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\\".join(value)
    if not isinstance(value, str):
        raise ValueError(f"expected one or more terms of Specific Character Set, found {kind_of(value)}")
    if value == LOCALE:
        return _of_this_locale()
    unknown = next((term for term in value.split("\\") if term.strip() and term.strip() not in TERMS), None)
    if unknown is not None:
        choices = [*TERMS, LOCALE]
        raise ValueError(f"`{unknown}` is no defined term of Specific Character Set{allowed(unknown, choices)}")
    return "\\".join(character_set_terms(value))


def _of_this_locale() -> str:
    encoding = locale.getencoding()
    try:
        return character_set_of_locale(encoding)
    except LookupError:
        raise ValueError(f"no character set of DICOM holds what this locale's encoding, {encoding}, does") from None


CharacterSet = Annotated[
    str,
    PlainValidator(_character_set),
    WithJsonSchema(
        {
            "description": "terms of Specific Character Set, as `ISO_IR 100` or `['', ISO 2022 IR 87]`; or `locale`",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        }
    ),
]


class IdentifierParams(AssociationParams):
    """What C-FIND, C-MOVE and C-GET share, of whatever service class."""

    keys: MatchingKeys = Field(
        {},
        description="Matching keys: values by attribute; an empty value matches everything, and `{as_is: …}` sends a "
        "value that its value representation does not allow.",
    )
    character_set: CharacterSet | None = Field(
        None,
        description="Specific Character Set of the identifier, stated even if no value needs it. By default values "
        "beyond ASCII go in `ISO_IR 192` (UTF-8). `locale`: the one that holds what the locale's encoding does.",
    )
    cancel: Cancel | None = Field(
        None, description="Cancel the request. The final status must then be cancel, or success if the peer was faster."
    )


class SearchParams(IdentifierParams):
    """What C-FINDs share, of whatever service class."""

    model_config = ConfigDict(populate_by_name=True)

    return_keys: ReturnKeys = Field(
        {}, alias="return", description="Attributes to return; of a sequence `{SEQUENCE: [ATTRIBUTE, …]}`."
    )
    query: Text | None = Field(
        None,
        description="A DICOM file whose data set is the query, relative to the scenario file; `keys` and `return` "
        "override its attributes one by one.",
    )
    store_query: Truth = Field(
        False, description="Write the query as it was sent to a DICOM file under `queries/` beside the reports."
    )
