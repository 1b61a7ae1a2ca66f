"""The result model, its roll-up, redaction and storage."""
