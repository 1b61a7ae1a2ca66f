"""Conformance of an SCP, tested by cases that talk to it on the level of bytes, and judged by the clauses they name."""
