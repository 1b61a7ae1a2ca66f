"""Tables of faults, one file for each part of the protocol."""
