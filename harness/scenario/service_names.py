"""The names of services, apart from what their steps may say: the plain `echo` starts without pydantic."""

from __future__ import annotations

from enum import StrEnum


class ServiceName(StrEnum):
    """The services a step can ask for."""

    ECHO = "echo"
    ASSOCIATE = "associate"
    NEGOTIATE = "negotiate"
    POLICY = "policy"
    STORE = "store"
    FIND = "find"
    WORKLIST = "worklist"
    MOVE = "move"
    GET = "get"
    MPPS = "mpps"
    COMMIT = "commit"
    INSTANCE_AVAILABILITY = "instance-availability"
    RELATION = "relation"
    LOAD = "load"
    RELEASE = "release"
    ABORT = "abort"
