"""Waveforms: the 12-lead ECG (PS3.3 A.34.3)."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes
from harness.testdata.templates.base import Template, code

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_LEADS = {
    "2:1": "Lead I",
    "2:2": "Lead II",
    "2:61": "Lead III",
    "2:62": "aVR, augmented voltage, right",
    "2:63": "aVL, augmented voltage, left",
    "2:64": "aVF, augmented voltage, foot",
    "2:3": "Lead V1",
    "2:4": "Lead V2",
    "2:5": "Lead V3",
    "2:6": "Lead V4",
    "2:7": "Lead V5",
    "2:8": "Lead V6",
}
"""Codes of CID 3001 in the scheme MDC."""

_SAMPLES = 500
_HERTZ = 250


def _channel(number: int, value: str, meaning: str) -> Attributes:
    return {
        "WaveformChannelNumber": str(number),
        "ChannelSourceSequence": [code(value, "MDC", meaning)],
        "ChannelSensitivity": "1",
        "ChannelSensitivityUnitsSequence": [code("uV", "UCUM", "microvolt")],
        "ChannelSensitivityCorrectionFactor": "1",
        "ChannelBaseline": "0",
        "ChannelSampleSkew": "0",
        "WaveformBitsStored": "16",
    }


_ECG: Attributes = {
    "Modality": "ECG",
    "AcquisitionDateTime": "{date}120000",
    "AcquisitionContextSequence": (),
    "WaveformSequence": [
        {
            "MultiplexGroupLabel": "RHYTHM",
            "WaveformOriginality": "ORIGINAL",
            "NumberOfWaveformChannels": str(len(_LEADS)),
            "NumberOfWaveformSamples": str(_SAMPLES),
            "SamplingFrequency": str(_HERTZ),
            "ChannelDefinitionSequence": [
                _channel(number, *lead) for number, lead in enumerate(_LEADS.items(), start=1)
            ],
            "WaveformBitsAllocated": "16",
            "WaveformSampleInterpretation": "SS",
        }
    ],
}


def _add_samples(data_set: Dataset) -> None:
    """One beat a second in every lead, in microvolts: the samples of all channels at one time stand together."""
    beat = [round(1000 * math.exp(-(((step % _HERTZ) - 100) ** 2) / 20)) for step in range(_SAMPLES)]
    samples = [value for value in beat for _ in _LEADS]
    data_set.WaveformSequence[0].add_new("WaveformData", "OW", struct.pack(f"<{len(samples)}h", *samples))


WAVEFORMS = {"ECG": Template("1.2.840.10008.5.1.4.1.1.9.1.1", _ECG, complete=_add_samples)}
