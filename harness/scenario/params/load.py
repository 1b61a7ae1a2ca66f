"""Load: how much, how long, and of what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from harness.scenario.amounts import parse_size
from harness.scenario.attributes import MatchingKeys, ReturnKeys
from harness.scenario.fields import Duration, Spec, Text, TransferSyntax, WholeNumber, described, kind_of, text_of
from harness.scenario.params.base import AssociationParams
from harness.scenario.params.querying import Level, level_of_model
from harness.scenario.params.storing import MODALITIES, Modality
from harness.scenario.problems import allowed
from harness.standard.images import check_possible
from harness.standard.models import QueryModel

MOST_ASSOCIATIONS = 1000
MOST_RATE = 100_000
LARGEST_OBJECT = 32 << 20
"""Bytes of the largest object: an image of 4096 x 4096 pixels of 16 bits."""


def _size(value: Any) -> int:
    return value if isinstance(value, int) else parse_size(text_of(value))


def _object_size(value: Any) -> int:
    size = _size(value)
    if size > LARGEST_OBJECT:
        raise ValueError(f"an object of {size} bytes is too large to be generated; at most {LARGEST_OBJECT >> 20} MB")
    return size


def _weight(value: Any) -> float:
    text = str(value) if isinstance(value, int | float) else text_of(value)
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0 < weight <= 1e9:
        raise ValueError(f"`{text}` is no weight; write a number above 0")
    return weight


class _OrWeight:
    """Lets a mapping in which nothing but its weight is said be written as that weight."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        def mapping(value: Any) -> Any:
            if isinstance(value, str | int | float):
                return {"weight": value}
            if not isinstance(value, dict | Spec):
                raise ValueError(f"expected a weight or a mapping, found {kind_of(value)}")
            return value

        return core_schema.no_info_before_validator_function(mapping, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, handler(schema)]}


Size = Annotated[int, BeforeValidator(_size), described("a size such as `64 KB` or `2 GB`")]
ObjectSize = Annotated[int, BeforeValidator(_object_size), described("a size such as `64 KB` or `2 MB`")]
Weight = Annotated[float, BeforeValidator(_weight), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]


class Weighted(Spec):
    """How often an operation is drawn, compared with the others."""

    weight: Weight = Field(1.0, description="How often it is drawn, compared with the other operations.")


class LoadStore(Weighted):
    """C-STORE of synthetic instances, each with a SOP Instance UID of its own."""

    modality: Modality = Field("CT", description="What is made, as in `generate` of `store`; it needs an image.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2.1", description="Transfer syntax of the instances.")
    sizes: dict[ObjectSize, Weight] = Field(
        {65536: 1.0}, description="Sizes of the pixel data, and how often each is drawn: `{64 KB: 9, 10 MB: 1}`."
    )

    @model_validator(mode="after")
    def _an_image(self) -> LoadStore:
        if MODALITIES[self.modality] is None:
            images = [name for name, image in MODALITIES.items() if image is not None]
            raise ValueError(f"`{self.modality}` has no image, whose size could be chosen{allowed('', images)}")
        check_possible(self.modality, MODALITIES, self.transfer_syntax)
        return self


class LoadQuery(Weighted):
    """What C-FIND and C-MOVE of a load share. It is the same each time."""

    model_config = ConfigDict(populate_by_name=True)

    model: QueryModel = Field(QueryModel.STUDY_ROOT, description="Query/Retrieve information model.")
    level: Level = Field(description="Query/Retrieve level.")
    keys: MatchingKeys = Field({}, description="Matching keys: values by attribute.")

    @field_validator("level")
    @classmethod
    def _level_of_model(cls, level: str, info: ValidationInfo) -> str:
        return level_of_model(level, info)


class LoadFind(LoadQuery):
    """C-FIND; however many matches there are, it has succeeded."""

    return_keys: ReturnKeys = Field({}, alias="return", description="Attributes to return.")


class LoadMove(LoadQuery):
    """C-MOVE to our Storage SCP. What arrives is counted, and not kept."""


class Mix(Spec):
    """What is done, by weight: `{echo: 5, store: {weight: 2, sizes: {1 MB: 1}}}`."""

    echo: Annotated[Weighted, _OrWeight()] | None = Field(None, description="C-ECHO.")
    store: Annotated[LoadStore, _OrWeight()] | None = Field(None, description="C-STORE.")
    find: LoadFind | None = Field(None, description="C-FIND.")
    move: LoadMove | None = Field(None, description="C-MOVE to us.")

    @model_validator(mode="after")
    def _something_to_do(self) -> Mix:
        if not self.model_fields_set:
            raise ValueError("the mix is empty; name at least one of echo, store, find, move")
        return self


class LoadStage(Spec):
    """A stretch of the load."""

    duration: Duration = Field(description="How long it takes.")
    associations: Annotated[WholeNumber, Field(ge=0, le=MOST_ASSOCIATIONS)] | None = Field(
        None, description="Associations at once, each of which asks again as soon as it has its answer (closed model)."
    )
    rate: Annotated[WholeNumber, Field(ge=0, le=MOST_RATE)] | None = Field(
        None, description="Operations per second, whether the peer keeps up or not (open model)."
    )
    start: Annotated[WholeNumber, Field(ge=0, le=MOST_RATE)] | None = Field(
        None, description="From where it rises or falls evenly to `associations` or `rate`; by default it is constant."
    )

    @model_validator(mode="after")
    def _one_model(self) -> LoadStage:
        if (self.associations is None) == (self.rate is None):
            raise ValueError("write either `associations` (closed model) or `rate` (open model)")
        return self

    @property
    def level(self) -> int:
        """Associations or operations per second at its end."""
        return self.rate if self.rate is not None else self.associations or 0


class LoadParams(AssociationParams):
    """Many operations at once, for a time; only on a peer that is there for tests."""

    mix: Mix = Field(Mix.model_construct(echo=Weighted.model_construct(weight=1.0)), description="What is done.")
    stages: Annotated[list[LoadStage], Field(min_length=1, max_length=100)] = Field(
        description="How much, one stretch after the other; all with `associations`, or all with `rate`."
    )
    per_association: Annotated[WholeNumber, Field(ge=0)] = Field(
        0, description="An association is released after so many operations; 0 keeps it to the end."
    )
    most_associations: Annotated[WholeNumber, Field(ge=1, le=MOST_ASSOCIATIONS)] = Field(
        64, description="Of an open model: associations that are open at once at most."
    )
    most_operations: Annotated[WholeNumber, Field(ge=1, le=100_000_000)] = Field(
        1_000_000, description="After so many operations the load ends."
    )
    quota: Size = Field(1 << 30, description="Bytes of objects that are sent at most; then the load ends.")
    patience: Duration = Field(10.0, description="When nothing has succeeded for so long the load ends.")
    seed: Text | None = Field(None, description="Same seed, same order of operations and same UIDs.")

    @model_validator(mode="after")
    def _one_model(self) -> LoadParams:
        if len({stage.rate is None for stage in self.stages}) > 1:
            raise ValueError("the stages mix `associations` and `rate`; a load is either a closed or an open one")
        return self

    @property
    def is_open(self) -> bool:
        """Whether the level is operations per second."""
        return self.stages[0].rate is not None
