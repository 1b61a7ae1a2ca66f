"""How careful a run has to be with a peer. It loads nothing, for commands that read no scenario."""

from __future__ import annotations

from enum import StrEnum


class Environment(StrEnum):
    """How careful the run has to be with a peer; without a word it is as careful as with production."""

    TEST = "test"
    PRODUCTION = "production"
    UNSPECIFIED = "unspecified"


class Allow(StrEnum):
    """What may be done to a peer that is not a test peer, together with `--allow-writes`."""

    STORE = "store"
    STORE_FILES = "store-files"
    MOVE = "move"
    MPPS = "mpps"
    COMMIT = "commit"
    INSTANCE_AVAILABILITY = "instance-availability"
    PROBE_TITLES = "probe-titles"
    PROBE_LIMITS = "probe-limits"
