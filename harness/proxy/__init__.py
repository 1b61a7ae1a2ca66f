"""A man in the middle of two systems: passes everything through and records it, or misbehaves on request."""
