"""Radiotherapy: the RT plan (PS3.3 A.20)."""

from __future__ import annotations

from harness.standard.attributes import Attributes
from harness.testdata.templates.base import FRAME_OF_REFERENCE, Template

_RTPLAN: Attributes = {
    **FRAME_OF_REFERENCE,
    "Modality": "RTPLAN",
    "OperatorsName": "",
    "RTPlanLabel": "SYNTHETIC",
    "RTPlanDate": "{date}",
    "RTPlanTime": "120000",
    "RTPlanGeometry": "TREATMENT_DEVICE",
    "ApprovalStatus": "UNAPPROVED",
}

PLANS = {"RTPLAN": Template("1.2.840.10008.5.1.4.1.1.481.5", _RTPLAN, unused=frozenset(("ContentDate", "ContentTime")))}
