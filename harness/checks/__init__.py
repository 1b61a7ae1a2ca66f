"""Expectations held against observations; pure functions."""
