"""Ports for servers that cannot choose one themselves."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from harness.peers import ports
from harness.peers.ports import ANY_HOST, ReservedPort, free_port

GIVEN_TO_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_no_connection_is_given_a_free_port() -> None:
    first = int(GIVEN_TO_CONNECTIONS.read_text().split()[0])
    assert all(free_port() < first for _ in range(20))


def test_who_asks_again_is_given_another() -> None:
    assert len({free_port() for _ in range(200)}) == 200


def test_a_reserved_port_is_given_to_nobody() -> None:
    reserved = ReservedPort()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((ANY_HOST, reserved.number))
    reserved.release()
    with socket.socket() as other:
        other.bind((ANY_HOST, reserved.number))


def test_where_those_are_taken_the_system_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    reserved = ReservedPort()
    monkeypatch.setattr(ports, "_PORTS", range(reserved.number, reserved.number + 1))
    assert free_port() != reserved.number
    reserved.release()
    assert free_port() == reserved.number
