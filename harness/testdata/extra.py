"""Wheels that encode, which not everyone needs: the extra `codecs` of the distribution."""

from __future__ import annotations

import importlib
from typing import Any


def import_codec(module: str) -> Any:
    """A module of the extra `codecs`. Raises ValueError, which says how to get it, when it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        why = f"this transfer syntax is encoded by the package {module}, which is not installed"
        raise ValueError(f"{why}: pip install 'dicom-harness[codecs]'") from None
