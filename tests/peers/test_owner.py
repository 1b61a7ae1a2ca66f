"""Containers of killed runs are recognized, and those of others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from harness.peers.owner import is_orphaned, label_of, our_place


def test_what_we_own_is_no_orphan() -> None:
    assert not is_orphaned(label_of(os.getpid()))


def test_what_a_dead_process_owned_is_an_orphan() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        label = label_of(process.pid)
        assert not is_orphaned(label)
    assert is_orphaned(label)


def test_a_number_used_again_is_not_its_owner() -> None:
    assert is_orphaned(f"{our_place()} {os.getpid()} 0")


@pytest.mark.parametrize(
    "label",
    [
        "",
        "text",
        "another-host pid:[1] 1 0",
        pytest.param(f"another-host {our_place().split()[-1]} {os.getpid()} 0", id="our number on another host"),
    ],
)
def test_of_owners_elsewhere_nothing_is_known(label: str) -> None:
    assert not is_orphaned(label)
