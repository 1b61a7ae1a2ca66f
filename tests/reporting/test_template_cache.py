"""Compiled templates: used when they fit, harmless when they don't."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from harness.reporting.template_cache import TemplateCache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "a.j2").write_text("one {{ name }}")
    return tmp_path


def _render(folder: Path) -> str:
    environment = Environment(loader=FileSystemLoader(folder), bytecode_cache=TemplateCache(folder), autoescape=True)
    return environment.get_template("a.j2").render(name="<x>")


def _compiled(folder: Path) -> list[Path]:
    return list((folder / "__pycache__").glob("*"))


def test_a_second_environment_compiles_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _render(folder) == "one &lt;x&gt;"
    assert len(_compiled(folder)) == 1

    def fail(*_args: object, **_options: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(Environment, "compile", fail)
    assert _render(folder) == "one &lt;x&gt;"


def test_a_changed_template_is_compiled_again(folder: Path) -> None:
    _render(folder)
    (folder / "a.j2").write_text("two {{ name }}")
    assert _render(folder) == "two &lt;x&gt;"


@pytest.mark.parametrize("content", [b"", b"j2", b"garbage" * 100])
def test_a_broken_file_is_compiled_again(folder: Path, content: bytes) -> None:
    _render(folder)
    (path,) = _compiled(folder)
    path.write_bytes(content)
    assert _render(folder) == "one &lt;x&gt;"
    assert path.read_bytes() != content


def test_a_folder_that_cannot_be_written_to(folder: Path) -> None:
    (folder / "__pycache__").write_text("a file in its place")
    assert _render(folder) == "one &lt;x&gt;"


def test_nothing_is_written_when_python_must_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _render(folder) == "one &lt;x&gt;"
    assert _compiled(folder) == []
