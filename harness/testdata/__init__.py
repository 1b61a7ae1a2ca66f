"""Synthetic instances, marked as such: the only patient data the harness ever makes."""
