"""DIMSE (PS3.7), without input or output: command sets, fragmentation, exchanges."""
