"""Addresses of this machine."""

from __future__ import annotations

import socket

import pytest


def outward_address() -> str:
    """One that is not loopback: a peer on it stands for one elsewhere. Skips the test where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        try:
            outward.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(outward.getsockname()[0])
