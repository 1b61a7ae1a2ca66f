"""What the standard requires on the wire: one row per atomic requirement, with an id that never changes."""
