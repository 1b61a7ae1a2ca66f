"""Which DICOM this is about."""

from __future__ import annotations

EDITIONS = "2020 to 2025a"
"""The editions of the standard in which the clauses were read; what differs between them is not a requirement here."""
