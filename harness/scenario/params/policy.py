"""An acceptance policy that a peer is held against."""

from __future__ import annotations

from pydantic import Field, model_validator

from harness.scenario.acceptance import PolicySpec
from harness.scenario.fields import Text
from harness.scenario.params.base import Params

FILE = "file"


class PolicyParams(Params, PolicySpec):
    """What the peer accepts, held against an acceptance policy: a file that `probe --save` wrote, or lines here.

    Only the SOP classes and transfer syntaxes that the policy names are asked for, by negotiation alone.
    """

    file: Text | None = Field(None, description="A policy in a file of its own, instead of lines here.")

    @model_validator(mode="after")
    def _one_policy(self) -> PolicyParams:
        stated = sorted(self.model_fields_set)
        if not stated:
            raise ValueError("there is no policy: name a `file`, or write `contexts`, `implementation` or `limits`")
        if self.limits.associations is not None:
            raise ValueError("how many associations stand at once only `dicom-harness probe` counts; leave it out here")
        if FILE in stated and len(stated) > 1:
            raise ValueError(f"the policy is either in the `file` or here; this one has {' and '.join(stated)}")
        return self
