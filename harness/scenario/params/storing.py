"""What can be stored: files, and instances that are made for the purpose."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, WithJsonSchema, model_validator

from harness.scenario.attributes import AttributeValues
from harness.scenario.fields import OneOrMore, Spec, Text, TransferSyntax, Truth, WholeNumber, one_of
from harness.scenario.params.base import AssociationParams, PriorityName
from harness.standard.images import Image, check_possible

_GRAYSCALE = Image(8, 8)
_GRAYSCALE_12 = Image(16, 12)

MODALITIES: dict[str, Image | None] = {
    "CT": _GRAYSCALE_12,
    "MR": _GRAYSCALE_12,
    "PT": Image(16, 16),
    "CR": _GRAYSCALE_12,
    "DX": _GRAYSCALE_12,
    "MG": _GRAYSCALE_12,
    "XA": _GRAYSCALE,
    "TOMOSYNTHESIS": Image(16, 12, frames=2),
    "US": _GRAYSCALE,
    "US-MULTIFRAME": Image(8, 8, frames=3),
    "NM": Image(16, 16, frames=2),
    "SC": _GRAYSCALE,
    "VIDEO": Image(8, 8, samples=3, frames=5),
    "WSI": Image(8, 8, frames=2),
    "SR": None,
    "PDF": None,
    "ECG": None,
    "RTPLAN": None,
    "SEG": Image(1, 1, frames=2),
}
"""Kinds of instances that can be generated, with their images; the templates in `harness.testdata` have the same."""

UNSENDABLE = ("unreadable", "empty", "not-dicom", "no-file-meta", "bad-file-meta", "dicomdir", "truncated")
"""Kinds of files that cannot be sent."""

MOST_GENERATED = 100_000
"""Instances that one step may generate."""

MOST_AT_ONCE = 64
"""Associations over which one step may send."""

Modality = Annotated[
    str, one_of([*MODALITIES], "modality that can be generated"), WithJsonSchema({"enum": [*MODALITIES]})
]
UnsendableKind = Annotated[
    str, one_of(UNSENDABLE, "kind of file that cannot be sent"), WithJsonSchema({"enum": [*UNSENDABLE]})
]


class Generate(Spec):
    """Synthetic instances to make, marked as such."""

    modality: Modality = Field(
        "CT", description="What is made: a modality, or one of the other names in docs/generated-data.md."
    )
    patients: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Number of patients.")
    studies: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Studies per patient.")
    series: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Series per study.")
    instances: Annotated[WholeNumber, Field(ge=1, le=10000)] = Field(1, description="Instances per series.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2.1", description="Transfer syntax of the files.")
    rows: Annotated[WholeNumber, Field(ge=1, le=4096)] = Field(64, description="Rows of each image.")
    columns: Annotated[WholeNumber, Field(ge=1, le=4096)] = Field(64, description="Columns of each image.")
    attributes: AttributeValues = Field({}, description="Further values, in every instance, by attribute.")
    seed: Text | None = Field(
        None,
        description="Same seed, same UIDs; by default they are new each time, also for each combination of parameters.",
    )

    @model_validator(mode="after")
    def _possible(self) -> Generate:
        check_possible(self.modality, MODALITIES, self.transfer_syntax)
        return self

    @model_validator(mode="after")
    def _not_too_many(self) -> Generate:
        total = self.patients * self.studies * self.series * self.instances
        if total > MOST_GENERATED:
            raise ValueError(f"this makes {total} instances; at most {MOST_GENERATED} can be generated in a step")
        return self


class StoreParams(AssociationParams):
    """C-STORE of files, folders, generated instances, or both; each in its own transfer syntax."""

    files: OneOrMore[Text] = Field([], description="Files and folders, relative to the scenario file.")
    generate: Generate | None = Field(None, description="Synthetic instances to make and send.")
    skip: OneOrMore[UnsendableKind] = Field(
        [],
        description="Kinds of files to pass over. Any other file that cannot be sent is an error of the step, but for "
        "a DICOMDIR in a folder.",
    )
    send_truncated: Truth = Field(
        False, description="Send files that end within an element all the same, to see what the peer says."
    )
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the requests.")
    associations: Annotated[WholeNumber, Field(ge=1, le=MOST_AT_ONCE)] = Field(
        1, description="Associations at once, over which the instances are divided."
    )

    @model_validator(mode="after")
    def _something_to_send(self) -> StoreParams:
        if not self.files and self.generate is None:
            raise ValueError("a store needs `files` or `generate`")
        return self
