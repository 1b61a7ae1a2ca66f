"""Passive checks of what both sides sent over an association, from the bytes that were kept of it."""
