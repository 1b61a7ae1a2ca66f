"""DICOM as data: AE titles, UIDs, statuses, rejection and abort reasons, query models, attributes."""
