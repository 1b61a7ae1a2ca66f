"""The conformance cases, one file for each group."""
