"""Scenario files as evidence: to the letter, but for secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from harness.scenario.masked import text_without_secrets


def test_what_holds_no_secret_stays_to_the_letter(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "scenarios" / "negotiation.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") > 20
    kept = text_without_secrets(text)
    assert len(kept.splitlines()) == len(text.splitlines())
    assert text_without_secrets("a: 1  # b\nc: [x, 'y']\n") == "a: 1  # b\nc: [x, 'y']\n"


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "'hunter''2'",
        '"hun\\x74er2"',
        "{one: hunter2, two: [hunter2]}",
        "|\n    hunter2\n    hunter2",
        "&secret hunter2",
        "${env.HUNTER}",
    ],
)
def test_a_secret_is_masked_however_it_is_written(tmp_path: Path, value: str) -> None:
    text = f"user_identity:\n  username: me\n  passcode: {value}\nafter: kept # too\n"
    shown = text_without_secrets(text)
    assert "unter" not in shown
    assert "hun" not in shown
    assert "username: me" in shown
    assert "after: kept # too" in shown
    assert yaml.safe_load(shown)["after"] == "kept"


def test_a_secret_is_masked_where_its_alias_leads(tmp_path: Path) -> None:
    shown = text_without_secrets("words: &w hunter2\nuser_identity: {passcode: *w}\n")
    assert shown == "words: &w <secret>\nuser_identity: {passcode: *w}\n"


def test_what_is_no_yaml_is_masked_as_a_whole(tmp_path: Path) -> None:
    assert text_without_secrets("passcode: [hunter2\n") == "<secret>\n"


def test_an_empty_file_stays_empty(tmp_path: Path) -> None:
    assert text_without_secrets("") == ""
