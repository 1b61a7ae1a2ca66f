"""Every kind of instance that can be generated, by the name that scenarios have for it."""

from __future__ import annotations

from harness.testdata.templates.base import Template
from harness.testdata.templates.documents import DOCUMENTS
from harness.testdata.templates.frames import FRAMES
from harness.testdata.templates.plans import PLANS
from harness.testdata.templates.projections import PROJECTIONS
from harness.testdata.templates.segmentations import SEGMENTATIONS
from harness.testdata.templates.slices import SLICES
from harness.testdata.templates.tomosynthesis import TOMOSYNTHESIS
from harness.testdata.templates.visible_light import VISIBLE_LIGHT
from harness.testdata.templates.waveforms import WAVEFORMS

TEMPLATES: dict[str, Template] = {
    **SLICES,
    **PROJECTIONS,
    **TOMOSYNTHESIS,
    **FRAMES,
    **VISIBLE_LIGHT,
    **DOCUMENTS,
    **WAVEFORMS,
    **PLANS,
    **SEGMENTATIONS,
}
